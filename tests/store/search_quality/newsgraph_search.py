"""Runs queries by the field `search` of newsgraph's GraphQL API."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import httpx

from newsgraph.gql.http.view import graphql_app
from newsgraph.server.config.settings import read_root
from tests.store.archive import SITE
from tests.store.search_quality.query_set import COLLECTIONS, MAX_HITS
from tests.store.search_quality.scoring import SearchResult
from tests.store_files import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    from tests.store.search_quality.query_set import Query

FIELDS = '{ __type(name: "SearchConnection") { fields { name } } }'
SEARCH = """query ($text: String!, $first: Int!) {
  search(query: $text, first: $first) { totalCount %s edges { node { source { path } } } }
}"""
ARTICLES = """query ($after: String) {
  articles(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      title body language publishedAt topics { name } authors { name } provider { name domain }
      source { path }
    } }
  }
}"""


class NewsgraphSearch:
    """A GraphQL client of a store with the documents of the set."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """Args: client: a client of the GraphQL endpoint."""
        self._client = client

    async def search(self, queries: Iterable[Query]) -> dict[str, SearchResult]:
        """Return the results of queries by their ids."""
        fields = (await self._execute(FIELDS))["data"]["__type"]["fields"]
        has_suggestion = "suggestion" in [field["name"] for field in fields]
        operation = SEARCH % ("suggestion" if has_suggestion else "")
        return {query.id: await self._search(operation, query.text) for query in queries}

    async def articles(self) -> list[dict[str, Any]]:
        """Return all articles, with the names of their documents as ``name``."""
        articles: list[dict[str, Any]] = []
        page_info = {"hasNextPage": True, "endCursor": None}
        while page_info["hasNextPage"]:
            response = await self._execute(ARTICLES, after=page_info["endCursor"])
            connection = response["data"]["articles"]
            page_info = connection["pageInfo"]
            articles += [
                edge["node"] | {"name": _document_name(edge["node"])}
                for edge in connection["edges"]
            ]
        return articles

    async def _search(self, operation: str, text: str) -> SearchResult:
        response = await self._execute(operation, text=text, first=MAX_HITS)
        if "errors" in response:
            return SearchResult(error=response["errors"][0]["message"])
        connection = response["data"]["search"]
        return SearchResult(
            tuple(_document_name(edge["node"]) for edge in connection["edges"]),
            connection["totalCount"],
            connection.get("suggestion"),
        )

    async def _execute(self, operation: str, **variables: object) -> dict[str, Any]:
        body = {"query": operation, "variables": variables}
        return (await self._client.post("/graphql", json=body)).json()


@asynccontextmanager
async def import_documents(folder: Path) -> AsyncIterator[NewsgraphSearch]:
    """Import the documents of the set into a new store.

    Args:
        folder: where the store is created.
    """
    store = await open_store(folder / "store.db", SITE)
    try:
        report = await store.import_roots([read_root(folder) for folder in COLLECTIONS])
        assert report.diagnostics == []
        transport = httpx.ASGITransport(graphql_app(store))
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
            yield NewsgraphSearch(client)
    finally:
        await store.close()


def _document_name(node: dict[str, Any]) -> str:
    return PurePosixPath(node["source"]["path"]).stem
