"""The Strawberry schema, and the execution of GraphQL operations as selections of the store."""
