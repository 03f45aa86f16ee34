"""The roots of a database are listed without waiting for others, and without creating anything."""

from __future__ import annotations

import pytest

from newsgraph.store.engines.sqlite.root_list import list_paths, list_roots


async def test_while_the_store_is_open_and_after(opened, archive, new_archive):
    """Roots have the order of their first imports; no other files are left."""
    archive.write_article("b/a.md")
    other = new_archive("other")
    other.write_article("c.md")
    await opened.import_archives(archive, other)
    roots = list_roots(opened.path)
    assert [(root.name, root.folder) for root in roots] == [
        ("tests", str(archive.folder)),
        (str(other.folder), str(other.folder)),
    ]
    assert list_paths(opened.path, "tests") == ["b/a.md"]
    assert list_paths(opened.path, "none") == []
    await opened.store.close()
    names = sorted(path.name for path in opened.path.parent.iterdir())
    assert list_roots(opened.path) == roots
    assert sorted(path.name for path in opened.path.parent.iterdir()) == names


@pytest.mark.parametrize("content", [None, b"", b"no database " * 100])
def test_what_is_no_store(tmp_path, content):
    """It has no roots, and stays as it is."""
    path = tmp_path / "x #?%.db"
    if content is not None:
        path.write_bytes(content)
    before = list(tmp_path.iterdir())
    assert list_roots(path) == []
    assert list_paths(path, "a") == []
    assert list(tmp_path.iterdir()) == before
