# ruff: noqa: S608 - the texts are our own, their values are parameters
"""Pages and facets of the Strawberry peer: one statement for each part that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.bench.peers.strawberry_loaders import leaves, made
from tests.bench.peers.strawberry_loaders import types as t
from tests.bench.peers.strawberry_loaders.rows import ARTICLE

if TYPE_CHECKING:
    from tests.bench.peers.strawberry_loaders.rows import Rows

_FILED = "article_topic f JOIN article a ON a.id = f.article_id"
_SNIPPET = "snippet(article_text, -1, char(2), char(3), '…', 24)"
_HITS = (
    "(SELECT rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) "
    "AS score FROM article_text WHERE article_text MATCH ? LIMIT -1 OFFSET 0)"
)


@dataclass
class Page:
    """Articles of a source, newest first; what is read is kept."""

    rows: Rows
    source: str
    where: str
    values: list[Any]
    first: int
    order: str = "a.published_at DESC, a.id"
    _kept: tuple[list[t.Edge], bool] | None = field(default=None, init=False)

    async def read(self) -> tuple[list[t.Edge], bool]:
        """Return the edges, and whether there are more."""
        if self._kept is None:
            found = await self.rows.all(
                f"SELECT {ARTICLE} FROM {self.source} WHERE {self.where} "
                f"ORDER BY {self.order} LIMIT ?",
                [*self.values, self.first + 1],
            )
            edges = [_edge(row) for row in found[: self.first]]
            self._kept = edges, len(found) > self.first
        return self._kept

    async def count(self) -> int:
        """Return how many articles all pages have."""
        sql = f"SELECT count(*) FROM {self.source} WHERE {self.where}"
        return (await self.rows.all(sql, self.values))[0][0]


@dataclass
class Found(Page):
    """Articles with all of some words, the best match first."""

    async def read(self) -> tuple[list[t.Edge], bool]:
        """Return the edges, and whether there are more."""
        if self._kept is None:
            found = await self.rows.all(
                f"SELECT {ARTICLE}, h.score, (SELECT {_SNIPPET} FROM article_text "
                "WHERE article_text MATCH ? AND rowid = h.id), (SELECT revision FROM state) "
                f"FROM (SELECT * FROM {_HITS} ORDER BY score DESC, id LIMIT ?) h "
                "JOIN article a ON a.id = h.id ORDER BY h.score DESC, h.id",
                [*self.values, *self.values, self.first + 1],
            )
            self._kept = [_hit(row) for row in found[: self.first]], len(found) > self.first
        return self._kept


class Pages:
    """Where the pages of one request begin."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def all(self, first: int, after: str | None, wanted: leaves.Filter | None) -> t.Connection:
        """Return articles, those of a topic if the filter says so."""
        if wanted and wanted.topics and wanted.topics.any:
            marks = ",".join("?" * len(wanted.topics.any))
            where = (
                "a.id IN (SELECT f.article_id FROM article_topic f JOIN topic t "
                f"ON t.id = f.topic_id WHERE t.slug IN ({marks}))"
            )
            return self._page("article a", where, [*wanted.topics.any], first)
        if after is None:
            return self._page("article a", "1", [], first)
        _, published, key = bytes.fromhex(after).decode().split("|")
        where = "a.published_at <= ? AND (a.published_at < ? OR a.id > ?)"
        return self._page("article a", where, [published, published, int(key)], first)

    def of_topic(self, key: int, first: int) -> t.Connection:
        """Return the articles of a topic."""
        return self._page(
            _FILED, "f.topic_id = ?", [key], first, "f.published_at DESC, f.article_id"
        )

    def of_provider(self, key: int, wanted: leaves.Filter | None, first: int) -> t.Connection:
        """Return the articles of a provider, those of a time if the filter says so."""
        where, values = "a.provider_id = ?", [key]
        if wanted and wanted.published_at:
            where += " AND a.published_at >= ? AND a.published_at < ?"
            values += [wanted.published_at.gte, wanted.published_at.lt]
        return self._page("article a", where, values, first)

    def linking(self, key: int, first: int) -> t.Connection:
        """Return the articles that link to one."""
        where = "a.id IN (SELECT article_id FROM link WHERE target_id = ?)"
        return self._page("article a", where, [key], first)

    def search(self, words: str, first: int) -> t.Connection:
        """Return the articles that have all of some words."""
        match = " ".join(f'"{word}"' for word in words.split())
        return t.Connection(page=Found(self._rows, "", "", [match], first))

    async def topic_facet(self, page: Page, first: int) -> list[t.TopicFacet]:
        """Count by topic."""
        found = await self._rows.all(
            "SELECT t.id, t.name, t.slug, count(*) AS number FROM article_topic o "
            "JOIN topic t ON t.id = o.topic_id WHERE o.article_id IN "
            f"(SELECT a.id FROM {page.source} WHERE {page.where}) "
            "GROUP BY t.id ORDER BY number DESC, t.slug LIMIT ?",
            [*page.values, first],
        )
        return [t.TopicFacet(topic=made.topic(row), count=row[3]) for row in found]

    async def provider_facet(self, page: Page, first: int) -> list[t.ProviderFacet]:
        """Count by provider."""
        found = await self._rows.all(
            "SELECT p.id, p.name, p.domain, p.description, c.number FROM "
            f"(SELECT a.provider_id, count(*) AS number FROM {page.source} WHERE {page.where} "
            "GROUP BY a.provider_id) c JOIN provider p ON p.id = c.provider_id "
            "ORDER BY c.number DESC, p.domain LIMIT ?",
            [*page.values, first],
        )
        return [t.ProviderFacet(provider=made.provider(row), count=row[4]) for row in found]

    async def time_facet(self, page: Page) -> list[t.TimeFacet]:
        """Count by month."""
        found = await self._rows.all(
            "SELECT substr(a.published_at, 1, 7) AS month, count(*) "
            f"FROM {page.source} WHERE {page.where} AND a.published_at <> '' "
            "GROUP BY month ORDER BY month DESC LIMIT 100",
            page.values,
        )
        return [t.TimeFacet(from_=f"{month}-01T00:00:00Z", count=count) for month, count in found]

    def _page(
        self, source: str, where: str, values: list[Any], first: int, order: str = Page.order
    ) -> t.Connection:
        return t.Connection(page=Page(self._rows, source, where, values, first, order))


def _edge(row: Any) -> t.Edge:
    # As the order has it: '' where no date is known.
    cursor = f"newest|{row[5] or ''}|{row[0]}".encode().hex()
    return t.Edge(cursor=cursor, node=made.article(row))


def _hit(row: Any) -> t.Edge:
    score, snippet, revision = row[17:]
    for raw, escaped in _ESCAPES:
        snippet = snippet.replace(raw, escaped)
    cursor = f"match@{revision}|{score}|{row[0]}".encode().hex()
    return t.Edge(cursor=cursor, node=made.article(row), score=score / 1e9, snippet=snippet)


_ESCAPES = (
    *(("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")),
    *(("\x02", "<mark>"), ("\x03", "</mark>")),
)
