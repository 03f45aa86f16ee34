"""Parses documents (Markdown with front matter, YAML taxonomy files) and derives their ids."""
