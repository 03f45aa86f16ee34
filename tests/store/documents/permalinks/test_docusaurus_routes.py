"""The routes of Docusaurus's plugins are read where they are written out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.permalinks.docusaurus_routes import DocusaurusRoute, find_routes

USUAL = [
    DocusaurusRoute("docs", "docs", "docs"),
    DocusaurusRoute("blog", "blog", "blog"),
    DocusaurusRoute("pages", "src/pages", ""),
]
MODULE = "@docusaurus/plugin-content-docs"


def routes(options, **settings):
    """Return the routes of docs in the preset with these options."""
    text = f"presets: [['classic', {{docs: {{{options}}}, blog: false, pages: false}}]]"
    return find_routes(text, **settings)


def test_usual_routes():
    """Without options they are the usual ones."""
    assert find_routes("") == USUAL
    assert find_routes("presets: ['classic']") == USUAL


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("path: './manual', routeBasePath: '/'", {"folder": "manual", "base": ""}),
        ('"routeBasePath": "/help/",', {"base": "help"}),
        ("routeBasePath: base", {"base": None}),
        ("routeBasePath: 'a' + b", {"base": None}),
        ("path: folder, x: 1", {"folder": ".."}),
        ("// path: 'x'\n", {}),
        ("numberPrefixParser: false", {"strips_prefixes": False}),
        ("numberPrefixParser: (name) => name", {"has_own_prefixes": True}),
        ("sidebar: {path: 'x'}", {}),
    ],
)
def test_options(options, expected):
    """An option that is a text counts; one that is computed makes addresses unknown."""
    assert routes(options) == [replace(USUAL[0], **expected)]


@pytest.mark.parametrize(
    ("options", "base"),
    [
        ("", "docs/next"),
        ("lastVersion: 'current'", "docs"),
        ("lastVersion: '2.0'", "docs/next"),
        ("versions: {current: {path: 'x'}}", None),
    ],
)
def test_versions(options, base):
    """With former versions, the current docs are the next one."""
    assert routes(options, has_versions=True) == [DocusaurusRoute("docs", "docs", base)]


def test_several_plugins():
    """Each has its own options."""
    text = f"plugins: [['{MODULE}', {{id: 'x', path: 'x', routeBasePath: 'y'}}]]"
    assert find_routes(text)[0] == DocusaurusRoute("docs", "x", "y")


@given(st.text("docsbgpath: {}[]'\",false/\n", max_size=60))
def test_any_configuration(text):
    """No text raises an exception."""
    find_routes(text)
