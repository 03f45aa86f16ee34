"""Fixtures: a store with the seeds, and a GraphQL client of it."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from newsgraph.gql.http.view import graphql_app
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.engines import open_database
from newsgraph.store.store import Store
from tests.sql_recorder import RecordingDatabase

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
SITE = "https://news.example"
SEEDS = ImportRoot(
    ROOT / "seeds",
    Collection(id="seeds", title="Seeds", language="en", serve_unpublished=True, updated="import"),
)


def noon_clock() -> datetime:
    """Return the fixed time of every import, so that responses do not change."""
    return datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def seeds_file(tmp_path_factory):
    """A database file with the seeds."""
    path = tmp_path_factory.mktemp("gql") / "seeds.db"

    async def fill():
        store = Store(await open_database(f"sqlite:///{path}"), SITE, noon_clock)
        try:
            report = await store.import_roots([SEEDS])
        finally:
            await store.close()
        assert (report.created, report.diagnostics) == (4, [])

    asyncio.run(fill())
    return path


@pytest.fixture
async def database(seeds_file):
    """The seeds' database, which records the statements that it runs."""
    recorded = RecordingDatabase(await open_database(f"sqlite:///{seeds_file}"))
    yield recorded
    await recorded.close()


@pytest.fixture
async def client(database):
    """An HTTP client of the GraphQL endpoint."""
    transport = httpx.ASGITransport(graphql_app(Store(database, SITE, noon_clock)))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client


@pytest.fixture
def execute(client):
    """Return a function that sends an operation and returns the JSON of the response."""

    async def send(query, variables=None, **parameters):
        body = {"query": query, "variables": variables, **parameters}
        response = await client.post("/graphql", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    return send


@pytest.fixture
def golden():
    """Return a function that compares a text with a file in ``tests/golden``.

    ``UPDATE_GOLDENS=1`` overwrites the files; review the diff.
    """

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDENS") == "1":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        assert text == path.read_text("utf-8")

    return check
