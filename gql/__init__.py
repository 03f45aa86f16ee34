"""The Strawberry schema, and the way from a GraphQL operation to selections of the store."""

from gql.schema import sdl
from gql.view import graphql_app

__all__ = ["graphql_app", "sdl"]
