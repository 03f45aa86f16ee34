"""Old slugs of topics redirect to the current ones."""

from __future__ import annotations

import pytest

from newsgraph.server.redirects import permanent_redirect, resolve_topic_alias
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


def test_permanent_redirect():
    """The new URL is in the Location header and the body; caches have to revalidate the 301."""
    error = permanent_redirect("/topics/robotics")
    assert error.status_code == 301
    assert "/topics/robotics" in error.detail
    assert error.headers == {"Location": "/topics/robotics", "Cache-Control": "no-cache"}
