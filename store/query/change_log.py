"""What changed after a token, in SQL: the store's log, from which others are kept in step.

The log has one row for each thing that there is or was: when it last changed. So it is no
longer than the store, and whoever reads it from the start has everything. A token is the hex
of ``log|store|revision|position|begun``, a place in it; it goes on being right while the log
grows, because what changes again moves to the end. ``begun`` is the revision that was read
first: deletions before it do not matter to its reader, who may still be among older changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import (
    BigInteger,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
)

from newsgraph.store.errors import BadCursor, BadSelection
from newsgraph.store.query.joins import Names, by_of, few_long, size_of
from newsgraph.store.query.json_sql import (
    as_json,
    constant,
    each_of,
    hex_text,
    json_boolean,
    json_list,
    json_object,
    length_of,
)
from newsgraph.store.query.selection import (
    Choice,
    Constant,
    Edge,
    Field,
    Log,
    LogRows,
    Selection,
    Slot,
)
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from newsgraph.store.query.entity import Row

END: Final = 2**31 - 1
"""The position after all changes of a revision."""

_NUMBERS: Final = range(2**63)


def token(store_id: str, revision: int) -> str:
    """Return the token that stands behind all changes of a revision."""
    return f"log|{store_id}|{revision}|{END}|{revision}".encode().hex()


def read_token(text: str) -> dict[str, Any]:
    """Return the ``store``, ``revision``, ``position`` and ``begun`` of a token, and ``known``.

    That is the revision up to which its reader misses no deletion.

    Raises:
        BadCursor: it is no token.
    """
    try:
        name, store, *numbers = bytes.fromhex(text).decode().split("|")
        revision, position, begun = map(int, numbers)
    except ValueError as error:
        raise BadCursor(text) from error
    if name != "log" or not all(one in _NUMBERS for one in (revision, position, begun)):
        raise BadCursor(text)
    known = max(begun, revision if position >= END else revision - 1)
    place = {"revision": revision, "position": position, "begun": begun}
    return {"store": store, **place, "known": known}


class LogNodes(Protocol):
    """Builds the objects that changes are of."""

    def choice(self, rows: FromClause, to: Choice) -> ColumnElement[Any]:
        """Return the object that a row's ``entity`` and ``entity_id`` name."""


@dataclass(slots=True)
class LogObject:
    """The JSON object of a part of the log, being built.

    Attributes:
        nodes: builds the objects that changes are of.
        names: gives names to the parts of the statement.
        store: the row of `state`.
        log: what is wanted of it.
        slot: the place of its arguments.
    """

    nodes: LogNodes
    names: Names
    store: Row
    log: Log
    slot: Slot

    def object(self) -> ColumnElement[Any]:
        """Return the object; it is null where the token is none of this store's log.

        Raises:
            BadSelection: a change has no such field.
        """
        rows = self._rows()
        pairs = ((item.key, self._item(item, rows)) for item in self.log.items)
        several = few_long("Article", self.log.items) > 1
        built = json_object(pairs, long=several)
        log: ColumnElement[Any] = built
        if not all(isinstance(item, Constant) for item in self.log.items):
            log = select(built).select_from(rows).correlate(self.store).scalar_subquery()
        if not self.slot.after:
            return log
        known = and_(
            self._since("store", Text()) == self.store.c.store_id,
            self._since("revision", BigInteger()) <= self.store.c.revision,
            self._since("begun", BigInteger()) <= self.store.c.revision,
            self._since("known", BigInteger()) >= self.store.c.log_since,
        )
        return as_json(case((known, log)))

    def _since(self, name: str, type_: Text | BigInteger) -> ColumnElement[Any]:
        return bindparam(f"{name}_{self.slot.number}", type_=type_)

    def _rows(self) -> FromClause:
        """Return the changes, numbered, and one more than was asked for."""
        change = t.change.alias(self.names.new("change"))
        removed: ColumnElement[bool] = change.c.deleted
        columns = [change.c[name] for name in ("revision", "position", "entity", "entity_id")]
        found = select(*columns, change.c.node_id).order_by(change.c.revision, change.c.position)
        by = by_of(self.slot)
        if by is not None:
            here, left = self._here(change, by.value), self._left(change, by.value)
            wanted = length_of(by.value)
            removed = or_(removed, here < wanted)
            found = found.where(change.c.entity == constant("Article"), here + left >= wanted)
        if self.slot.after:
            place = (self._since("revision", BigInteger()), self._since("position", BigInteger()))
            found = found.where(tuple_(change.c.revision, change.c.position) > tuple_(*place))
        else:
            # Whoever begins has nothing that could have gone.
            found = found.where(not_(removed))
        more = found.add_columns(removed.label("removed")).limit(size_of(self.slot) + 1)
        some = more.subquery(self.names.new("found"))
        order = (some.c.revision, some.c.position)
        number, size = func.row_number().over(order_by=order), func.count().over()
        numbered = select(some, number.label("number"), size.label("size")).order_by(number)
        return numbered.subquery(self.names.new("rows"))

    def _here(self, change: FromClause, places: ColumnElement[Any]) -> ColumnElement[int]:
        """Return in how many of the places the article is."""
        filed, article = t.article_topic.alias("here"), t.article.alias("published")
        topics = select(func.count()).where(
            filed.c.article_id == change.c.entity_id,
            filed.c.topic_id.bool_op("IN")(each_of(places)),
        )
        provider = select(func.count()).where(
            article.c.id == change.c.entity_id,
            article.c.provider_id.bool_op("IN")(each_of(places)),
        )
        return (
            topics.correlate(change).scalar_subquery()
            + provider.correlate(change).scalar_subquery()
        )

    def _left(self, change: FromClause, places: ColumnElement[Any]) -> ColumnElement[int]:
        """Return in how many of the places the article was before."""
        left = t.departure.alias("left")
        found = select(func.count()).where(
            left.c.article_id == change.c.entity_id,
            left.c.place_id.bool_op("IN")(each_of(places)),
        )
        return found.correlate(change).scalar_subquery()

    def _item(self, item: Constant | Field | LogRows, rows: FromClause) -> ColumnElement[Any]:
        if isinstance(item, Constant):
            return constant(item.value)
        size = size_of(self.slot)
        if isinstance(item, LogRows):
            several = sum(isinstance(one, Edge) for one in item.items) > 1
            pairs = ((one.key, self._part(one, rows)) for one in item.items)
            value = json_object(pairs, long=several)
            return json_list(value, rows.c.number <= size, long=True)
        more = func.coalesce(func.max(rows.c.size), 0) > size
        if item.name == "hasMore":
            return json_boolean(more)
        if item.name != "token":
            raise BadSelection(f"a log has no {item.name!r}")
        last = func.max(self._token(rows.c.revision, rows.c.position)).filter(rows.c.number == size)
        end: ColumnElement[int] = literal_column(str(END))
        here = self._token(self.store.c.revision, end, begun=self.store.c.revision)
        start = self._token(literal_column("0"), literal_column("0"))
        # Of a page of none there is nothing that the client has got to.
        none = self._given() if self.slot.after else start
        return case((size == literal(0), none), (more, last), else_=here)

    def _given(self) -> ColumnElement[str]:
        return self._token(
            self._since("revision", BigInteger()), self._since("position", BigInteger())
        )

    def _token(
        self,
        revision: ColumnElement[int],
        position: ColumnElement[int],
        *,
        begun: ColumnElement[int] | None = None,
    ) -> ColumnElement[str]:
        if begun is None:
            now = self.store.c.revision
            begun = self._since("begun", BigInteger()) if self.slot.after else now
        text = constant("log|") + self.store.c.store_id
        for part in (revision, position, begun):
            text = text + constant("|") + cast(part, Text)
        return hex_text(text)

    def _part(self, part: Constant | Field | Edge, rows: FromClause) -> ColumnElement[Any]:
        match part:
            case Constant():
                return constant(part.value)
            case Field(name="id"):
                return rows.c.node_id
            case Field(name="revision"):
                return rows.c.revision
            case Field(name="removed"):
                return json_boolean(rows.c.removed)
            case Field(name="token"):
                return self._token(rows.c.revision, rows.c.position)
            case Edge(name="node", to=Choice() as to):
                return self._object(rows, to)
            case Edge(name="article", to=Selection() as to):
                return self._object(rows, Choice((("Article", to),)))
        raise BadSelection(f"a change has no {part.name!r}")

    def _object(self, rows: FromClause, to: Choice) -> ColumnElement[Any]:
        return as_json(case((not_(rows.c.removed), self.nodes.choice(rows, to))))
