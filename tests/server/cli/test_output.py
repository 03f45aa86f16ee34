"""What people are told."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from newsgraph.server.cli.output import progress, show_places, without_password
from newsgraph.store.documents.collection import Collection
from newsgraph.store.store import State


def places(articles, hidden):
    """What `serve` prints over a store with so many."""
    out = Console(file=io.StringIO(), soft_wrap=True)
    state = State("id", 1, None, articles, hidden, Collection())
    show_places(out, "http://127.0.0.1:8000", "sqlite:///newsgraph.db", state)
    return out.file.getvalue()


def test_serve_says_where_everything_is():
    """Nobody needs the manual for the first click."""
    told = places(4, 0)
    for where in ("/", "/graphql", "/schema.graphql", "/feeds/all.rss", "/feeds.opml"):
        assert f"http://127.0.0.1:8000{where}" in told
    assert "sqlite:///newsgraph.db" in told
    assert "Articles:  4\n" in told


def test_serve_says_why_there_is_nothing():
    """Hidden articles are told, and how to show them where there are no others."""
    assert "newsgraph import PATH" in places(0, 0)
    assert 'write `unpublished = "serve"`' in places(0, 4)
    assert "4, and 2 hidden" in places(4, 2)
    assert "serve" not in places(4, 2)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:///newsgraph.db", "sqlite:///newsgraph.db"),
        ("postgresql://me:secret@db.example/x", "postgresql://me@db.example/x"),
        ("postgresql://me:p@ss@db.example/x", "postgresql://me@db.example/x"),
        ("postgresql://db.example/x", "postgresql://db.example/x"),
    ],
)
def test_a_password_is_not_shown(address, shown):
    """Terminals are logged and photographed."""
    assert without_password(address) == shown


def test_no_bar_where_nobody_looks(capsys):
    """A log needs no progress."""
    with progress() as tell:
        tell(1, 2)
    assert capsys.readouterr() == ("", "")


def test_an_import_that_nobody_waits_for_ends():
    """Its thread cannot be cancelled; it ends when it next tells its progress."""
    with progress() as tell:
        pass
    with pytest.raises(Exception, match=r"^$"):
        tell(1, 2)
