"""Real feed readers, each reading a real server of a folder that the test edits."""
