"""Addresses on the generator's site become URLs, and paths of requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.aliases import normalize_path
from newsgraph.store.documents.document import SiteAddress
from newsgraph.store.documents.site_addresses import is_placeholder_url, page_url, request_paths
from newsgraph.store.documents.urls import is_http_url


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
    assert page_url(SiteAddress(path), site) == expected


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
    assert request_paths(SiteAddress(path, "/base"), site) == expected


@given(st.text(max_size=20), st.sampled_from([None, "https://x.example/a b/"]))
def test_any_address(text, site):
    """Paths are in their normal form, and URLs are such."""
    address = SiteAddress(f"/{text}")
    assert all(normalize_path(path) == path for path in request_paths(address, site))
    url = page_url(address, site)
    assert url is None or is_http_url(url)
