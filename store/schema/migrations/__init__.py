"""The schema's history, a file a step. Steps are only ever added."""
