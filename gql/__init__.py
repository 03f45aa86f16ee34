"""The Strawberry schema, and the execution of GraphQL operations as selections of the store."""

from newsgraph.gql.article_connection_finder import ArticleConnectionFinder, extract_connection
from newsgraph.gql.documents.document_cache import DocumentCache, InvalidDocumentError
from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.executable_schema import Schema, sdl
from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import Options

__all__ = [
    "ArticleConnectionFinder",
    "DocumentCache",
    "InvalidDocumentError",
    "Options",
    "Schema",
    "extract_connection",
    "graphql_app",
    "sdl",
    "sha256",
]
