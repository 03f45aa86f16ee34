"""What a connection was asked for: its arguments, checked, as the store takes them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.gql.errors import BadInput, TooLarge
from newsgraph.gql.schema.fields import MOST_ROWS
from newsgraph.store.errors import BadCursor, SelectionTooLarge
from newsgraph.store.query.filter import AllOf, AnyOf, Filter, Is, Not, without_values
from newsgraph.store.query.graph_map import ENTITIES
from newsgraph.store.query.selection import Arguments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FieldNode

Path: TypeAlias = tuple[str, ...]

ORDERS = {"published": {"desc": "newest", "asc": "oldest"}}
"""The store's names of orders that are not just field and direction."""


class Asked:
    """The arguments of one field, and its place for errors.

    Args:
        values: the arguments, coerced.
        nodes: the field's nodes in the document.
        path: the field's path in the response, lists left out.
    """

    def __init__(self, values: Mapping[str, Any], nodes: Sequence[FieldNode], path: Path) -> None:
        self.values, self.nodes, self.path = values, nodes, path

    def bad(self, argument: str, message: str) -> BadInput:
        """Return the error of an argument."""
        return BadInput(message, argument, self.nodes, self.path)

    def size(self, name: str, most: int | None = MOST_ROWS, onward: str = "") -> int | None:
        """Return `first` or `last`.

        Args:
            name: which of the two.
            most: how many there may be.
            onward: the argument that gives the rest, where the field has one.

        Raises:
            BadInput: it is negative or too many.
        """
        number: int | None = self.values.get(name)
        if number is not None and number < 0:
            raise self.bad(name, f"{name} is {number}; it cannot be negative.")
        if number is not None and most is not None and number > most:
            rest = f"; go on with `{onward}`" if onward else ""
            told = f"{name} is {number}, and at most {most} rows are given at a time{rest}."
            raise self.bad(name, told)
        return number

    def page(self, entity: str, edge: str) -> Arguments:
        """Return the arguments of a connection.

        Args:
            entity: what it starts from.
            edge: its name there.

        Raises:
            BadInput: an argument cannot be served.
            TooLarge: the filter goes too deep, or has too many conditions.
        """
        first = self.size("first", onward="after")
        last = self.size("last", onward="before")
        if first is not None and last is not None:
            raise self.bad("last", "Give `first` or `last`, not both: a page has one end to it.")
        order = self._order()
        cursors = {side: self._cursor(side, entity, edge, order) for side in ("after", "before")}
        query = self.values.get("query")
        by = None if query is None else ("query", query)
        return Arguments(first, last, **cursors, by=by, filter=self._filter(), order=order)

    def _order(self) -> str | None:
        given = self.values.get("orderBy")
        if given is None:
            return None
        field, direction = given["field"].value, given["direction"].value
        return ORDERS.get(field, {}).get(direction, f"{field}-{direction}")

    def _cursor(self, side: str, entity: str, edge: str, order: str | None) -> str | None:
        cursor: str | None = self.values.get(side)
        if cursor is not None:
            try:
                ENTITIES[entity].edges[edge].ordered(order).read(cursor)
            except BadCursor as error:
                message = "This connection gave no such cursor; use an edge's `cursor` as it is."
                raise self.bad(side, message) from error
        return cursor

    def _filter(self) -> Filter | None:
        given = self.values.get("filter")
        if given is None:
            return None
        found = read_filter(given)
        try:
            without_values(found)
        except SelectionTooLarge as error:
            raise TooLarge(str(error), self.nodes, self.path) from error
        return found


_OPERATORS = {"isNull": "missing"}
_PLAIN = {"published": "eq", "hasImages": "eq", "providers": "in", "text": "matches"}


def read_filter(given: Mapping[str, Any]) -> Filter:
    """Return a filter as the store takes it; what is null says nothing.

    Args:
        given: an ``ArticleFilter``, coerced.
    """
    parts = tuple(_parts(given))
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _parts(given: Mapping[str, Any]) -> Iterator[Filter]:
    for name, value in given.items():
        if value is None:
            continue
        if name == "not":
            yield Not(read_filter(value))
        elif name in ("and", "or"):
            each = tuple(read_filter(one) for one in value)
            yield AllOf(each) if name == "and" else AnyOf(each)
        elif name in _PLAIN:
            yield Is(name, _PLAIN[name], _frozen(value))
        else:
            yield from _compared(name, value)


def _compared(name: str, given: Mapping[str, Any]) -> Iterator[Filter]:
    for operator, value in given.items():
        if value is None:
            continue
        if operator == "none":
            yield Not(Is(name, "any", _frozen(value)))
        else:
            yield Is(name, _OPERATORS.get(operator, operator), _frozen(value))


def _frozen(value: Any) -> Any:  # noqa: ANN401 - any scalar, or a list of them
    return tuple(value) if isinstance(value, list) else value
