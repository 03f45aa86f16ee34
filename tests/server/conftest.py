"""A store with the seed documents, and an HTTP client of the application that serves it."""

from __future__ import annotations

import os
import shutil

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.store.store import Store
from tests.store_files import SEEDS, seeds_store_path

__all__ = ["SEEDS", "SITE", "create_client"]

SITE = "https://news.example/archive"
"""Base URL of the site."""


def create_client(app):
    """Create a client that calls an application without a network.

    An exception in the application becomes the response that its error handlers return.
    """
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    # The host differs from the site's on purpose: no URL may be built from the Host header.
    return httpx.AsyncClient(transport=transport, base_url="http://inside.test")


@pytest.fixture
async def store(tmp_path):
    """A store with the seed documents."""
    path = shutil.copy(seeds_store_path(), tmp_path / "seeds.db")
    store = await Store.open(f"sqlite:///{path}", SITE)
    yield store
    await store.close()


@pytest.fixture
async def client(store):
    """A client of the application that serves the seed documents."""
    async with create_client(create_app(store, SITE)) as client:
        yield client


@pytest.fixture(autouse=True)
def _default_settings(monkeypatch, tmp_path):
    """Remove the developer's own settings, which must not change the results of tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in [name for name in os.environ if name.startswith("NEWSGRAPH_")]:
        monkeypatch.delenv(name)
