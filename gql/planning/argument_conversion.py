"""Checks the arguments of a field and converts them to the store's `EdgeArguments`. No I/O."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.gql.errors import QueryTooLargeError, UserInputError
from newsgraph.gql.schema.fields import MAX_ROWS
from newsgraph.store.errors import BadCursor, SelectionTooLarge
from newsgraph.store.query.filter import AllOf, AnyOf, Condition, Filter, Not, without_values
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import DEFAULT_SIMILAR_ARTICLES, EdgeArguments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FieldNode

ResponsePath: TypeAlias = tuple[str, ...]
"""Response keys from the root to a field, without list indexes."""

ORDER_NAMES = {"published": {"desc": "newest", "asc": "oldest"}}
"""By field and direction, the store's orders that are not named ``field-direction``."""


class FieldArguments:
    """The coerced arguments of one field, and where the field is, for error messages.

    Args:
        values: the coerced arguments by name.
        nodes: the field's nodes in the document.
        path: the field's path in the response.
    """

    def __init__(
        self, values: Mapping[str, Any], nodes: Sequence[FieldNode], path: ResponsePath
    ) -> None:
        self.values, self.nodes, self.path = values, nodes, path

    def input_error(self, argument: str, message: str) -> UserInputError:
        """Build the error of an invalid argument."""
        return UserInputError(message, argument, self.nodes, self.path)

    def read_row_count(
        self, name: str, maximum: int | None = MAX_ROWS, continue_argument: str = ""
    ) -> int | None:
        """Return the checked value of `first` or `last`, or None if it is left out.

        Args:
            name: name of the argument.
            maximum: the largest allowed value; None for no limit.
            continue_argument: the argument that fetches the remaining rows, if the field has one.

        Raises:
            UserInputError: the value is negative or exceeds the maximum.
        """
        count: int | None = self.values.get(name)
        if count is not None and count < 0:
            raise self.input_error(name, f"{name} is {count}; it cannot be negative.")
        if count is not None and maximum is not None and count > maximum:
            advice = f"; go on with `{continue_argument}`" if continue_argument else ""
            message = f"{name} is {count}, and at most {maximum} rows are given at a time{advice}."
            raise self.input_error(name, message)
        return count

    def read_list_arguments(self, type_name: str, field_name: str) -> EdgeArguments:
        """Convert the arguments of a list or of an object.

        Args:
            type_name: the type that has the field.
            field_name: the field.

        Raises:
            UserInputError: an argument is invalid.
        """
        edges = ENTITIES[type_name].edges if type_name in ENTITIES else {}
        edge = edges.get(field_name)
        if edge is None or edge.max_rows is None:
            return EdgeArguments(first=self.read_row_count("first", None))
        first = self.read_row_count("first", edge.max_rows)
        return EdgeArguments(first=DEFAULT_SIMILAR_ARTICLES if first is None else first)

    def read_connection_arguments(self, entity: str, edge_name: str) -> EdgeArguments:
        """Convert the arguments of a connection.

        Args:
            entity: the store's entity that the connection starts from.
            edge_name: the connection's edge in that entity.

        Raises:
            UserInputError: an argument is invalid.
            QueryTooLargeError: the filter is too deep or has too many conditions.
        """
        first = self.read_row_count("first", continue_argument="after")
        last = self.read_row_count("last", continue_argument="before")
        if first is not None and last is not None:
            raise self.input_error("last", "Pass `first` or `last`, not both.")
        order = self._read_order()
        cursors = {
            name: self._read_cursor(name, entity, edge_name, order) for name in ("after", "before")
        }
        query = self.values.get("query")
        lookup = None if query is None else ("query", query)
        return EdgeArguments(
            first, last, **cursors, lookup=lookup, filter=self._read_filter(), order=order
        )

    def _read_order(self) -> str | None:
        """Return the store's name of the order in `orderBy`."""
        order_input = self.values.get("orderBy")
        if order_input is None:
            return None
        if isinstance(order_input, Enum):  # the order of a search
            return str(order_input.value)
        field, direction = order_input["field"].value, order_input["direction"].value
        return ORDER_NAMES.get(field, {}).get(direction, f"{field}-{direction}")

    def _read_cursor(self, name: str, entity: str, edge_name: str, order: str | None) -> str | None:
        """Return the cursor in `after` or `before`, checked against the connection's order."""
        cursor: str | None = self.values.get(name)
        if cursor is not None:
            try:
                ENTITIES[entity].edges[edge_name].get_order(order).decode_cursor(cursor)
            except BadCursor as error:
                message = "This connection has no such cursor; pass an edge's `cursor` unchanged."
                raise self.input_error(name, message) from error
        return cursor

    def _read_filter(self) -> Filter | None:
        filter_input = self.values.get("filter")
        if filter_input is None:
            return None
        parsed = parse_filter(filter_input)
        try:
            # The store raises if the filter is too large.
            without_values(parsed)
        except SelectionTooLarge as error:
            raise QueryTooLargeError(str(error), self.nodes, self.path) from error
        return parsed


_STORE_OPERATORS = {"isNull": "missing"}
"""By the schema's operator, the store's where it has another name."""

_SINGLE_OPERATORS = {
    "published": "eq",
    "hasImages": "eq",
    "providers": "in",
    "text": "matches",
}
"""The store's operator of conditions that are a value instead of an object of operators."""


def parse_filter(filter_input: Mapping[str, Any]) -> Filter:
    """Convert an ``ArticleFilter`` to the store's filter; null is no condition.

    Args:
        filter_input: the coerced ``ArticleFilter``.
    """
    conditions = tuple(_parse_conditions(filter_input))
    return conditions[0] if len(conditions) == 1 else AllOf(conditions)


def _parse_conditions(filter_input: Mapping[str, Any]) -> Iterator[Filter]:
    for name, value in filter_input.items():
        if value is None:
            continue
        if name == "not":
            yield Not(parse_filter(value))
        elif name in ("and", "or"):
            operands = tuple(parse_filter(operand) for operand in value)
            yield AllOf(operands) if name == "and" else AnyOf(operands)
        elif name in _SINGLE_OPERATORS:
            yield Condition(name, _SINGLE_OPERATORS[name], _make_hashable(value))
        else:
            yield from _parse_operators(name, value)


def _parse_operators(name: str, operators: Mapping[str, Any]) -> Iterator[Filter]:
    """Convert an object of operators, such as ``{gte: 1, lt: 5}``, to a filter for each."""
    for operator, value in operators.items():
        if value is None:
            continue
        if operator == "none":
            yield Not(Condition(name, "any", _make_hashable(value)))
        else:
            yield Condition(name, _STORE_OPERATORS.get(operator, operator), _make_hashable(value))


def _make_hashable(value: Any) -> Any:  # noqa: ANN401 - any scalar, or a list of them
    return tuple(value) if isinstance(value, list) else value
