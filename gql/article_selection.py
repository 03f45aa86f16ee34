"""The articles that an operation selects: what a feed of any query is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationType, get_operation_ast

from newsgraph.gql.documents.request_validation import nests_deeper
from newsgraph.gql.errors import TOLD, TooLarge, refused
from newsgraph.gql.planning.cost import cost, too_dear
from newsgraph.gql.planning.plan import plan
from newsgraph.gql.request_errors import BAD_REQUEST, refusal, too_large
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import Edge, Page, Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.gql.executable_schema import Schema

WITHIN, FOUND = "within", "found"
"""The keys of what leads to the connection, and of the connection itself."""


class SelectedArticles:
    """Finds an operation's connection of articles, and asks for something else of it."""

    def __init__(self, schema: Schema) -> None:
        """Args: schema: knows documents by their hashes, and what operations may cost."""
        self._schema = schema

    def text_of(self, digest: str) -> str | None:
        """Return the document that is known by a hash; None where there is none."""
        return self._schema.persisted.known(digest)

    @property
    def trusted_only(self) -> bool:
        """Whether no other documents than trusted ones are run."""
        return self._schema.options.trusted_only

    @property
    def takes_documents(self) -> bool:
        """Whether clients may have documents kept that nobody gave to the server."""
        return not self.trusted_only and self._schema.options.persisted_bytes > 0

    @property
    def max_body_bytes(self) -> int:
        """How long a request's body may be."""
        return self._schema.options.max_body_bytes

    def is_trusted(self, digest: str) -> bool:
        """Tell whether a document is known from the start."""
        return digest in self._schema.options.trusted_documents

    def selection(
        self, text: str, name: str | None, variables: Mapping[str, Any], page: Page
    ) -> tuple[str | None, Selection]:
        """Return an operation's name, and the way to the first articles that it selects.

        Only fields that lead to one thing lie on it, and of the connection itself `page` is
        asked, with the arguments that the operation gives.

        Args:
            text: the document's.
            name: which of its operations; None where it has one.
            variables: as a client gives them.
            page: what to ask of the connection.

        Raises:
            Unreadable: the document is not valid, or passes a limit.
            GraphQLError: it is no query, leads to no articles, or cannot be asked like that.
        """
        options = self._schema.options
        if nests_deeper(variables, options.max_depth):
            told = f"The variables are nested more than {options.max_depth} deep"
            raise too_large(told, "max_depth", options.max_depth)
        document = self._schema.documents.read(text)
        operation = get_operation_ast(document, name)
        if operation is None or operation.operation is not OperationType.QUERY:
            raise refusal("A feed is made of one query; name it by `operationName`.", BAD_REQUEST)
        try:
            planned = plan(self._schema.graphql, document, operation, variables, typed=False)
            roots = list(planned.roots.values())
            for one in roots:
                if isinstance(one, GraphQLError):
                    raise one
            found = next(filter(None, (_way(one, page) for one in roots)), None)
            if found is None:
                told = "This query selects no connection of articles, or is given wrong variables."
                raise refusal(told, BAD_REQUEST)
            if (asked := cost(found)).total > options.max_cost:
                raise TooLarge(too_dear(asked, options.max_cost))
        except TOLD as error:
            raise refused(error) from error
        return operation.name.value if operation.name else None, found


def _way(selection: object, page: Page, entity: str = "Query") -> Selection | None:
    if not isinstance(selection, Selection):
        return None
    for item in selection.items:
        if not isinstance(item, Edge):
            continue
        edge = ENTITIES[entity].edges[item.name]
        if isinstance(item.to, Page) and edge.target == "Article":
            return Selection((replace(item, key=FOUND, to=page),))
        if edge.shape == "one" and (inner := _way(item.to, page, edge.target)) is not None:
            return Selection((replace(item, key=WITHIN, to=inner),))
    return None


def found_in(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the connection in the store's answer; None where nothing leads to it."""
    here: Any = answer
    while here is not None and WITHIN in here:
        here = here[WITHIN]
    return None if here is None else here[FOUND]
