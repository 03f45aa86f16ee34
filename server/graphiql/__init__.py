"""GraphiQL at the GraphQL endpoint: its files, its page and its default tabs."""
