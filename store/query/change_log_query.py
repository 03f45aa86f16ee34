"""Reads the change log, from which clients keep a copy of the store in sync.

The log has one row per object that exists or existed, with the revision of its last change. So it
is no longer than the store, and a client that reads it from the start gets everything. A token is
the hex encoding of ``log|store|revision|position|start_revision``, a position in the log. It
stays valid while the log grows, because an object that changes again moves to the end. The
``start_revision`` is the one at which the client started to read: it does not need earlier
deletions, even if it has still to read older changes.
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
from newsgraph.store.query.json_sql import (
    as_json,
    hex_text,
    json_array,
    json_boolean,
    json_elements,
    json_length,
    json_object,
    text_literal,
)
from newsgraph.store.query.long_texts import check_long_text_count
from newsgraph.store.query.selection import (
    ArgumentSlot,
    ChangeLogPage,
    ChangeRows,
    Constant,
    Edge,
    Field,
    Selection,
    UnionSelection,
)
from newsgraph.store.query.slot_parameters import lookup_of, row_limit
from newsgraph.store.schema import change_tables
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from newsgraph.store.query.edge_select import NameGenerator
    from newsgraph.store.query.entity import Row

LAST_POSITION: Final = 2**31 - 1
"""Position after all changes of a revision."""

_NUMBERS: Final = range(2**63)


def encode_token(store_id: str, revision: int) -> str:
    """Return the token after all changes of a revision."""
    return f"log|{store_id}|{revision}|{LAST_POSITION}|{revision}".encode().hex()


def decode_token(text: str) -> dict[str, Any]:
    """Return the values of a token, by the names of the statement's parameters.

    Returns:
        ``store``, ``revision``, ``position`` and ``start_revision`` of the token, and
        ``deletions_revision``: the revision up to which the client has all deletions it needs.

    Raises:
        BadCursor: the text is not a token.
    """
    try:
        name, store_id, *numbers = bytes.fromhex(text).decode().split("|")
        revision, position, start_revision = map(int, numbers)
    except ValueError as error:
        raise BadCursor(text) from error
    if name != "log" or not all(
        number in _NUMBERS for number in (revision, position, start_revision)
    ):
        raise BadCursor(text)
    deletions_revision = max(
        start_revision, revision if position >= LAST_POSITION else revision - 1
    )
    values = {"revision": revision, "position": position, "start_revision": start_revision}
    return {"store": store_id, **values, "deletions_revision": deletions_revision}


class UnionObjectBuilder(Protocol):
    """Builds the objects that changed."""

    def build_union(self, rows: FromClause, selection: UnionSelection) -> ColumnElement[Any]:
        """Return the object that is identified by a row's ``entity`` and ``entity_id``."""


@dataclass(slots=True)
class ChangeLogBuilder:
    """Builds the JSON object of a page of the change log.

    Attributes:
        objects: builds the objects that changed.
        names: generates names for the parts of the statement.
        store: the row of `state`.
        page: what to read of the page.
        slot: placeholder for the edge's arguments.
    """

    objects: UnionObjectBuilder
    names: NameGenerator
    store: Row
    page: ChangeLogPage
    slot: ArgumentSlot

    def build(self) -> ColumnElement[Any]:
        """Return the object; null if the token is not valid for this store's log.

        Raises:
            BadSelection: a change has no such field.
        """
        rows = self._build_rows()
        pairs = ((item.key, self._build_item(item, rows)) for item in self.page.items)
        has_several_long = check_long_text_count("Article", self.page.items) > 1
        object_ = json_object(pairs, long=has_several_long)
        page: ColumnElement[Any] = object_
        if not all(isinstance(item, Constant) for item in self.page.items):
            page = select(object_).select_from(rows).correlate(self.store).scalar_subquery()
        if not self.slot.after:
            return page
        is_valid = and_(
            self._token_value("store", Text()) == self.store.c.store_id,
            self._token_value("revision", BigInteger()) <= self.store.c.revision,
            self._token_value("start_revision", BigInteger()) <= self.store.c.revision,
            self._token_value("deletions_revision", BigInteger()) >= self.store.c.log_since,
        )
        return as_json(case((is_valid, page)))

    def _token_value(self, name: str, type_: Text | BigInteger) -> ColumnElement[Any]:
        """Return the parameter with a value of the token that the page starts after."""
        return bindparam(f"{name}_{self.slot.number}", type_=type_)

    def _build_rows(self) -> FromClause:
        """Return the changes of the page, numbered, and one more."""
        change = change_tables.change.alias(self.names.unique("change"))
        is_removed: ColumnElement[bool] = change.c.deleted
        columns = [change.c[name] for name in ("revision", "position", "entity", "entity_id")]
        query = select(*columns, change.c.node_id).order_by(change.c.revision, change.c.position)
        lookup = lookup_of(self.slot)
        if lookup is not None:
            current = self._count_current_owners(change, lookup.value)
            former = self._count_former_owners(change, lookup.value)
            owner_count = json_length(lookup.value)
            is_removed = or_(is_removed, current < owner_count)
            query = query.where(
                change.c.entity == text_literal("Article"), current + former >= owner_count
            )
        if self.slot.after:
            start = (
                self._token_value("revision", BigInteger()),
                self._token_value("position", BigInteger()),
            )
            query = query.where(tuple_(change.c.revision, change.c.position) > tuple_(*start))
        else:
            # A client that starts has nothing that could have been removed.
            query = query.where(not_(is_removed))
        query = query.add_columns(is_removed.label("removed"))
        query = query.order_by(change.c.revision, change.c.position)
        changes = query.limit(row_limit(self.slot) + 1).subquery(self.names.unique("matches"))
        order = (changes.c.revision, changes.c.position)
        number = func.row_number().over(order_by=order).label("number")
        numbered = select(changes, number, func.count().over().label("size")).order_by(number)
        # With a LIMIT the rows keep their order; SQLite may drop an ORDER BY without one.
        return numbered.limit(row_limit(self.slot) + 1).subquery(self.names.unique("rows"))

    def _count_current_owners(
        self, change: FromClause, owners: ColumnElement[Any]
    ) -> ColumnElement[int]:
        """Return how many of some topics and providers have the article now."""
        article_topic, article = (
            t.article_topic.alias("current_assignment"),
            t.article.alias("current_article"),
        )
        topics = select(func.count()).where(
            article_topic.c.article_id == change.c.entity_id,
            article_topic.c.topic_id.bool_op("IN")(json_elements(owners)),
        )
        provider = select(func.count()).where(
            article.c.id == change.c.entity_id,
            article.c.provider_id.bool_op("IN")(json_elements(owners)),
        )
        return (
            topics.correlate(change).scalar_subquery()
            + provider.correlate(change).scalar_subquery()
        )

    def _count_former_owners(
        self, change: FromClause, owners: ColumnElement[Any]
    ) -> ColumnElement[int]:
        """Return how many of some topics and providers had the article before."""
        departure = change_tables.departure.alias("departed")
        departures = select(func.count()).where(
            departure.c.article_id == change.c.entity_id,
            departure.c.owner_id.bool_op("IN")(json_elements(owners)),
        )
        return departures.correlate(change).scalar_subquery()

    def _build_item(
        self, item: Constant | Field | ChangeRows, rows: FromClause
    ) -> ColumnElement[Any]:
        if isinstance(item, Constant):
            return text_literal(item.value)
        limit = row_limit(self.slot)
        if isinstance(item, ChangeRows):
            has_several_long = sum(isinstance(part, Edge) for part in item.items) > 1
            pairs = ((part.key, self._build_change_item(part, rows)) for part in item.items)
            change = json_object(pairs, long=has_several_long)
            return json_array(change, rows.c.number <= limit, long=True)
        has_more = func.coalesce(func.max(rows.c.size), 0) > limit
        if item.name == "hasMore":
            return json_boolean(has_more)
        if item.name != "token":
            raise BadSelection(f"a log has no {item.name!r}")
        is_last = rows.c.number == limit
        last = func.max(self._encode_token(rows.c.revision, rows.c.position)).filter(is_last)
        end: ColumnElement[int] = literal_column(str(LAST_POSITION))
        log_end = self._encode_token(
            self.store.c.revision, end, start_revision=self.store.c.revision
        )
        log_start = self._encode_token(literal_column("0"), literal_column("0"))
        # After a page of size 0, the client is where it was before.
        unchanged = self._encode_start_token() if self.slot.after else log_start
        return case((limit == literal(0), unchanged), (has_more, last), else_=log_end)

    def _encode_start_token(self) -> ColumnElement[str]:
        return self._encode_token(
            self._token_value("revision", BigInteger()),
            self._token_value("position", BigInteger()),
        )

    def _encode_token(
        self,
        revision: ColumnElement[int],
        position: ColumnElement[int],
        *,
        start_revision: ColumnElement[int] | None = None,
    ) -> ColumnElement[str]:
        """Return a token, as SQL.

        Args:
            revision: revision of the position.
            position: position in this revision.
            start_revision: revision at which the client started; by default that of the token
                which the page starts after, or else the current revision.
        """
        if start_revision is None:
            now = self.store.c.revision
            start_revision = (
                self._token_value("start_revision", BigInteger()) if self.slot.after else now
            )
        text = text_literal("log|") + self.store.c.store_id
        for part in (revision, position, start_revision):
            text = text + text_literal("|") + cast(part, Text)
        return hex_text(text)

    def _build_change_item(
        self, part: Constant | Field | Edge, rows: FromClause
    ) -> ColumnElement[Any]:
        match part:
            case Constant():
                return text_literal(part.value)
            case Field(name="id"):
                return rows.c.node_id
            case Field(name="revision"):
                return rows.c.revision
            case Field(name="removed"):
                return json_boolean(rows.c.removed)
            case Field(name="token"):
                return self._encode_token(rows.c.revision, rows.c.position)
            case Edge(name="node", selection=UnionSelection() as selection):
                return self._build_changed_object(rows, selection)
            case Edge(name="article", selection=Selection() as selection):
                return self._build_changed_object(rows, UnionSelection((("Article", selection),)))
        raise BadSelection(f"a change has no {part.name!r}")

    def _build_changed_object(
        self, rows: FromClause, selection: UnionSelection
    ) -> ColumnElement[Any]:
        """Return the object as it is now; null if it was removed."""
        return as_json(case((not_(rows.c.removed), self.objects.build_union(rows, selection))))
