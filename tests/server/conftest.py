"""A store of the seed documents, and a client of the application that serves it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.settings import ServerKeys, read_collection
from store.documents.collection import Root
from store.store import Store

SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"
SITE = "https://news.example/archive"


def client_of(app):
    """A client without a network; failures inside come out as the responses they become."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    # The host differs from the site's on purpose: no address may come from it.
    return httpx.AsyncClient(transport=transport, base_url="http://inside.test")


@pytest.fixture
async def store(tmp_path):
    """A store that holds the seed documents."""
    store = await Store.open(f"sqlite:///{tmp_path}/seeds.db", SITE)
    try:
        await store.import_roots([Root(SEEDS, read_collection(SEEDS))])
        yield store
    finally:
        await store.close()


@pytest.fixture
async def client(store):
    """A client of the seeds' server."""
    async with client_of(create_app(store, SITE)) as client:
        yield client


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch, tmp_path):
    """What the developer has set must not decide what tests see."""
    monkeypatch.chdir(tmp_path)
    for name in ServerKeys.model_fields:
        monkeypatch.delenv(f"NEWSGRAPH_{name.upper()}", raising=False)
