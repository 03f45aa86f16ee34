"""Full-text search in SQL: matching articles, their ranks and their snippets.

What was typed into a search box is a parameter. Each engine compiles the functions:
`store.engines.sqlite.search_functions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, Float, Text, cast, func, literal_column, null, select
from sqlalchemy.sql.functions import FunctionElement

from newsgraph.store.query.json_sql import json_item, json_rows, ordered_join
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from newsgraph.store.query.order import Position


class search_count(FunctionElement[int]):  # noqa: N801 - named like an SQL function
    """The number of articles that a search finds."""

    type = BigInteger()
    inherit_cache = True


class search_page(FunctionElement[str]):  # noqa: N801 - as above
    """Hits from one end, best first, as a JSON array of [key of the article, rank].

    Its arguments are the search, the maximum number of hits, whether to return the last ones, and
    the rank and the key of the hits after and before which they are.
    """

    type = Text()
    inherit_cache = True


class search_part_numbers(FunctionElement[str]):  # noqa: N801 - as above
    """The numbers of the parts of all hits of a search, as a JSON array."""

    type = Text()
    inherit_cache = True


class search_part(FunctionElement[str]):  # noqa: N801 - as above
    """A part of the hits of a search, as `search_page` returns them, by its number."""

    type = Text()
    inherit_cache = True


class search_suggestion(FunctionElement[str]):  # noqa: N801 - as above
    """The search with its misspelt words corrected; null if there is nothing to correct."""

    type = Text()
    inherit_cache = True


class search_snippet(FunctionElement[str]):  # noqa: N801 - as above
    """The words around the best matches, as HTML: escaped, with matches in ``<mark>``.

    Its arguments are the search, the language of the article, and its excerpt, HTML and title.
    """

    type = Text()
    inherit_cache = True


class PageBounds(NamedTuple):
    """Which rows of a page's order are needed.

    Attributes:
        size: maximum number of rows.
        is_backward: whether they are the last ones.
        after, before: positions between which they are.
    """

    size: ColumnElement[int]
    is_backward: bool
    after: Position | None = None
    before: Position | None = None


def matching_ids(text: ColumnElement[Any]) -> Select[Any]:
    """Return the keys of the matching articles."""
    hits = all_hits(text).subquery("matching")
    return select(hits.c.id)


def all_hits(text: ColumnElement[Any]) -> Select[Any]:
    """Return ``id`` and ``rank`` of the matching articles, unsorted."""
    part = json_rows(search_part_numbers(text)).table_valued("key", "value", name="part")
    hits = json_rows(search_part(text, part.c.value)).table_valued("key", "value", name="hit")
    return _unpack_hits(hits.c.value).select_from(ordered_join(part, hits, literal_column("1")))


def page_hits(text: ColumnElement[Any], bounds: PageBounds) -> Select[Any]:
    """Return ``id`` and ``rank`` of the matching articles of a page, unsorted."""
    positions = (
        (null(), null()) if position is None else (position.value, position.key)
        for position in (bounds.after, bounds.before)
    )
    arguments = (value for position in positions for value in position)
    is_backward: ColumnElement[int] = literal_column(str(int(bounds.is_backward)))
    page = search_page(text, bounds.size, is_backward, *arguments)
    return _unpack_hits(json_rows(page).table_valued("key", "value", name="hit").c.value)


def _unpack_hits(hit: ColumnElement[Any]) -> Select[Any]:
    return select(
        json_item(hit, 0, BigInteger()).label("id"), json_item(hit, 1, Text()).label("rank")
    )


def snippet(article: ColumnElement[int], text: ColumnElement[Any]) -> Select[Any]:
    """Return the snippet of one matching article."""
    names = "language", "excerpt", "body_html", "title"
    row = t.article.alias("snippet_article")
    return select(search_snippet(text, *(row.c[name] for name in names))).where(row.c.id == article)


def score(rank: ColumnElement[str]) -> ColumnElement[Any]:
    """Return a score as clients see it."""
    return cast(func.substr(rank, literal_column("1"), literal_column("1")), Float)
