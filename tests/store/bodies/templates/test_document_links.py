"""Names of documents become links to them, or to their addresses on the site."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.templates.document_links import hugo_link, jekyll_link, jekyll_post_link
from tests.store.bodies.link_targets import FakeLinkTargets, make_context

TARGETS = FakeLinkTargets(documents={"known": "content/a b.md", "/p.md": "p.md"})


def context(path="content/posts/a.md"):
    """Return a context below the path ``/news``."""
    return make_context("hugo", path, TARGETS, base_path="/news")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("known#a b", "newsgraph-document:content/a%20b.md#a%20b"),
        ("#a", "#a"),
        ("/x/_index.md", "/news/x/"),
        ("/_index.md", "/news/"),
        ("b.md#c", "/news/posts/b/#c"),
        ("../b", "/news/b/"),
        ("../../../b", "/news/b/"),
        ("/A/B.html", "/news/a/b/"),
        ("", ""),
    ],
)
def test_hugo(name, url):
    """`ref` finds documents; of others it gives the path that Hugo gives by default."""
    assert hugo_link(name, context()) == url


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("known", "newsgraph-document:content/a%20b.md"),
        ("news/2024-05-02-a-b.md", "/news/2024/05/02/a-b.html"),
        ("no-date", None),
    ],
)
def test_post_url(name, url):
    """`post_url` finds posts, and knows the default permalink of others."""
    assert jekyll_post_link(name, context("_posts/2024-05-01-x.md")) == url


def test_link():
    """`link` leads to a document, or to the file."""
    assert jekyll_link("p.md#x", context()) == "newsgraph-document:p.md#x"
    assert jekyll_link("/files/a b.pdf", context()) == "/news/files/a%20b.pdf"
