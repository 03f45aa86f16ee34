"""What a generator hides, leaves out of its lists, or leaves out of its sitemap."""

from __future__ import annotations

import re

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.document_rules import DocumentRules
from newsgraph.store.documents.frontmatter import parse_document
from tests.store.documents.test_archive_kinds import page_rows

SHOWN = (True, True, True)
HIDDEN = (False, True, True)
UNLISTED = (True, False, True)
NOT_IN_SITEMAP = (True, True, False)


def visibility(kind, front, path="a.md", rules=None):
    """Return whether a document is published, listed and in the sitemap."""
    text = f"---\ntitle: T\n{front}\n---\n"
    parsed = parse_document(text, path, kind=KINDS[kind], rules=rules or DocumentRules())
    assert parsed.diagnostics == ()
    return parsed.content.published, parsed.content.is_listed, parsed.content.in_sitemap


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_page_shows_the_rules(kind):
    """The table of docs/archives.md is that of the code."""
    draft, pageless, unlisted, sitemap = page_rows("draft")[kind.name]
    assert tuple(re.findall("`(.*?)`", draft)) == kind.draft_by
    assert tuple(re.findall("`(.*?)`", pageless)) == kind.pageless_by
    assert tuple(re.findall("`(.*?)`", unlisted)) == kind.unlisted_by
    assert tuple(re.findall("`(.*?)`", sitemap)) == kind.no_sitemap_by


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_entry_of_the_rules(kind):
    """Each entry of the table has its effect, and its opposite has none."""
    for entries, expected in (
        (kind.draft_by, HIDDEN),
        (kind.pageless_by, UNLISTED),
        (kind.unlisted_by, UNLISTED),
        (kind.no_sitemap_by, NOT_IN_SITEMAP),
    ):
        for entry in entries:
            key, _, value = entry.partition(": ")
            first, *inner = key.split(".")
            assert visibility(kind.name, write(first, inner, value)) == expected
            other = {"true": "false", "false": "true"}.get(value, "always")
            assert visibility(kind.name, write(first, inner, other)) == SHOWN


def write(key, inner, value):
    """Return an entry as YAML."""
    return f"{key}: {{{inner[0]}: {value}}}" if inner else f"{key}: {value}"


@pytest.mark.parametrize("kind", KINDS)
def test_all_kinds(kind):
    """Drafts and unpublished documents are hidden in all kinds, also in capital letters."""
    assert visibility(kind, "draft: true") == HIDDEN
    assert visibility(kind, "Published: 'no'") == HIDDEN
    assert visibility(kind, "published: 2024-05-02") == SHOWN
    assert visibility(kind, "x: y", "_drafts/a.md") == HIDDEN
    assert visibility(kind, "published: true", "_drafts/a.md") == HIDDEN
    assert visibility(kind, "x: y", rules=DocumentRules(is_hidden=True)) == HIDDEN
    assert visibility(kind, "published: true", rules=DocumentRules({"draft": True})) == (
        HIDDEN if kind == "hugo" else SHOWN
    )


@pytest.mark.parametrize(
    ("kind", "front", "path", "expected"),
    [
        ("hugo", "headless: true", "x/page.md", UNLISTED),
        ("hugo", "draft: false\npublished: false", "a.md", SHOWN),
        ("jekyll", "draft: false\npublished: false", "a.md", HIDDEN),
        ("hugo", "build: never", "a.md", SHOWN),
        ("hugo", "build: {render: link}", "a.md", SHOWN),
        ("hugo", "build: {render: Never}", "a.md", UNLISTED),
        ("hugo", "sitemap: {priority: 0.1}", "a.md", SHOWN),
        ("jekyll", "unlisted: true\nheadless: true\nrender: false", "a.md", SHOWN),
        ("eleventy", "permalink: /false/", "a.md", SHOWN),
        ("eleventy", "eleventyExcludeFromCollections: [a]", "a.md", SHOWN),
        ("pelican", "status: Draft", "a.md", HIDDEN),
        ("pelican", "status: published", "a.md", SHOWN),
        ("plain", "status: draft", "a.md", SHOWN),
        ("mkdocs", "hide: [navigation]", "a.md", SHOWN),
    ],
)
def test_each_kind(kind, front, path, expected):
    """What hides a document of one generator does not hide one of another."""
    assert visibility(kind, front, path) == expected
