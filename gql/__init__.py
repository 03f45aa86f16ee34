"""The Strawberry schema, and the way from a GraphQL operation to selections of the store."""

from gql.documents import Documents, Unreadable
from gql.options import Options
from gql.persisted import sha256
from gql.schema import Schema, sdl
from gql.selected_articles import SelectedArticles, found_in
from gql.view import graphql_app

__all__ = [
    "Documents",
    "Options",
    "Schema",
    "SelectedArticles",
    "Unreadable",
    "found_in",
    "graphql_app",
    "sdl",
    "sha256",
]
