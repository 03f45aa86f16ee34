"""Validates a request and selects the operation to run, for every transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationDefinitionNode, get_operation_ast, parse
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from newsgraph.gql.documents.document_cache import InvalidDocumentError
from newsgraph.gql.request_errors import (
    BAD_REQUEST,
    METHOD_NOT_ALLOWED,
    OPERATION_RESOLUTION_FAILURE,
    limit_exceeded_error,
    request_error,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import DocumentNode

    from newsgraph.gql.documents.document_cache import DocumentCache
    from newsgraph.gql.documents.persisted import PersistedDocuments
    from newsgraph.gql.options import Options

_PLACEHOLDER_DOCUMENT = parse("{ __typename }")
"""Replaces a rejected document: Strawberry reads the operation type from the document before
it looks at the errors, and raises if there is none."""


class RequestValidation(SchemaExtension):
    """Strawberry extension that parses and validates requests instead of Strawberry.

    Args:
        document_cache: parses, validates and caches documents.
        persisted_documents: trusted documents and automatic persisted queries.
        options: the limits.
    """

    def __init__(
        self,
        document_cache: DocumentCache,
        persisted_documents: PersistedDocuments,
        options: Options,
    ) -> None:
        self._document_cache, self._persisted_documents = document_cache, persisted_documents
        self._options = options

    def on_operation(self) -> Iterator[None]:
        """Set the validated document, or the errors, on the execution context."""
        context = self.execution_context
        # All operations of a batch or a WebSocket get the same context value; each needs a
        # copy to store its own values in.
        context.context = context.context.copy()
        try:
            context.graphql_document = self._validate_request()
            context.pre_execution_errors = []
        except InvalidDocumentError as invalid:
            self._reject(invalid.errors)
        except GraphQLError as error:
            self._reject([error])
        yield

    def _validate_request(self) -> DocumentNode:
        context = self.execution_context
        for name, value, type_ in (
            ("query", context.query, str),
            ("variables", context.variables, dict),
            ("operationName", context._provided_operation_name, str),
            ("extensions", context.operation_extensions, dict),
        ):
            if value is not None and not isinstance(value, type_):
                message = f"`{name}` has to be {'an object' if type_ is dict else 'a string'}."
                raise request_error(message, BAD_REQUEST)
        max_depth = self._options.max_depth
        if exceeds_depth(context.variables or {}, max_depth):
            problem = f"The variables are nested more than {max_depth} deep"
            raise limit_exceeded_error(problem, "max_depth", max_depth)
        requested = self._persisted_documents.resolve(
            context.query, context.operation_extensions or {}
        )
        document = self._document_cache.parse_and_validate(requested.text, self._check_operation)
        context.query = requested.text
        self._persisted_documents.register(requested)
        return document

    def _check_operation(self, document: DocumentNode) -> None:
        """Check that the document has the requested operation, of an allowed type."""
        context = self.execution_context
        # HTML forms send an empty name if there is none.
        name = context._provided_operation_name = context._provided_operation_name or None
        operation = get_operation_ast(document, name)
        if operation is None:
            message = _operation_resolution_message(document, name)
            raise request_error(message, OPERATION_RESOLUTION_FAILURE)
        operation_type = OperationType(operation.operation.value)
        if operation_type in context.allowed_operations:
            return
        message = (
            "A subscription needs a stream: `Accept: text/event-stream`, or a "
            "WebSocket with the subprotocol graphql-transport-ws."
            if operation_type is OperationType.SUBSCRIPTION
            else f"A {operation_type.value} needs a POST."
        )
        raise request_error(message, METHOD_NOT_ALLOWED, [operation])

    def _reject(self, errors: list[GraphQLError]) -> None:
        context = self.execution_context
        context.graphql_document = _PLACEHOLDER_DOCUMENT
        context._provided_operation_name = None
        context.pre_execution_errors = errors


def exceeds_depth(variables: Mapping[str, Any], max_depth: int) -> bool:
    """Return whether variables are nested deeper than `max_depth` objects and lists.

    It does not recurse. Code that walks variables recursively must only see those that pass.
    """
    level: list[Any] = [variables]
    for _ in range(max_depth):
        level = [
            item
            for value in level
            if isinstance(value, dict | list)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True


def _operation_resolution_message(document: DocumentNode, name: str | None) -> str:
    """Return the message that explains why no operation of the document can be selected."""
    if name is not None:
        return f"There is no operation called '{name}' in the document."
    if any(isinstance(definition, OperationDefinitionNode) for definition in document.definitions):
        return "There are several operations in the document; choose one with `operationName`."
    return "There is no operation in the document; begin one with `query` or `{`."
