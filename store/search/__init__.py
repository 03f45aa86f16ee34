"""Full-text search: how text is cut into tokens, and what people can type. Pure."""
