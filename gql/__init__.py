"""The Strawberry schema, and the way from a GraphQL operation to selections of the store."""

from newsgraph.gql.documents import Documents, Unreadable
from newsgraph.gql.options import Options
from newsgraph.gql.persisted import sha256
from newsgraph.gql.schema import Schema, sdl
from newsgraph.gql.selected_articles import SelectedArticles, found_in
from newsgraph.gql.view import graphql_app

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
