"""A set of documents of a few themes, and which of them have to be similar."""
