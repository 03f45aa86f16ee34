"""A store of the seed documents, and a client of the application that serves it."""

from __future__ import annotations

import shutil

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import ServerKeys
from newsgraph.store.store import Store
from tests.store_files import SEEDS, seeds_store

__all__ = ["SEEDS", "SITE", "client_of"]

SITE = "https://news.example/archive"


def client_of(app):
    """A client without a network; failures inside come out as the responses they become."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    # The host differs from the site's on purpose: no address may come from it.
    return httpx.AsyncClient(transport=transport, base_url="http://inside.test")


@pytest.fixture
async def store(tmp_path):
    """A store that holds the seed documents."""
    store = await Store.open(f"sqlite:///{shutil.copy(seeds_store(), tmp_path / 'seeds.db')}", SITE)
    yield store
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
