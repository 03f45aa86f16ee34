"""What the addresses of all generators have in common."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from newsgraph.store.documents.archive_kinds import PLAIN
from newsgraph.store.documents.permalinks.base import (
    Permalinks,
    RootPermalinks,
    normalize_base_path,
    parse_written_date,
)
from tests.store.documents.page_sources import path_of


@dataclass(frozen=True, slots=True)
class FixedPermalinks(Permalinks):
    """Gives all pages the same address."""

    path: str | None

    def path_of(self, page):  # noqa: ARG002 - the address does not depend on it
        """Return the address."""
        return self.path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/", "/a/"),
        ("a//b", "/a/b"),
        ("//x.example/a", "/x.example/a"),
        ("/a.html", "/a.html"),
        ("/v1.2/", "/v1.2/"),
        ("/v1.2", "/v1.2"),
        ("/a.json", None),
        ("/index.xml", None),
        ("javascript:x", None),
        ("https://x.example/a", None),
        (None, None),
        ("", "/"),
    ],
)
def test_addresses_are_paths_of_pages(path, expected):
    """Files of APIs are no pages, and no other site is meant."""
    assert path_of(FixedPermalinks(path), "a.md", PLAIN) == expected


def test_digests():
    """Documents are read again if the configuration or the imported folder changes."""
    digests = {
        RootPermalinks.create(FixedPermalinks(path), prefix).digest
        for path in ("/a", "/b")
        for prefix in ("", "content/")
    }
    assert len(digests) == 4
    assert RootPermalinks.create(FixedPermalinks("/a"), "").digest in digests


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("/a/", "/a"), ("a/b", "/a/b"), ("/", ""), ("", ""), ("https://x.example/a/", "/a")),
        *(("//x.example/a", "/a"), ("http://[", "")),
    ],
)
def test_base_paths(text, expected):
    """They are written as paths or URLs."""
    assert normalize_base_path(text) == expected


def test_written_dates():
    """A date has no time, and a time keeps its zone."""
    assert str(parse_written_date("2020-03-05")) == "2020-03-05"
    assert str(parse_written_date("2020-03-05 01:02:03 +0900")) == "2020-03-05 01:02:03+09:00"
    assert parse_written_date("never") is None
