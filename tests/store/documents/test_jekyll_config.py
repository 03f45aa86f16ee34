"""Jekyll's defaults, collections, `include` and `exclude`."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.document_rules import DocumentRules
from newsgraph.store.documents.jekyll_config import JekyllConfig
from newsgraph.store.documents.site_config import read_configuration


def read(text):
    """Read a configuration without problems."""
    configuration = read_configuration(text, "_config.yml", "_config.yml")
    config = JekyllConfig.from_fields(configuration.fields)
    assert configuration.diagnostics.sorted_diagnostics() == ()
    return config


DEFAULTS = """
defaults:
- scope: {path: ""}
  values: {a: all, nested: {x: 1, y: 1}}
- scope: {path: "", type: posts}
  values: {a: posts, nested: {y: 2}}
- scope: {path: town/_posts}
  values: {a: town}
- scope: {path: "_posts/*/news"}
  values: {a: glob}
- scope: {path: /_people, type: people}
  values: {a: people}
- scope: {type: drafts}
  values: {b: draft}
- values: {c: 3}
- scope: {path: x}
- text
collections:
  people: {output: true}
  recipes: {output: false}
  notes:
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("about.md", {"a": "all", "nested": {"x": 1, "y": 1}, "c": 3}),
        ("_posts/a.md", {"a": "posts", "nested": {"x": 1, "y": 2}, "c": 3}),
        ("town/_posts/a.md", {"a": "town", "nested": {"x": 1, "y": 2}, "c": 3}),
        ("_posts/2024/news/a.md", {"a": "glob", "nested": {"x": 1, "y": 2}, "c": 3}),
        ("_posts/news/a.md", {"a": "posts", "nested": {"x": 1, "y": 2}, "c": 3}),
        ("_people/a.md", {"a": "people", "nested": {"x": 1, "y": 1}, "c": 3}),
        ("_drafts/a.md", {"a": "posts", "nested": {"x": 1, "y": 2}, "b": "draft", "c": 3}),
    ],
)
def test_defaults(path, expected):
    """The longest path has precedence, then one with a type; mappings are merged."""
    assert read(DEFAULTS).rules_of(path).inherited == expected


def test_the_last_of_equal_scopes_has_precedence():
    """Of defaults with equal scopes the last one counts, and former names of types are known."""
    config = read(
        "defaults:\n"
        "- {scope: {path: '', type: post}, values: {a: 1}}\n"
        "- {scope: {path: '', type: posts}, values: {a: 2}}\n"
        "- {scope: {path: ''}, values: {a: 3}}\n"
    )
    assert config.rules_of("_posts/a.md").inherited == {"a": 2}


def test_collections():
    """Documents of a collection have pages if its output is true."""
    config = read(DEFAULTS)
    assert (config.pages, config.data) == (("people",), ("recipes", "notes"))
    assert read("collections: [a, posts]").data == ("a",)
    assert read("collections_dir: /lists/\n").collections_folder == "lists"


@pytest.mark.parametrize(
    ("path", "topics"),
    [
        ("_posts/a.md", ()),
        ("town/_posts/a.md", ("town",)),
        ("town/roads/_posts/2024/a.md", ("town", "roads")),
        ("town/_drafts/a.md", ("town",)),
        ("lists/_posts/a.md", ()),
        ("town/about.md", ()),
    ],
)
def test_folders_above_posts_are_categories(path, topics):
    """Folders below `_posts`, and the one with all collections, are none."""
    assert read("collections_dir: lists").rules_of(path).topics == topics


def test_what_jekyll_does_not_read():
    """Patterns of `exclude` match the beginning of a path, and `include` wins."""
    config = read("exclude: [docs/, README, '*.txt.md']\ninclude: [docs/keep, _pages]\n")
    skipped = ["docs", "docs/a.md", "README.md", "x/y.txt.md"]
    assert [path for path in skipped if not config.skips(path)] == []
    assert [path for path in ["docs/keep.md", "x/README.md", "a.md"] if config.skips(path)] == []


def test_a_slash_at_the_end_excludes_a_folder():
    """`docs/` is the folder alone, and `docs` also what begins like it."""
    paths = ("docs", "docs/a.md", "docs-old.md", "docs-old/a.md", "x/docs/a.md")
    excluded = {
        text: [path for path in paths if read(f"exclude: ['{text}']").skips(path)]
        for text in ("docs/", "/docs/", "docs", "docs/*", "*/docs/", "/")
    }
    assert excluded == {
        "docs/": ["docs", "docs/a.md"],
        "/docs/": ["docs", "docs/a.md"],
        "docs": ["docs", "docs/a.md", "docs-old.md", "docs-old/a.md"],
        "docs/*": ["docs/a.md"],
        "*/docs/": [],
        "/": [],
    }


def test_defaults_of_collections_in_a_folder():
    """Paths may have the folder of collections, or lack it."""
    for path in ("lists/_people", "_people"):
        config = read(
            f"collections_dir: lists\ncollections: {{people: {{output: true}}}}\n"
            f"defaults: [{{scope: {{path: {path}}}, values: {{a: 1}}}}]"
        )
        assert config.rules_of("lists/_people/a.md") == DocumentRules({"a": 1})
