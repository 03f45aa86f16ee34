"""Documents, tables and SQL. Knows nothing of GraphQL, feeds or HTTP."""
