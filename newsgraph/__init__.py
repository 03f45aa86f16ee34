"""A folder of Markdown news documents, served as a GraphQL graph and as feeds.

In a checkout `gql`, `feeds`, `store` and `server` are symbolic links to the folders at its top
level; what is installed has the folders themselves.
"""
