"""GraphiQL's files, its page, and what it begins with."""
