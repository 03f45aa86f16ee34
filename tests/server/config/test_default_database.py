"""The store of a folder whose settings name none, and its name when the folder's id changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from newsgraph.server.config.default_database import (
    default_database_url,
    default_databases,
    rename_default_database,
)
from newsgraph.server.config.folders import prepare_database, settings_sources
from newsgraph.server.config.settings import read_root, read_settings
from newsgraph.server.startup_errors import SettingsError
from newsgraph.store.store import Store


@pytest.fixture
def folder(tmp_path):
    """A folder without an id."""
    path = tmp_path / "blog"
    path.mkdir()
    return path


def add_id(folder, collection_id="daily"):
    """Give a folder an id, and return it."""
    (folder / "newsgraph.toml").write_text(f'id = "{collection_id}"', "utf-8")
    return read_root(folder)


async def import_roots(*roots):
    """Import folders into the store of the first one, and return its URL."""
    url = await asyncio.to_thread(rename_default_database, roots[0])
    store = await create_store(url)
    try:
        await store.import_roots(roots)
    finally:
        await store.close()
    return url


def write_documents(folder, *names):
    """Write documents, and return the folder."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("---\ntitle: A\n---\n", "utf-8")
    return folder


async def create_store(url):
    """Create a store, and return it open."""
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return await Store.open(url, "https://unused.example")


def names():
    """Return the names of the stores, without their digests."""
    return [path.stem[:-9] for path in default_databases()]


async def test_a_store_gets_the_name_of_a_new_id(folder):
    """The folder's store is found before and after it is renamed, which is done once."""
    await (await create_store(default_database_url(read_root(folder)))).close()
    root = add_id(folder)
    # A command that changes nothing uses it as it is.
    assert "/blog-" in default_database_url(root)
    assert names() == ["blog"]
    url = rename_default_database(root)
    assert "/daily-" in url
    assert names() == ["daily"]
    assert default_database_url(root) == url == rename_default_database(root)


async def test_a_store_in_use_keeps_its_name(folder):
    """A running server and an import use the same store; later it is renamed."""
    url = default_database_url(read_root(folder))
    store = await create_store(url)
    root = add_id(folder)
    assert rename_default_database(root) == url == default_database_url(root)
    await store.close()
    await asyncio.to_thread(rename_default_database, root)
    assert names() == ["daily"]


async def test_the_store_of_an_id_comes_first(folder):
    """A folder that had an id before has its store; the one without an id stays as it is."""
    without_id = default_database_url(read_root(folder))
    root = add_id(folder)
    with_id = default_database_url(root)
    for url in (with_id, without_id):
        await (await create_store(url)).close()
    assert rename_default_database(root) == with_id == default_database_url(root)
    assert names() == ["blog", "daily"]


async def test_a_changed_or_removed_id(folder):
    """The store is found by the folder that it was made for, and gets the name of the new id."""
    write_documents(folder, "a.md", "b.md")
    await import_roots(add_id(folder))
    for collection_id in ("weekly", "monthly"):
        root = add_id(folder, collection_id)
        url = default_database_url(root)
        assert names() == [Path(url.removeprefix("sqlite:///")).stem[:-9]] != [collection_id]
        assert f"/{collection_id}-" in await import_roots(root)
        assert names() == [collection_id]
    (folder / "newsgraph.toml").unlink()
    assert "/blog-" in await import_roots(read_root(folder))
    assert names() == ["blog"]


async def test_the_last_store_with_another_id(folder):
    """Of several, that of the last import is used; files that are no stores do not matter."""
    write_documents(folder, "a.md")
    await import_roots(add_id(folder, "first"))
    other = write_documents(folder.parent / "other", "b.md")
    await import_roots(add_id(other, "second"), read_root(folder))
    (first,) = (path for path in default_databases() if path.stem.startswith("first"))
    first.with_name("copy-12345678.db").write_bytes(first.read_bytes())
    (first.parent / "broken.db").write_text("no database " * 100, "utf-8")
    await import_roots(add_id(folder, "first"), other_root := read_root(other))
    # Not the second one, whose first folder is another one.
    root = add_id(folder, "third")
    assert default_database_url(root) == f"sqlite:///{first}"
    assert "/second-" in default_database_url(other_root)
    assert "/third-" in await import_roots(root)


async def test_another_collection_in_the_place_of_the_folder(folder):
    """Such as one that a container mounts there: it has a store of its own."""
    write_documents(folder, "a.md", "b.md", "about.md")
    await import_roots(add_id(folder))
    for name in ("a.md", "b.md"):
        (folder / name).unlink()
    write_documents(folder, "c.md")
    assert "/news-" in default_database_url(add_id(folder, "news"))
    (folder / "newsgraph.toml").unlink()
    assert "/blog-" in default_database_url(read_root(folder))
    assert "/daily-" in default_database_url(add_id(folder))


async def test_a_store_that_is_named_keeps_its_name(folder):
    """Whoever names a store expects it to stay, also if it is the default one."""
    url = default_database_url(read_root(folder))
    await (await create_store(url)).close()
    root = add_id(folder)
    named = read_settings(settings_sources([root], {"database": url}))
    assert prepare_database(named, [root]).database == url
    default = read_settings(settings_sources([root], {}))
    assert prepare_database(default, ()).database == url
    assert "/daily-" in prepare_database(default, [root]).database


def test_the_folder_of_the_stores_cannot_be_created(folder, tmp_path):
    """The error says what to do."""
    (tmp_path / "data").write_text("a file", "utf-8")
    root = read_root(folder)
    with pytest.raises(SettingsError, match="name a store with --database"):
        prepare_database(read_settings(settings_sources([root], {})), [root])
