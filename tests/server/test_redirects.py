"""What topics are called now."""

from __future__ import annotations

import pytest

from newsgraph.server.redirects import moved, now_called
from newsgraph.store.documents.collection import Collection
from tests.server.conftest import SITE
from tests.store.archive import Archive
from tests.store_files import open_store


@pytest.mark.parametrize(
    ("slug", "now"),
    [("robots", "robotics"), ("robotics", None), ("Robots", None), ("ai", None), ("", None)],
)
async def test_now_called(tmp_path, slug, now):
    """Only an alias tells of another slug; like a topic's own it is taken as it stands."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.topic("robotics.yaml", "Robotics", aliases=["Robots"])
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        assert await now_called(store, slug) == now
    finally:
        await store.close()


def test_moved():
    """The address is told to programs and to people, and nobody keeps it without asking."""
    answer = moved("/topics/robotics")
    assert answer.status_code == 301
    assert "/topics/robotics" in answer.detail
    assert answer.headers == {"Location": "/topics/robotics", "Cache-Control": "no-cache"}
