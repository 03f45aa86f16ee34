"""`permalinks` of Hugo has three forms."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.permalinks.hugo_rules import PermalinkRule, read_permalink_rules
from tests.store.documents.page_sources import read_config


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", ()),
        ("permalinks: {posts: /a, /: /b}", (PermalinkRule("posts", "/a"), PermalinkRule("", "/b"))),
        ("permalinks: {page: {posts: /a}, section: {posts: /b}}", (PermalinkRule("posts", "/a"),)),
        ("permalinks: {page: /a}", (PermalinkRule("page", "/a"),)),
        ("permalinks: {posts: [a]}", (PermalinkRule("posts", None),)),
        ("permalinks: {a: /1, a/b: /2}", (PermalinkRule("a/b", "/2"), PermalinkRule("a", "/1"))),
        (
            "permalinks: [{target: {path: '/a/**', kind: page}, pattern: /a}, {pattern: /b}]",
            (PermalinkRule("a/**", "/a"), PermalinkRule("**", "/b")),
        ),
        (
            "permalinks: [{target: {path: '/a/**', lang: de}, pattern: /a}]",
            (PermalinkRule("a/**", None),),
        ),
        ("permalinks: [{target: {kind: term}, pattern: /a}]", (PermalinkRule(" *", "/a"),)),
    ],
)
def test_forms(config, expected):
    """Rules for other things than pages are left out, or apply to none."""
    assert read_permalink_rules(read_config(config)) == expected


def test_a_file_of_its_own():
    """It takes the place of the key."""
    part = read_config("a: /1")
    assert read_permalink_rules(read_config("permalinks: {b: /2}"), part) == (
        PermalinkRule("a", "/1"),
    )


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        *(("posts", "/posts/a", True), ("posts", "/posts/x/a", True), ("posts", "/post/a", False)),
        *(("", "/a", True), ("", "/posts/a", False), ("Posts", "/posts/a", True)),
        *(("a/**", "/a/b/c", True), ("{a,b}/*", "/b/c", True), (" *", "/a", False)),
    ],
)
def test_sections(section, path, expected):
    """A section contains what is below it; a glob matches paths."""
    assert PermalinkRule(section, "/x").applies_to(path) is expected
