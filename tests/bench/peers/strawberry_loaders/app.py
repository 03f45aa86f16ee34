# ruff: noqa: A002, ARG002, D102, S608 - resolvers are named and described by the graph
"""The Strawberry peer as an ASGI application; BENCH_STORE names the database file."""

from __future__ import annotations

import os

import aiosqlite
import strawberry
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from tests.bench.peers.strawberry_loaders import leaves, made
from tests.bench.peers.strawberry_loaders import types as t
from tests.bench.peers.strawberry_loaders.pages import Pages
from tests.bench.peers.strawberry_loaders.rows import ARTICLE, Rows


@strawberry.type
class Query:
    """Where a query can begin."""

    @strawberry.field
    def articles(
        self,
        info: t.Info,
        first: int = 20,
        after: str | None = None,
        filter: leaves.Filter | None = None,
    ) -> t.Connection:
        return info.context["pages"].all(first, after, filter)

    @strawberry.field
    async def article(self, info: t.Info, slug: str) -> t.Article | None:
        found = await t.rows(info).all(f"SELECT {ARTICLE} FROM article a WHERE a.slug = ?", [slug])
        return made.article(*found) if found else None

    @strawberry.field
    def search(self, info: t.Info, query: str, first: int = 20) -> t.Connection:
        return info.context["pages"].search(query, first)

    @strawberry.field
    async def topic(self, info: t.Info, slug: str) -> t.Topic | None:
        sql = "SELECT id, name, slug FROM topic WHERE slug = ?"
        found = await t.rows(info).all(sql, [slug])
        return made.topic(found[0]) if found else None

    @strawberry.field
    async def provider(self, info: t.Info, domain: str) -> t.Provider | None:
        sql = "SELECT id, name, domain, description FROM provider WHERE domain = ?"
        found = await t.rows(info).all(sql, [domain])
        return made.provider(found[0]) if found else None


class View(GraphQL):
    """One connection for all requests; loaders for each."""

    connection: aiosqlite.Connection | None = None

    async def get_context(self, request, response):
        """Return what resolvers read with."""
        if self.connection is None:
            self.connection = await aiosqlite.connect(
                f"file:{os.environ['BENCH_STORE']}?mode=ro", uri=True, cached_statements=1000
            )
        rows = Rows(self.connection)
        return {"rows": rows, "pages": Pages(rows)}


app = View(
    strawberry.Schema(Query, config=leaves.SCALARS, extensions=[ParserCache, ValidationCache]),
    graphql_ide=None,
)
