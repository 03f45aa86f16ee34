"""Database URLs."""

from __future__ import annotations

import pytest

from newsgraph.store.engines import open_database, rename_database
from newsgraph.store.errors import DatabaseUnusable


@pytest.mark.parametrize("url", ["news.db", "sqlite://news.db", "sqlite:///", "mysql://host/news"])
async def test_unsupported_url_is_rejected(url):
    """The error quotes the URL, and shows one that works."""
    with pytest.raises(DatabaseUnusable, match="use sqlite:///newsgraph") as error:
        await open_database(url)
    assert repr(url) in str(error.value)


@pytest.mark.parametrize("password", ["s3cret", "s3/cret", "s3@cret"])
async def test_the_error_hides_the_password(password):
    """User name and password of a URL are not shown, even if the password is not encoded."""
    with pytest.raises(DatabaseUnusable) as error:
        await open_database(f"postgresql://editor:{password}@db.example/news")
    assert "cret" not in str(error.value)
    assert "editor" not in str(error.value)
    assert "db.example/news" in str(error.value)


async def test_relative_and_absolute_paths(tmp_path, monkeypatch):
    """Three slashes precede a relative path, four an absolute one."""
    monkeypatch.chdir(tmp_path)
    for url in ("sqlite:///relative.db", f"sqlite:///{tmp_path}/absolute.db"):
        await (await open_database(url)).close()
    assert (tmp_path / "relative.db").exists()
    assert (tmp_path / "absolute.db").exists()


async def test_rename_database(tmp_path):
    """A closed database is found by its new URL; an open one keeps its own."""
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("one", "two")]
    database = await open_database(urls[0])
    assert rename_database(urls[0], urls[1]) == urls[0]
    await database.close()
    assert rename_database(urls[0], urls[1]) == urls[1]
    await (await open_database(urls[1], create=False)).close()
