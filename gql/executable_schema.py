"""The executable Strawberry schema, whose fields resolve from the database's JSON."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

import strawberry
from graphql import GraphQLError, GraphQLInterfaceType, GraphQLObjectType, is_introspection_type
from strawberry.schema.config import StrawberryConfig

from newsgraph.gql.documents.document_cache import DocumentCache
from newsgraph.gql.documents.persisted import PersistedDocuments
from newsgraph.gql.documents.request_validation import RequestValidation
from newsgraph.gql.error_sanitizer import sanitize_error
from newsgraph.gql.execution.executor import StoreExecution
from newsgraph.gql.execution.operation_cache import OperationCache
from newsgraph.gql.options import DEFAULT_OPTIONS
from newsgraph.gql.planning.selection_builder import TYPE_KEY
from newsgraph.gql.schema.query import Query
from newsgraph.gql.schema.scalars import SCALARS
from newsgraph.gql.schema.subscription import Subscription
from newsgraph.gql.schema.types import RelatedLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLResolveInfo, GraphQLSchema
    from strawberry.types import ExecutionContext

    from newsgraph.gql.options import Options

log = logging.getLogger("newsgraph.gql")


class Schema(strawberry.Schema):
    """Strawberry's schema with its limits, document caches and error handling.

    Attributes:
        options: limits and switches.
        persisted_documents: trusted documents and automatic persisted queries.
        document_cache: parses, validates and caches documents.
        operation_cache: caches planned operations.
    """

    def __init__(self, options: Options = DEFAULT_OPTIONS) -> None:
        """Args: options: limits and switches."""
        # No type depends on the options, so all schemas of a process share the types.
        vars(self).update(vars(_build_schema()))
        self.extensions = (self._create_request_validation, StoreExecution)
        self.options, self.persisted_documents = options, PersistedDocuments(options)
        self.document_cache = DocumentCache(self.graphql_schema, options)
        self.operation_cache = OperationCache(self.graphql_schema)

    def _create_request_validation(self) -> RequestValidation:
        return RequestValidation(self.document_cache, self.persisted_documents, self.options)

    @property
    def graphql_schema(self) -> GraphQLSchema:
        """The underlying graphql-core schema."""
        return self._schema

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Give each error its code, and log it only at debug level, as most are clients' errors."""
        hide = not self.options.introspection
        errors[:] = [sanitize_error(error, hide_suggestions=hide) for error in errors]
        for error in errors:
            log.debug("%s", error, extra={"context": execution_context})


def _install_resolvers(schema: GraphQLSchema) -> None:
    """Let every field resolve to the value that the database's JSON has under its response key.

    The response key can be an alias, which Strawberry's default resolver does not use.
    """
    for type_ in schema.type_map.values():
        if is_introspection_type(type_):
            continue
        if isinstance(type_, GraphQLInterfaceType):
            type_.resolve_type = _resolve_type_name
        elif isinstance(type_, GraphQLObjectType):
            type_.is_type_of = None
            for field in type_.fields.values():
                field.resolve = _resolve_field
    subscription_type = schema.subscription_type
    assert subscription_type is not None  # noqa: S101 - `Subscription` defines it
    for field in subscription_type.fields.values():
        field.subscribe = _subscribe_field


def _subscribe_field(root: Any, info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:  # noqa: ANN401 - graphql-core's signature
    """Return the event iterator of a subscription's field, or raise the field's error."""
    events = root if isinstance(root, GraphQLError) else root[str(info.path.key)]
    if isinstance(events, GraphQLError):
        raise events
    return events


def _resolve_field(row: Mapping[str, Any], info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:  # noqa: ANN401 - any field's value
    return row[str(info.path.key)]


def _resolve_type_name(row: Mapping[str, Any], *_: Any) -> str:  # noqa: ANN401 - graphql-core's signature
    return str(row[TYPE_KEY])


@cache
def sdl() -> str:
    """Return the schema in the Schema Definition Language, ending with a newline."""
    return _build_schema().as_str() + "\n"


@cache
def _build_schema() -> strawberry.Schema:
    """Build Strawberry's schema, whose fields resolve from the database's JSON."""
    schema = strawberry.Schema(
        query=Query,
        subscription=Subscription,
        types=[RelatedLink],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _install_resolvers(schema._schema)
    return schema
