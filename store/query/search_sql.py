"""Full-text search in SQL: matching articles, their ranks and their snippets.

What was typed into a search box is a parameter. Each engine compiles the functions:
`store.engines.sqlite.search_functions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, Float, Text, cast, func, literal_column, null, select
from sqlalchemy.sql.functions import FunctionElement

from newsgraph.store.query.json_sql import (
    json_item,
    json_rows,
    number_literal,
    ordered_join,
    text_literal,
)
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, TableValuedAlias
    from sqlalchemy.types import TypeEngine

    from newsgraph.store.query.order import Position


class search_count(FunctionElement[int]):  # noqa: N801 - named like an SQL function
    """The number of articles that a search and a filter find: their two arguments."""

    type = BigInteger()
    inherit_cache = True


class search_page(FunctionElement[str]):  # noqa: N801 - as above
    """Hits from one end, best first, as a JSON array of [key of the article, rank].

    Its arguments are the search, the filter, whether the newest are first instead, the maximum
    number of hits, whether to return the last ones, and the rank and the key of the hits after and
    before which they are. If the newest are first, these ranks are orders by date.
    """

    type = Text()
    inherit_cache = True


class search_part_numbers(FunctionElement[str]):  # noqa: N801 - as above
    """The numbers of the parts of all hits of a search and a filter, as a JSON array."""

    type = Text()
    inherit_cache = True


class search_part(FunctionElement[str]):  # noqa: N801 - as above
    """A part of all hits, as `search_page` returns them, by its number."""

    type = Text()
    inherit_cache = True


class search_facet(FunctionElement[str]):  # noqa: N801 - as above
    """How many of all hits have each value of a facet, as a JSON array of [value, count].

    Its arguments are the search, the filter, the name of the facet and how many values are needed.
    """

    type = Text()
    inherit_cache = True


class search_similar(FunctionElement[str]):  # noqa: N801 - as above
    """The keys of the articles that are most like an article, best first, as a JSON array."""

    type = Text()
    inherit_cache = True


class search_suggestion(FunctionElement[str]):  # noqa: N801 - as above
    """The search with its misspelt words corrected; null if there is nothing to correct."""

    type = Text()
    inherit_cache = True


class search_completions(FunctionElement[str]):  # noqa: N801 - as above
    """Searches that begin with what was typed so far, as a JSON array."""

    type = Text()
    inherit_cache = True


class search_snippet(FunctionElement[str]):  # noqa: N801 - as above
    """The words around the best matches, as HTML: escaped, with matches in ``<mark>``.

    Its arguments are the search, the key and the language of the article, and its excerpt, HTML
    and title.
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


class IndexedArticles(NamedTuple):
    """The articles that a search and a filter find.

    Attributes:
        text: what was typed into a search box; all articles match an empty text.
        filter: the filter as JSON (`store.query.filter_json`), or an empty text.
        is_by_date: whether the newest come first instead of the best.
    """

    text: ColumnElement[str]
    filter: ColumnElement[str] = text_literal("")
    is_by_date: bool = False

    def total_count(self) -> ColumnElement[int]:
        """Return their number."""
        return search_count(self.text, self.filter)

    def all_hits(self) -> Select[Any]:
        """Return ``id`` and ``rank`` of all of them, unsorted."""
        numbers = search_part_numbers(self.text, self.filter)
        part = json_rows(numbers).table_valued("key", "value", name="part")
        hits = json_rows(search_part(self.text, self.filter, part.c.value))
        hit = hits.table_valued("key", "value", name="hit")
        return _unpack_hits(hit.c.value).select_from(ordered_join(part, hit, literal_column("1")))

    def page_hits(self, bounds: PageBounds) -> Select[Any]:
        """Return ``id`` and ``rank`` of those of a page, unsorted."""
        positions = (
            (null(), null()) if position is None else (position.value, position.key)
            for position in (bounds.after, bounds.before)
        )
        arguments = (value for position in positions for value in position)
        flags = number_literal(int(self.is_by_date)), number_literal(int(bounds.is_backward))
        page = search_page(self.text, self.filter, flags[0], bounds.size, flags[1], *arguments)
        return _unpack_hits(json_rows(page).table_valued("key", "value", name="hit").c.value)

    def sort_value(self, rank: ColumnElement[str]) -> ColumnElement[str]:
        """Return what hits are sorted by: their rank, or the order by date that it ends with."""
        return func.substr(rank, literal_column("2"), type_=Text()) if self.is_by_date else rank

    def count_values(self, facet: str, first: int, type_: TypeEngine[Any]) -> Select[Any]:
        """Return ``value`` and ``count`` of a facet, unsorted.

        Args:
            facet: name of the facet.
            first: how many values are needed; there may be more with equal counts.
            type_: SQL type of the values.
        """
        arguments = self.text, self.filter, text_literal(facet), number_literal(first)
        pair = json_rows(search_facet(*arguments)).table_valued("key", "value", name="counted")
        return select(
            json_item(pair.c.value, 0, type_).label("value"),
            json_item(pair.c.value, 1, BigInteger()).label("count"),
        )


def matching_ids(text: ColumnElement[Any]) -> Select[Any]:
    """Return the keys of the articles that a search finds."""
    hits = IndexedArticles(text).all_hits().subquery("matching")
    return select(hits.c.id)


def similar_articles(article: ColumnElement[int]) -> TableValuedAlias:
    """Return the articles that are most like an article: ``key``, from 0, and ``value``, the key.

    Args:
        article: key of the article.
    """
    return json_rows(search_similar(article)).table_valued("key", "value", name="similar")


def _unpack_hits(hit: ColumnElement[Any]) -> Select[Any]:
    return select(
        json_item(hit, 0, BigInteger()).label("id"), json_item(hit, 1, Text()).label("rank")
    )


def snippet(article: ColumnElement[int], text: ColumnElement[Any]) -> Select[Any]:
    """Return the snippet of one matching article."""
    names = "id", "language", "excerpt", "body_html", "title"
    row = t.article.alias("snippet_article")
    return select(search_snippet(text, *(row.c[name] for name in names))).where(row.c.id == article)


def score(rank: ColumnElement[str]) -> ColumnElement[Any]:
    """Return a score as clients see it."""
    return cast(func.substr(rank, literal_column("1"), literal_column("1")), Float)
