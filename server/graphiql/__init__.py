"""GraphiQL at the graph's address: its files, its page, and what it begins with."""
