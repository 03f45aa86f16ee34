"""From a selection to one SQL statement, and its answer as JSON."""
