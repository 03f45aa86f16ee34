"""The command ``newsgraph``."""
