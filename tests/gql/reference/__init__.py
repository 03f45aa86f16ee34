"""The graph a second time, the naive way: what our engine's answers are held against.

An ordinary GraphQL executor with a resolver for each field, over Python objects that were
read from the tables. Lists are filtered, sorted with a key, cut by slices and counted. It
shares the schema's text with the engine, and no code of `gql` or of `store.query`.
"""
