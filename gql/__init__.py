"""The Strawberry schema, and the way from a GraphQL operation to selections of the store."""

from newsgraph.gql.article_selection import SelectedArticles, found_in
from newsgraph.gql.documents.document_cache import Documents, Unreadable
from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.executable_schema import Schema, sdl
from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options

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
