"""Which operation of a request is run, if any: the same for every transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationDefinitionNode, get_operation_ast, parse
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from newsgraph.gql.documents.document_cache import Unreadable
from newsgraph.gql.request_errors import (
    BAD_REQUEST,
    NOT_ALLOWED,
    WHICH_OPERATION,
    refusal,
    too_large,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import DocumentNode

    from newsgraph.gql.documents.document_cache import Documents
    from newsgraph.gql.documents.persisted import Persisted
    from newsgraph.gql.options import Options

_REFUSED = parse("{ __typename }")
"""Stands for a document that is not run: Strawberry asks a document for its operation's kind
before it looks at the errors, and raises where there is none."""


class Admission(SchemaExtension):
    """Strawberry's hook before an operation. It parses and validates in Strawberry's place."""

    def __init__(self, documents: Documents, persisted: Persisted, options: Options) -> None:
        self._documents, self._persisted, self._options = documents, persisted, options

    def on_operation(self) -> Iterator[None]:
        """Give Strawberry a document that may be run, or errors."""
        context = self.execution_context
        # A batch's operations, and a socket's, are given one context and must not meet in it.
        context.context = context.context.copy()
        try:
            context.graphql_document = self._admitted()
            context.pre_execution_errors = []
        except Unreadable as unreadable:
            self._refuse(unreadable.errors)
        except GraphQLError as error:
            self._refuse([error])
        yield

    def _admitted(self) -> DocumentNode:
        context = self.execution_context
        for name, value, kind in (
            ("query", context.query, str),
            ("variables", context.variables, dict),
            ("operationName", context._provided_operation_name, str),
            ("extensions", context.operation_extensions, dict),
        ):
            if value is not None and not isinstance(value, kind):
                told = f"`{name}` has to be {'an object' if kind is dict else 'a string'}."
                raise refusal(told, BAD_REQUEST)
        if nests_deeper(context.variables or {}, self._options.max_depth):
            most = self._options.max_depth
            raise too_large(f"The variables are nested more than {most} deep", "max_depth", most)
        asked = self._persisted.find(context.query, context.operation_extensions or {})
        document = self._documents.read(asked.text, self._check_operation)
        context.query = asked.text
        self._persisted.keep(asked)
        return document

    def _check_operation(self, document: DocumentNode) -> None:
        context = self.execution_context
        # Forms send an empty name where there is none.
        name = context._provided_operation_name = context._provided_operation_name or None
        operation = get_operation_ast(document, name)
        if operation is None:
            raise refusal(_which(document, name), WHICH_OPERATION)
        kind = OperationType(operation.operation.value)
        if kind in context.allowed_operations:
            return
        told = (
            "A subscription needs a stream: `Accept: text/event-stream`, or a "
            "WebSocket with the subprotocol graphql-transport-ws."
            if kind is OperationType.SUBSCRIPTION
            else f"A {kind.value} needs a POST."
        )
        raise refusal(told, NOT_ALLOWED, [operation])

    def _refuse(self, errors: list[GraphQLError]) -> None:
        context = self.execution_context
        context.graphql_document = _REFUSED
        context._provided_operation_name = None
        context.pre_execution_errors = errors


def nests_deeper(variables: Mapping[str, Any], most: int) -> bool:
    """Tell whether variables are nested too deep to be looked at by recursion."""
    level: list[Any] = [variables]
    for _ in range(most):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _which(document: DocumentNode, name: str | None) -> str:
    """Say why none of a document's operations is the one to run."""
    if name is not None:
        return f"There is no operation called '{name}' in the document."
    if any(isinstance(one, OperationDefinitionNode) for one in document.definitions):
        return "There are several operations; tell which one by `operationName`."
    return "There is no operation in the document; begin one with `query` or `{`."
