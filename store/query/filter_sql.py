"""What the conditions of a filter of articles mean in SQL, and how their values are bound."""

from __future__ import annotations

import json
import operator
import re
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from newsgraph.store.documents.identity import key, topic_slug
from newsgraph.store.documents.times import iso, utc
from newsgraph.store.documents.urls import domain
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.filter import AllOf, Filter, Is, Not, conditions, depth
from newsgraph.store.query.fts_query import expression
from newsgraph.store.query.fts_sql import matches
from newsgraph.store.query.json_sql import each_of, length_of
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator, Mapping

    from sqlalchemy import ColumnElement, FromClause
    from sqlalchemy.types import TypeEngine

Meaning: TypeAlias = "Callable[[FromClause, ColumnElement[Any]], ColumnElement[bool]]"
"""From an article's row and the value compared with to a condition."""

ARCHIVE: Final = 50
"""One of so many articles, whose keys are digests, ends an archive: those that it divides.

Which ones do never hangs on other articles, so that a feed's archives stay what they are.
"""

_IN_NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""NUL, and halves of surrogate pairs, which JSON can say: no text of ours has them."""

_COMPARISONS = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def _number(column: str) -> dict[str, Meaning]:
    return _in(column) | _missing(column) | {name: _compared(column, name) for name in _COMPARISONS}


def _text(column: str) -> dict[str, Meaning]:
    return _in(column) | _missing(column) | {"eq": _compared(column, "eq")}


def _time(column: str) -> dict[str, Meaning]:
    """Compare times, which are '' where none is known, and so less than every other."""

    def known(name: str) -> Meaning:
        meant = _compared(column, name)
        return lambda row, value: and_(row.c[column] != "", meant(row, value))

    comparisons = {name: _compared(column, name) for name in _COMPARISONS}
    comparisons |= {name: known(name) for name in ("lt", "lte")}
    return comparisons | {"missing": lambda row, value: (row.c[column] == "") == value}


def _compared(column: str, name: str) -> Meaning:
    return lambda row, value: _COMPARISONS[name](row.c[column], value)


def _in(column: str) -> dict[str, Meaning]:
    return {"in": lambda row, values: _among(row.c[column], values)}


def _among(column: ColumnElement[Any], values: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.bool_op("IN")(each_of(values))


def _missing(column: str) -> dict[str, Meaning]:
    return {"missing": lambda row, value: row.c[column].is_(None) == value}


def _filed(topics: ColumnElement[Any]) -> tuple[Any, ColumnElement[bool]]:
    filed = t.article_topic.alias("under")
    return filed, _among(filed.c.topic_id, topics)


def _any_topic(row: FromClause, topics: ColumnElement[Any]) -> ColumnElement[bool]:
    filed, fits = _filed(topics)
    return row.c.id.in_(select(filed.c.article_id).where(fits))


def _all_topics(row: FromClause, topics: ColumnElement[Any]) -> ColumnElement[bool]:
    filed, fits = _filed(topics)
    found = select(func.count()).select_from(filed).where(fits, filed.c.article_id == row.c.id)
    return found.correlate(row).scalar_subquery() == length_of(topics)


def _has_images(row: FromClause, value: ColumnElement[Any]) -> ColumnElement[bool]:
    shown = t.article_image.alias("shown")
    some = select(shown.c.article_id).where(shown.c.article_id == row.c.id)
    return some.correlate(row).exists() == value


def _archive_end(row: FromClause, value: ColumnElement[Any]) -> ColumnElement[bool]:
    return (row.c.id % literal_column(str(ARCHIVE)) == literal_column("0")) == value


_LOWER = ("eq", "gt", "gte")

_MEANINGS: Mapping[str, dict[str, Meaning]] = {
    "quality": _number("quality"),
    "heat": _number("heat"),
    "publishedAt": _time("published_at"),
    "slug": {"eq": _compared("slug", "eq")},
    "type": _text("type"),
    "category": _text("category"),
    "published": {"eq": _compared("published", "eq")},
    "providers": _in("provider_id"),
    "topics": {"any": _any_topic, "all": _all_topics},
    "hasImages": {"eq": _has_images},
    "archiveEnd": {"eq": _archive_end},
    "text": {"matches": lambda row, words: row.c.id.in_(matches(words))},
}

_BOUNDED: Mapping[str, dict[str, Meaning]] = {
    "publishedAt": {name: _compared("published_at", name) for name in ("lt", "lte")}
}
"""What conditions mean beside one that only known values fit, so that no row is asked twice."""


IN_PLACE = 4
"""How many conditions of a filter stand where they are asked; more are named, and asked by name.

Those few can use an index. More would be too many values, 32,766 in a statement.
"""

IN_PLACE_NESTING = 2
"""Within how many selects they do so: SQLite's parser has a stack of 100 places."""

Numbered: TypeAlias = "tuple[int, Filter]"
"""A part of a filter, and the number of its first condition."""


def parted(filter_: Filter, nesting: int) -> tuple[list[Numbered], list[Numbered]]:
    """Return which parts of a filter stand in place, and which have to be named.

    Args:
        filter_: without values.
        nesting: how many selects stand around the place.
    """
    in_place: list[Numbered] = []
    named: list[Numbered] = []
    number = 0
    most = IN_PLACE if nesting <= IN_PLACE_NESTING else 0
    for one in filter_.filters if isinstance(filter_, AllOf) else (filter_,):
        plain = isinstance(one.filter if isinstance(one, Not) else one, Is)
        (in_place if plain and len(in_place) < most else named).append((number, one))
        number += sum(1 for _ in conditions(one))
    return in_place, named


def condition(slot: int, parts: Collection[Numbered], row: FromClause) -> ColumnElement[bool]:
    """Return parts of a filter as a condition on an article's row; values are left open.

    Args:
        slot: the number of the edge that has the filter.
        parts: as `parted` gives them, without values.
        row: of `article`.

    Raises:
        BadSelection: there is no such field or operator.
    """
    bounded = {one.field for _, one in parts if isinstance(one, Is) and one.operator in _LOWER}
    each = [
        _condition(one, row, (f"filter_{slot}_{n}" for n in count(at)), bounded)
        for at, one in parts
    ]
    return and_(true(), *each)


def _condition(
    filter_: Filter, row: FromClause, names: Iterator[str], bounded: Container[str] = ()
) -> ColumnElement[bool]:
    if isinstance(filter_, Is):
        meanings = _MEANINGS.get(filter_.field, {})
        if filter_.field in bounded:
            meanings = meanings | _BOUNDED.get(filter_.field, {})
        meaning = meanings.get(filter_.operator)
        if meaning is None:
            raise BadSelection(f"no article is told by {filter_.field} {filter_.operator}")
        return meaning(row, bindparam(next(names), type_=_type(filter_)))
    if isinstance(filter_, Not):
        # A comparison with nothing is unknown to SQL, and is false here.
        return _condition(filter_.filter, row, names).is_not(true())
    each = [(depth(one), _condition(one, row, names)) for one in filter_.filters]
    # SQLite's parser remembers all that stands before a bracket: the deepest ones come first.
    sorted_ = [one for _, one in sorted(each, key=lambda each: -each[0])]
    if isinstance(filter_, AllOf):
        return and_(true(), *sorted_)
    return or_(false(), *sorted_)


def bound(slot: int, filter_: Filter) -> dict[str, Any]:
    """Return the values of a filter by the names that `condition` gives them.

    Raises:
        BadSelection: a time is none.
    """
    return {
        f"filter_{slot}_{number}": _value(one) for number, one in enumerate(conditions(filter_))
    }


_TYPES: Mapping[str, TypeEngine[Any]] = {
    "quality": BigInteger(),
    "heat": BigInteger(),
    "published": Boolean(),
    "hasImages": Boolean(),
    "archiveEnd": Boolean(),
}


def _type(one: Is) -> TypeEngine[Any]:
    if one.operator == "missing":
        return Boolean()
    return Text() if one.operator == "in" else _TYPES.get(one.field, Text())


def _value(one: Is) -> Any:  # noqa: ANN401 - what the driver takes
    value = one.value
    if one.field == "publishedAt" and isinstance(value, str):
        return _moment(one.operator, value)
    if one.field == "text" and isinstance(value, str):
        return expression(value)
    if isinstance(value, tuple):
        return json.dumps(_listed(one.field, value))
    if isinstance(value, str) and _IN_NO_TEXT.search(value):
        return "\0"
    return value


def _listed(field: str, values: tuple[Any, ...]) -> list[Any]:
    if field == "topics":
        return sorted({key("Topic", topic_slug(slug)) for slug in values})
    if field == "providers":
        return [key("Provider", domain(name) or name) for name in values]
    # SQLite's JSON would end a text where there is a NUL in it.
    return [one for one in values if not (isinstance(one, str) and _IN_NO_TEXT.search(one))]


def _moment(operator_: str, text: str) -> str:
    """Return a moment as times are stored, which is without a second's fractions."""
    second = utc(text)
    if second is None:
        raise BadSelection(f"{text!r} is no time; write it as 2021-03-12T21:41:00Z")
    if second == text or "." not in (iso(text) or ""):
        return second
    if operator_ == "eq":
        return "between two seconds"
    if operator_ in ("gte", "lt"):
        try:
            later = datetime.fromisoformat(second.removesuffix("Z")) + timedelta(seconds=1)
        except OverflowError:
            return "~"  # after every time that there is
        return later.isoformat() + "Z"
    return second
