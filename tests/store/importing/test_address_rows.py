"""An article's URLs and paths: those that its document states precede those of its generator."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.document import Article, SiteAddress
from newsgraph.store.importing.address_rows import (
    alias_rows,
    generator_url,
    story_url,
    url_rows,
)

SITE = "https://blog.example/b/"
PAGE = f"{SITE}2020/a.html"


def article(**fields):
    """Return an article that its generator has at `PAGE`."""
    return Article("T", **{"address": SiteAddress("/2020/a.html", "/b"), **fields})


@pytest.mark.parametrize(
    ("fields", "site", "expected"),
    [
        ({}, SITE, PAGE),
        ({}, None, None),
        ({"address": None}, SITE, None),
        ({"web_url": "https://x.example/w"}, SITE, "https://x.example/w"),
        ({"original_url": "https://x.example/o"}, SITE, "https://x.example/o"),
    ],
)
def test_where_relative_urls_start(fields, site, expected):
    """A stated URL is where the body is read."""
    assert story_url(article(**fields), site) == expected


def test_the_url_of_the_page():
    """It does not depend on what the document states."""
    assert generator_url(article(web_url="https://x.example/w"), SITE) == PAGE


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"https://blog.example/b/2020/a.html": True}),
        (
            {"web_url": "https://x.example/w"},
            {"https://x.example/w": False, "https://blog.example/b/2020/a.html": True},
        ),
        ({"web_url": PAGE}, {"https://blog.example/b/2020/a.html": False}),
        ({"address": None}, {}),
    ],
)
def test_rows_of_urls(fields, expected):
    """A URL that is both counts as stated."""
    rows = url_rows(article(**fields), {"article_id": 1}, SITE)
    assert {row["url"]: row["is_derived"] for row in rows} == expected
    assert all(row["article_id"] == 1 for row in rows)


def test_rows_of_paths():
    """A path that is both counts as stated; without the site's URL, its path is the configured."""
    fields = {"aliases": ("/old", "/2020/a", "/")}
    paths = {"/old": False, "/2020/a": False, "/2020/a.html": True}
    paths |= {"/b/2020/a.html": True, "/b/2020/a": True}
    for site in (SITE, None):
        rows = alias_rows(article(**fields), {"article_id": 1}, site)
        assert {row["path"]: row["is_derived"] for row in rows} == paths
