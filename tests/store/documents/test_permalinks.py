"""Addresses on the generator's site become URLs, and paths of requests."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.aliases import normalize_path
from newsgraph.store.documents.archive_kinds import PLAIN
from newsgraph.store.documents.permalinks import (
    Permalinks,
    RootPermalinks,
    SiteAddress,
    is_placeholder_url,
    normalize_base_path,
    parse_written_date,
)
from newsgraph.store.documents.urls import is_http_url
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


@pytest.mark.parametrize(
    ("path", "site", "expected"),
    [
        ("/a/", "https://x.example/", "https://x.example/a/"),
        ("/a", "https://x.example/blog", "https://x.example/blog/a"),
        ("/", "https://x.example/blog/", "https://x.example/blog/"),
        ("/é 50%/?#", "https://é.example/", "https://xn--9ca.example/%C3%A9%2050%25/%3F%23"),
        ("/a", None, None),
        ("/a", "http://localhost:4000", None),
    ],
)
def test_urls(path, site, expected):
    """The URL is below that of the site; without one there is none."""
    assert SiteAddress(path).url_on(site) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        *((f"http://{host}/", True) for host in ("localhost", "127.0.0.1:1313", "[::1]:80")),
        *((f"http://{host}/", True) for host in ("example.com", "www.example.org", "0.0.0.0:1")),
        *((f"http://{host}/", True) for host in ("yoursite.com", "your-domain.com", "a.local")),
        ("https://your-docusaurus-site.example.com/", True),
        *((f"http://{host}/", False) for host in ("blog.example", "myexample.com", "x.com")),
        ("no URL", True),
    ],
)
def test_placeholders(url, expected):
    """Templates of generators contain hosts that nobody has."""
    assert is_placeholder_url(url) is expected


@pytest.mark.parametrize(
    ("path", "site", "expected"),
    [
        ("/a/", None, ("/a", "/base/a")),
        ("/a/", "https://x.example/", ("/a",)),
        ("/a/index.html", "https://x.example/", ("/a", "/a/index")),
        ("/a.html", "https://x.example/b/", ("/a.html", "/a", "/b/a.html", "/b/a")),
        ("/a", "https://x.example/", ("/a", "/a.html")),
        ("/é b/", "https://x.example/", ("/%C3%A9%20b",)),
        ("/", "https://x.example/", ()),
        ("/", "https://x.example/b/", ("/b",)),
    ],
)
def test_paths_of_requests(path, site, expected):
    """A server has a page with and without its suffix, and below the base path."""
    assert SiteAddress(path, "/base").request_paths(site) == expected


@given(st.text(max_size=20), st.sampled_from([None, "https://x.example/a b/"]))
def test_any_address(text, site):
    """Paths are in their normal form, and URLs are such."""
    address = SiteAddress(f"/{text}")
    assert all(normalize_path(path) == path for path in address.request_paths(site))
    url = address.url_on(site)
    assert url is None or is_http_url(url)


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
