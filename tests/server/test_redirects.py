"""Old slugs of topics redirect to the current ones."""

from __future__ import annotations

import pytest

from newsgraph.server.redirects import find_owner, permanent_redirect, resolve_topic_alias
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE
from tests.store.archive import Archive
from tests.store_files import open_store


@pytest.mark.parametrize(
    ("slug", "current_slug"),
    [("robots", "robotics"), ("robotics", None), ("Robots", None), ("ai", None), ("", None)],
)
async def test_resolve_topic_alias(tmp_path, slug, current_slug):
    """Only the slug of an alias resolves; current slugs and names with capitals do not."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_topic("robotics.yaml", "Robotics", aliases=["Robots"])
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        assert await resolve_topic_alias(store, slug) == current_slug
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("kind", "name", "current"),
    [
        ("topics", "Robotics", "robotics"),
        ("topics", "Robots", "robotics"),
        ("topics", "Computer Vision", "computer-vision"),
        ("topics", "computer-vision/", "computer-vision"),
        ("topics", "computer-vision", None),
        ("topics", "Law", None),
        ("topics", "", None),
        ("providers", "www.CNET.com", "cnet.com"),
        ("providers", "https://cnet.com/", "cnet.com"),
        ("providers", "cnet.com", None),
        ("providers", "unknown.example", None),
        ("providers", "no domain", None),
    ],
)
async def test_find_owner(tmp_path, kind, name, current):
    """Names, old slugs and spellings of domains are found; a current name needs no redirect."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_topic("robotics.yaml", "Robotics", aliases=["Robots"])
    archive.write_article(
        "a.md",
        topics=["Robotics", "Computer Vision"],
        provider={"name": "CNET", "domain": "cnet.com"},
    )
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        assert await find_owner(store, kind, name) == current
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/topics/AI", "/topics/ai"),
        ("/topics/Computer%20Vision", "/topics/computer-vision"),
        ("/topics/ai/", "/topics/ai"),
        ("/providers/www.cnet.com", "/providers/cnet.com"),
        ("/providers/CNET.COM", "/providers/cnet.com"),
    ],
)
async def test_other_spellings_redirect(client, path, location):
    """People type names as they read them."""
    response = await client.get(path)
    assert (response.status_code, response.headers["location"]) == (301, f"/archive{location}")
    assert (await client.get(location)).status_code == 200
    assert (await client.get("/topics/Nothing")).status_code == 404


def test_permanent_redirect():
    """The new URL is in the Location header and the body; caches have to revalidate the 301."""
    error = permanent_redirect("/topics/robotics")
    assert error.status_code == 301
    assert "/topics/robotics" in error.detail
    assert error.headers == {"Location": "/topics/robotics", "Cache-Control": "no-cache"}
