"""The ``newsgraph`` command line."""
