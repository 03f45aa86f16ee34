"""Docusaurus's addresses, by its documentation and its code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import DOCUSAURUS
from newsgraph.store.documents.permalinks.docusaurus import DocusaurusPermalinks
from tests.store.documents.page_sources import path_of


def docusaurus(path, text="", config="", *, has_versions=False):
    """Return the address of a page."""
    permalinks = DocusaurusPermalinks.from_text(config, has_versions=has_versions)
    return path_of(permalinks, path, DOCUSAURUS, text)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("docs/intro.md", "", "/docs/intro"),
        ("docs/Guide/Some Doc.mdx", "", "/docs/Guide/Some Doc"),
        ("docs/01-guide/02 - first_doc.md", "", "/docs/guide/first_doc"),
        ("docs/2020-01-02-x/1.0-notes.md", "", "/docs/2020-01-02-x/1.0-notes"),
        ("docs/01-guide/02-a.md", "parse_number_prefixes: false", "/docs/01-guide/02-a"),
        ("docs/guide/index.md", "", "/docs/guide"),
        ("docs/guide/README.md", "", "/docs/guide"),
        ("docs/guide/Guide.md", "", "/docs/guide"),
        ("docs/guide/a.md", "id: b", "/docs/guide/b"),
        ("docs/guide/a.md", "slug: b\nid: c", "/docs/guide/b"),
        ("docs/guide/a.md", "slug: ../b", "/docs/b"),
        ("docs/guide/a.md", "slug: /b/", "/docs/b"),
        ("docs/index.md", "slug: /", "/docs"),
        ("docs/a.html", "", None),
        ("blog/2020-01-02-hello.md", "", "/blog/2020/01/02/hello"),
        ("blog/2020-01-02-hello/index.md", "", "/blog/2020/01/02/hello"),
        ("blog/2020/01/02/hello.md", "", "/blog/2020/01/02/hello"),
        ("blog/team/2020-01-02-hello.md", "", "/blog/2020/01/02/team/hello"),
        ("blog/hello.md", "date: 2020-01-02", "/blog/hello"),
        ("blog/2020-01-02-hello.md", "slug: own", "/blog/own"),
        ("blog/2020-01-02-hello.md", "slug: /a/own", "/blog/a/own"),
        ("src/pages/about.md", "", "/about"),
        ("src/pages/index.md", "", "/"),
        ("src/pages/a/index.md", "", "/a"),
        ("elsewhere/a.md", "", None),
    ],
)
def test_documents(path, text, expected):
    """Docs, posts and pages have paths of their own."""
    assert docusaurus(path, text) == expected


@pytest.mark.parametrize(
    ("config", "path", "expected"),
    [
        ("trailingSlash: true", "docs/a.md", "/docs/a/"),
        ("docs: {routeBasePath: '/'}", "docs/a.md", "/a"),
        ("docs: {routeBasePath: base}", "docs/a.md", None),
        ("docs: {path: 'x'}, blog: {path: 'x/blog'}", "x/blog/a.md", "/blog/a"),
        ("blog: false", "blog/a.md", None),
        ("docs: {numberPrefixParser: parse}", "docs/01-a.md", None),
        ("docs: {numberPrefixParser: false}", "docs/01-a.md", "/docs/01-a"),
    ],
)
def test_settings(config, path, expected):
    """The configuration says where documents are."""
    assert docusaurus(path, "", config) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("i18n/de/docusaurus-plugin-content-docs/current/a.md", "/de/docs/a"),
        ("i18n/en/docusaurus-plugin-content-docs/current/a.md", "/docs/a"),
        ("i18n/de/docusaurus-plugin-content-blog/2020-01-02-a.md", "/de/blog/2020/01/02/a"),
        ("i18n/de/docusaurus-plugin-content-pages/a.md", "/de/a"),
        ("i18n/de/docusaurus-plugin-content-docs-other/current/a.md", None),
        ("i18n/de/docusaurus-plugin-content-docs/version-1/a.md", None),
    ],
)
def test_translations(path, expected):
    """They are below the folder of their language."""
    assert docusaurus(path, "", "i18n: {defaultLocale: 'en'}") == expected


def test_versions_and_the_base_path():
    """Both come from files of the site."""
    assert docusaurus("docs/a.md", has_versions=True) == "/docs/next/a"
    permalinks = DocusaurusPermalinks.from_text("baseUrl: '/site/'", has_versions=False)
    assert permalinks.base_path == "/site"


@given(st.text(max_size=20), st.text("./ab?#:", max_size=12))
def test_any_name(name, slug):
    """No name and no slug raises an exception."""
    for folder in ("docs", "blog", "src/pages"):
        docusaurus(f"{folder}/{name}.md", f"slug: '{slug}'")
