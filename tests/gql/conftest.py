"""The seeds in a store, asked over GraphQL as a client does."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from newsgraph.gql import graphql_app
from newsgraph.store.documents.collection import Collection, Root
from newsgraph.store.engines.protocol import open_database
from newsgraph.store.store import Store
from tests.recorded import Recorded

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
SITE = "https://news.example"
SEEDS = Root(
    ROOT / "seeds", Collection(id="seeds", title="Seeds", language="en", serve_unpublished=True)
)


def at_noon() -> datetime:
    """The time of every import, so that answers stay the same."""
    return datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def seeds_file(tmp_path_factory):
    """A database file with the seeds."""
    path = tmp_path_factory.mktemp("gql") / "seeds.db"

    async def fill():
        store = Store(await open_database(f"sqlite:///{path}"), SITE, at_noon)
        try:
            report = await store.import_roots([SEEDS])
        finally:
            await store.close()
        assert (report.created, report.diagnostics) == (4, [])

    asyncio.run(fill())
    return path


@pytest.fixture
async def database(seeds_file):
    """The seeds' database, with the statements that it was asked."""
    recorded = Recorded(await open_database(f"sqlite:///{seeds_file}"))
    yield recorded
    await recorded.close()


@pytest.fixture
async def client(database):
    """An HTTP client of the graph."""
    transport = httpx.ASGITransport(graphql_app(Store(database, SITE, at_noon)))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client


@pytest.fixture
def ask(client):
    """Send an operation, and give the whole answer."""

    async def send(query, variables=None, **more):
        body = {"query": query, "variables": variables, **more}
        answer = await client.post("/graphql", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return send


@pytest.fixture
def golden():
    """Hold text against a file of ``tests/golden``.

    ``UPDATE_GOLDENS=1`` writes the files anew: read the diff.
    """

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDENS") == "1":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        assert text == path.read_text("utf-8")

    return check
