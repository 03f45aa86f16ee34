"""Finds the connection of articles in a query, so that a feed can be built from any query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationType, get_operation_ast

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.documents.request_validation import exceeds_depth
from newsgraph.gql.errors import CLIENT_VISIBLE_STORE_ERRORS, QueryTooLargeError, to_graphql_error
from newsgraph.gql.planning.cost import cost_limit_message, estimate_cost
from newsgraph.gql.planning.plan import plan_operation
from newsgraph.gql.request_errors import BAD_REQUEST, limit_exceeded_error, request_error
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import Edge, Page, Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.gql.executable_schema import Schema

PARENT_KEY, CONNECTION_KEY = "within", "found"
"""Keys of a built selection: of the fields above the connection, and of the connection itself."""


class ArticleConnectionFinder:
    """Turns an operation into a selection of the articles that it selects first."""

    def __init__(self, schema: Schema) -> None:
        """Args: schema: has the known documents and the limits."""
        self._schema = schema

    def find_trusted_document(self, digest: str) -> str | None:
        """Return the text of the trusted document with a hash, or None."""
        return self._schema.options.trusted_documents.get(digest)

    def is_trusted_document(self, text: str) -> bool:
        """Return whether a document is a trusted one."""
        return sha256(text) in self._schema.options.trusted_documents

    @property
    def trusted_only(self) -> bool:
        """Whether only trusted documents are executed."""
        return self._schema.options.trusted_only

    @property
    def max_document_characters(self) -> int:
        """Maximum length of a document."""
        return self._schema.options.max_document_characters

    @property
    def max_document_bytes(self) -> int:
        """Maximum size of a document in UTF-8."""
        return 4 * self._schema.options.max_document_characters

    def build_selection(
        self,
        document_text: str,
        operation_name: str | None,
        variables: Mapping[str, Any],
        page: Page,
    ) -> tuple[str | None, Selection]:
        """Return an operation's name, and a selection of its first connection of articles.

        The selection has the fields above the connection, each of which leads to a single object,
        and the connection with the operation's arguments. It reads `page` from the connection
        instead of what the operation selects.

        Args:
            document_text: the GraphQL document.
            operation_name: the operation to use; None if the document has only one.
            variables: the client's values of the variables.
            page: what to read from the connection.

        Raises:
            InvalidDocumentError: the document is invalid or exceeds a limit.
            GraphQLError: the operation is not a query, selects no articles, has invalid
                arguments or costs too much.
        """
        options = self._schema.options
        if exceeds_depth(variables, options.max_depth):
            problem = f"The variables are nested more than {options.max_depth} deep"
            raise limit_exceeded_error(problem, "max_depth", options.max_depth)
        document = self._schema.document_cache.parse_and_validate(document_text)
        operation = get_operation_ast(document, operation_name)
        if operation is None or operation.operation is not OperationType.QUERY:
            raise request_error(
                "A feed needs exactly one query; select it with `operationName`.", BAD_REQUEST
            )
        try:
            plan = plan_operation(
                self._schema.graphql_schema,
                document,
                operation,
                variables,
                include_type_names=False,
            )
            root_fields = list(plan.root_fields.values())
            for root_field in root_fields:
                if isinstance(root_field, GraphQLError):
                    raise root_field
            selection = next(
                filter(None, (_select_connection(field, page) for field in root_fields)), None
            )
            if selection is None:
                message = (
                    "This query selects no connection of articles, or is given wrong variables."
                )
                raise request_error(message, BAD_REQUEST)
            if (cost := estimate_cost(selection)).total > options.max_cost:
                raise QueryTooLargeError(cost_limit_message(cost, options.max_cost))
        except CLIENT_VISIBLE_STORE_ERRORS as error:
            raise to_graphql_error(error) from error
        return operation.name.value if operation.name else None, selection


def _select_connection(selection: object, page: Page, entity: str = "Query") -> Selection | None:
    """Return a selection of only the first connection of articles, or None if there is none."""
    if not isinstance(selection, Selection):
        return None
    for item in selection.items:
        if not isinstance(item, Edge):
            continue
        edge = ENTITIES[entity].edges[item.name]
        if isinstance(item.selection, Page) and edge.target == "Article":
            return Selection((replace(item, key=CONNECTION_KEY, selection=page),))
        if (
            edge.kind == "one"
            and (inner := _select_connection(item.selection, page, edge.target)) is not None
        ):
            return Selection((replace(item, key=PARENT_KEY, selection=inner),))
    return None


def extract_connection(result: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the connection in the result of a selection by `ArticleConnectionFinder`.

    Returns:
        The connection, or None if an object above it does not exist.
    """
    value: Any = result
    while value is not None and PARENT_KEY in value:
        value = value[PARENT_KEY]
    return None if value is None else value[CONNECTION_KEY]
