"""Zola's addresses, by its documentation and its code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import ZOLA
from newsgraph.store.documents.permalinks.zola import ZolaPermalinks
from tests.store.documents.page_sources import path_of, read_config


def zola(path, text="", config=""):
    """Return the address of a page."""
    permalinks = ZolaPermalinks.from_fields(read_config(config), "content")
    return path_of(permalinks, path, ZOLA, text)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("content/blog/post.md", "", "/blog/post/"),
        ("content/post.md", "", "/post/"),
        ("content/blog/post/index.md", "", "/blog/post/"),
        ("content/index.md", "", None),
        ("content/blog/Hello World (1).md", "", "/blog/hello-world-1/"),
        ("content/blog/Héhé.md", "", "/blog/hehe/"),
        ("content/blog/日本.md", "", None),
        ("content/Blog Posts/post.md", "", None),
        ("content/blog/2020-01-01-post.md", "", "/blog/post/"),
        ("content/blog/2020-01-01_post/index.md", "", "/blog/post/"),
        ("content/blog/2020-01-01T10:00:00Z-post.md", "", "/blog/post/"),
        ("content/blog/2020-13-01-post.md", "", "/blog/2020-13-01-post/"),
        ("content/blog/post.md", "slug: Other One", "/blog/other-one/"),
        ("content/blog/post.md", "path: /2020/01/other", "/2020/01/other/"),
        ("content/blog/post.md", "path: a/\nslug: b", "/a/"),
        ("content/blog/post.md", "slug: '!'", None),
        ("content/blog/post.html", "", None),
        ("elsewhere/post.md", "", None),
    ],
)
def test_pages(path, text, expected):
    """A page has the folders of its file and its slug, or its `path`."""
    assert zola(path, text) == expected


@pytest.mark.parametrize(
    ("config", "path", "expected"),
    [
        ("slugify: {paths: safe}", "content/A B/C: d. .md", "/A B/C d/"),
        ("slugify: {paths: 'off'}", "content/A B/C d.md", "/A B/C d/"),
        ("slugify: {paths_keep_dates: true}", "content/2020-01-01-a.md", "/2020-01-01-a/"),
        ("languages: {fr: {}, de: {title: x}}", "content/blog/a.fr.md", "/fr/blog/a/"),
        ("languages: {fr: {}}", "content/blog/a/index.fr.md", "/fr/blog/a/"),
        ("languages: {fr: {}, de: {}}\ndefault_language: fr", "content/a.fr.md", "/a/"),
        ("", "content/a.fr.md", "/a-fr/"),
    ],
)
def test_settings(config, path, expected):
    """The configuration says how names become slugs, and which languages there are."""
    assert zola(path, "", config) == expected


def test_the_base_path():
    """That of `base_url` counts."""
    config = read_config("base_url: https://x.example/blog")
    assert ZolaPermalinks.from_fields(config, "content").base_path == "/blog"


@given(st.text(max_size=20), st.sampled_from(["on", "safe", "off"]))
def test_any_name(name, strategy):
    """No name raises an exception."""
    permalinks = ZolaPermalinks(slugify=strategy, languages=("fr",))
    path_of(permalinks, f"content/{name}.md", ZOLA, f"slug: {name!a}")
