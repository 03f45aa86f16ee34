"""The tests of newsgraph, in the folders of what they test."""
