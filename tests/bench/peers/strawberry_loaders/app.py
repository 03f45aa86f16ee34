# ruff: noqa: A002, ARG002, D102, S608 - resolvers are named and described by the graph
"""The Strawberry peer as an ASGI application; BENCH_STORE names the database file."""

from __future__ import annotations

import os

import aiosqlite
import strawberry
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from tests.bench.peers.strawberry_loaders import conversions, leaf_types
from tests.bench.peers.strawberry_loaders import types as t
from tests.bench.peers.strawberry_loaders.pages import Pages
from tests.bench.peers.strawberry_loaders.rows import ARTICLE_COLUMNS, RowLoaders


@strawberry.type
class Query:
    """The root type."""

    @strawberry.field
    def articles(
        self,
        info: t.Info,
        first: int = 20,
        after: str | None = None,
        filter: leaf_types.Filter | None = None,
    ) -> t.Connection:
        return info.context["pages"].all(first, after, filter)

    @strawberry.field
    async def article(self, info: t.Info, slug: str) -> t.Article | None:
        rows = await t.row_loaders(info).fetch_all(
            f"SELECT {ARTICLE_COLUMNS} FROM article a WHERE a.slug = ?", [slug]
        )
        return conversions.article_from_row(*rows) if rows else None

    @strawberry.field
    def search(self, info: t.Info, query: str, first: int = 20) -> t.Connection:
        return info.context["pages"].search(query, first)

    @strawberry.field
    async def topic(self, info: t.Info, slug: str) -> t.Topic | None:
        sql = "SELECT id, name, slug FROM topic WHERE slug = ?"
        rows = await t.row_loaders(info).fetch_all(sql, [slug])
        return conversions.topic_from_row(rows[0]) if rows else None

    @strawberry.field
    async def provider(self, info: t.Info, domain: str) -> t.Provider | None:
        sql = "SELECT id, name, domain, description FROM provider WHERE domain = ?"
        rows = await t.row_loaders(info).fetch_all(sql, [domain])
        return conversions.provider_from_row(rows[0]) if rows else None


class View(GraphQL):
    """Strawberry's view with one connection for all requests, and loaders per request."""

    connection: aiosqlite.Connection | None = None

    async def get_context(self, request, response):
        """Return the loaders that resolvers read with."""
        if self.connection is None:
            self.connection = await aiosqlite.connect(
                f"file:{os.environ['BENCH_STORE']}?mode=ro", uri=True, cached_statements=1000
            )
        loaders = RowLoaders(self.connection)
        return {"loaders": loaders, "pages": Pages(loaders)}


app = View(
    strawberry.Schema(Query, config=leaf_types.SCALARS, extensions=[ParserCache, ValidationCache]),
    graphql_ide=None,
)
