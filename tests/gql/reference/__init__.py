"""A second, naive implementation of the schema, which the engine's results are compared with.

It is an ordinary GraphQL executor with a resolver for each field, over Python objects read from
the tables. Lists are filtered, sorted with a key, sliced and counted in Python. It shares the
SDL with the engine, and no code of `gql` or of `store.query`.
"""
