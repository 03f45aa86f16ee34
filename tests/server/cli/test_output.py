"""Tests of the console output."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from newsgraph.server.cli.output import (
    count_noun,
    print_article_count,
    print_urls,
    remove_password,
    show_progress,
)
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.store import StoreState


def printed_urls(articles, hidden):
    """Return what `serve` prints for a store with a number of visible and hidden articles."""
    console = Console(file=io.StringIO(), soft_wrap=True)
    state = StoreState("id", 1, None, articles, hidden, Collection())
    print_urls(console, "http://127.0.0.1:8000", "sqlite:///newsgraph.db")
    print_article_count(console, state)
    return console.file.getvalue()


def test_serve_prints_urls():
    """The output has the URLs of the server, its database and the number of articles."""
    output = printed_urls(4, 0)
    for path in ("/", "/graphql", "/schema.graphql", "/feeds/all.rss", "/feeds.opml"):
        assert f"http://127.0.0.1:8000{path}" in output
    assert "sqlite:///newsgraph.db" in output
    assert "Articles:  4\n" in output


def test_serve_explains_missing_articles():
    """The output has the number of hidden articles, and how to import or show articles."""
    assert "newsgraph import PATH" in printed_urls(0, 0)
    assert 'write `unpublished = "serve"`' in printed_urls(0, 4)
    assert "4, and 2 hidden" in printed_urls(4, 2)
    assert "serve" not in printed_urls(4, 2)
    assert '`future = "show"`' in printed_urls(0, 4)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///newsgraph.db", "sqlite:///newsgraph.db"),
        ("postgresql://me:secret@db.example/x", "postgresql://me@db.example/x"),
        ("postgresql://me:p@ss@db.example/x", "postgresql://me@db.example/x"),
        ("postgresql://db.example/x", "postgresql://db.example/x"),
    ],
)
def test_remove_password(url, expected):
    """The password of a database URL is removed, and nothing else."""
    assert remove_password(url) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 documents"), (1, "1 document"), (2, "2 documents"), (1_234_567, "1,234,567 documents")],
)
def test_count_noun(number, expected):
    """Only one is singular; large numbers have separators."""
    assert count_noun(number, "document") == expected


def test_no_progress_bar_without_a_terminal(capsys):
    """Nothing is printed if standard error is not a terminal."""
    with show_progress() as update_progress:
        update_progress(1, 2)
    assert capsys.readouterr() == ("", "")


def test_an_abandoned_import_ends():
    """An update after the end of the block raises an exception, which ends the import's thread."""
    with show_progress() as update_progress:
        pass
    with pytest.raises(Exception, match=r"^$"):
        update_progress(1, 2)
