# ruff: noqa: S608 - the statements are constants, values are parameters
"""Pages and facets of the Strawberry peer: one statement for each requested part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.bench.peers.strawberry_loaders import conversions, leaf_types
from tests.bench.peers.strawberry_loaders import types as t
from tests.bench.peers.strawberry_loaders.rows import ARTICLE_COLUMNS

if TYPE_CHECKING:
    from tests.bench.peers.strawberry_loaders.rows import RowLoaders

_TOPIC_ARTICLES = "article_topic f JOIN article a ON a.id = f.article_id"
_SNIPPET = "snippet(article_text, -1, char(2), char(3), '…', 24)"
_HITS = (
    "(SELECT rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) "
    "AS score FROM article_text WHERE article_text MATCH ? LIMIT -1 OFFSET 0)"
)


@dataclass
class Page:
    """A page of articles, newest first; its rows are read once."""

    loaders: RowLoaders
    source: str
    where: str
    values: list[Any]
    first: int
    order: str = "a.date_order DESC, a.id"
    _cached: tuple[list[t.Edge], bool] | None = field(default=None, init=False)

    async def read(self) -> tuple[list[t.Edge], bool]:
        """Return the edges, and whether there are more."""
        if self._cached is None:
            rows = await self.loaders.fetch_all(
                f"SELECT {ARTICLE_COLUMNS} FROM {self.source} WHERE {self.where} "
                f"ORDER BY {self.order} LIMIT ?",
                [*self.values, self.first + 1],
            )
            edges = [_edge_from_row(row) for row in rows[: self.first]]
            self._cached = edges, len(rows) > self.first
        return self._cached

    async def count(self) -> int:
        """Return the number of articles on all pages."""
        sql = f"SELECT count(*) FROM {self.source} WHERE {self.where}"
        return (await self.loaders.fetch_all(sql, self.values))[0][0]


@dataclass
class SearchPage(Page):
    """A page of a search's matches, the best one first."""

    async def read(self) -> tuple[list[t.Edge], bool]:
        """Return the edges, and whether there are more."""
        if self._cached is None:
            rows = await self.loaders.fetch_all(
                f"SELECT {ARTICLE_COLUMNS}, h.score, (SELECT {_SNIPPET} FROM article_text "
                "WHERE article_text MATCH ? AND rowid = h.id) "
                f"FROM (SELECT * FROM {_HITS} ORDER BY score DESC, id LIMIT ?) h "
                "JOIN article a ON a.id = h.id ORDER BY h.score DESC, h.id",
                [*self.values, *self.values, self.first + 1],
            )
            self._cached = (
                [_edge_from_match(row) for row in rows[: self.first]],
                len(rows) > self.first,
            )
        return self._cached


class Pages:
    """Creates the connections of a request."""

    def __init__(self, loaders: RowLoaders) -> None:
        self._loaders = loaders

    def all(self, first: int, after: str | None, filter_: leaf_types.Filter | None) -> t.Connection:
        """Return all articles, or those of the filter's topics."""
        if filter_ and filter_.topics and filter_.topics.any:
            placeholders = ",".join("?" * len(filter_.topics.any))
            where = (
                "a.id IN (SELECT f.article_id FROM article_topic f JOIN topic t "
                f"ON t.id = f.topic_id WHERE t.slug IN ({placeholders}))"
            )
            return self._page("article a", where, [*filter_.topics.any], first)
        if after is None:
            return self._page("article a", "1", [], first)
        _, published, key = bytes.fromhex(after).decode().split("|")
        where = "a.date_order <= ? AND (a.date_order < ? OR a.id > ?)"
        return self._page("article a", where, [published, published, int(key)], first)

    def of_topic(self, key: int, first: int) -> t.Connection:
        """Return the articles of a topic."""
        return self._page(
            _TOPIC_ARTICLES, "f.topic_id = ?", [key], first, "f.date_order DESC, f.article_id"
        )

    def of_provider(self, key: int, filter_: leaf_types.Filter | None, first: int) -> t.Connection:
        """Return the articles of a provider, in the filter's time range if it has one."""
        where, values = "a.provider_id = ?", [key]
        if filter_ and filter_.published_at:
            where += " AND a.date_order >= ? AND a.date_order < ?"
            values += [filter_.published_at.gte, filter_.published_at.lt]
        return self._page("article a", where, values, first)

    def linking_articles(self, key: int, first: int) -> t.Connection:
        """Return the articles that link to an article."""
        where = "a.id IN (SELECT article_id FROM link WHERE target_id = ?)"
        return self._page("article a", where, [key], first)

    def search(self, words: str, first: int) -> t.Connection:
        """Return the articles that contain all words."""
        match = " ".join(f'"{word}"' for word in words.split())
        return t.Connection(page=SearchPage(self._loaders, "", "", [match], first))

    async def topic_facet(self, page: Page, first: int) -> list[t.TopicFacet]:
        """Count by topic."""
        rows = await self._loaders.fetch_all(
            "SELECT t.id, t.name, t.slug, count(*) AS number FROM article_topic o "
            "JOIN topic t ON t.id = o.topic_id WHERE o.article_id IN "
            f"(SELECT a.id FROM {page.source} WHERE {page.where}) "
            "GROUP BY t.id ORDER BY number DESC, t.slug LIMIT ?",
            [*page.values, first],
        )
        return [t.TopicFacet(topic=conversions.topic_from_row(row), count=row[3]) for row in rows]

    async def provider_facet(self, page: Page, first: int) -> list[t.ProviderFacet]:
        """Count by provider."""
        rows = await self._loaders.fetch_all(
            "SELECT p.id, p.name, p.domain, p.description, c.number FROM "
            f"(SELECT a.provider_id, count(*) AS number FROM {page.source} WHERE {page.where} "
            "GROUP BY a.provider_id) c JOIN provider p ON p.id = c.provider_id "
            "ORDER BY c.number DESC, p.domain LIMIT ?",
            [*page.values, first],
        )
        return [
            t.ProviderFacet(provider=conversions.provider_from_row(row), count=row[4])
            for row in rows
        ]

    async def time_facet(self, page: Page) -> list[t.TimeFacet]:
        """Count by month."""
        rows = await self._loaders.fetch_all(
            "SELECT substr(a.date_order, 1, 7) AS month, count(*) "
            f"FROM {page.source} WHERE {page.where} AND a.date_order >= '0001' "
            "GROUP BY month ORDER BY month DESC LIMIT 100",
            page.values,
        )
        return [t.TimeFacet(from_=f"{month}-01T00:00:00Z", count=count) for month, count in rows]

    def _page(
        self, source: str, where: str, values: list[Any], first: int, order: str = Page.order
    ) -> t.Connection:
        return t.Connection(page=Page(self._loaders, source, where, values, first, order))


def _edge_from_row(row: Any) -> t.Edge:
    # As in the order's column: '' if there is no date.
    cursor = f"newest|{row[5] or ''}|{row[0]}".encode().hex()
    return t.Edge(cursor=cursor, node=conversions.article_from_row(row))


def _edge_from_match(row: Any) -> t.Edge:
    score, snippet = row[17:]
    for raw, escaped in _ESCAPES:
        snippet = snippet.replace(raw, escaped)
    cursor = f"match|{score}|{row[0]}".encode().hex()
    return t.Edge(
        cursor=cursor, node=conversions.article_from_row(row), score=score / 1e9, snippet=snippet
    )


_ESCAPES = (
    *(("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")),
    *(("\x02", "<mark>"), ("\x03", "</mark>")),
)
