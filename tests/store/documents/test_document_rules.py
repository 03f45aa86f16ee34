"""Inherited values are merged under a document's own front matter, which stays as it is."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.document_rules import NO_RULES, DocumentRules, merge_values
from newsgraph.store.documents.frontmatter import parse_document


def parse(kind, front, inherited, topics=(), private=()):
    """Parse a document that inherits values."""
    rules = DocumentRules(inherited, topics)
    return parse_document(f"---\n{front}\n---\n", "a.md", private, KINDS[kind], rules=rules)


def test_own_values_have_precedence():
    """A document inherits values of keys that it lacks; the case of keys does not matter."""
    parsed = parse("jekyll", "Title: Own\nexcerpt: ~", {"title": "A", "excerpt": "B", "type": "C"})
    assert parsed.diagnostics == ()
    article = parsed.content
    assert (article.title, article.excerpt, article.type) == ("Own", "B", "C")
    assert parsed.front_matter == {"Title": "Own", "excerpt": None}


@pytest.mark.parametrize(
    ("kind", "topics", "provider"),
    [
        ("hugo", ("own",), "own.example"),
        ("jekyll", ("own",), "own.example"),
        ("eleventy", ("inherited", "own"), "own.example"),
    ],
)
def test_inheritance_depends_on_the_kind(kind, topics, provider):
    """Hugo replaces mappings, Jekyll merges them, and Eleventy adds lists, too."""
    inherited = {"tags": ["inherited"], "provider": {"name": "N", "domain": "x.example"}}
    front = "tags: [own]\nprovider: {domain: own.example}"
    article = parse(kind, front, inherited).content
    assert article.topics == topics
    assert article.provider.domain == provider
    assert article.provider.name == (None if kind == "hugo" else "N")


def test_eleventy():
    """A single tag is added to inherited ones, and `override:` replaces them."""
    inherited = {"tags": ["inherited"]}
    assert parse("eleventy", "tags: own", inherited).content.topics == ("inherited", "own")
    assert parse("eleventy", "override:tags: [own]", inherited).content.topics == ("own",)
    assert parse("eleventy", "x: 1", inherited).content.topics == ("inherited",)
    assert parse("eleventy", "title: A", {"title": ["x"]}).content.title == "A"
    assert parse("eleventy", "excerpt:", {"excerpt": "x"}).content.excerpt is None


def test_problems_in_inherited_values_are_not_the_documents():
    """They are reported for the file that they come from."""
    parsed = parse("jekyll", "title: A\nquality: x", {"date": "soon", "heat": "hot"})
    assert [(item.code, item.line) for item in parsed.diagnostics] == [("wrong-type", 3)]
    assert parsed.content.published_at is None


def test_folders_as_topics():
    """Topics of folders come before the categories of the document."""
    article = parse("jekyll", "tags: [a]\ncategories: [b]\ncategory: c", {}, ("town",)).content
    assert article.topics == ("a", "town", "b", "c")
    assert article.category == "c"
    assert parse("jekyll", "x: 1", {}, ("town", "roads")).content.category == "town"


def test_private_keys_are_not_inherited():
    """A private key is not read, wherever its value comes from."""
    assert (
        parse("jekyll", "title: A", {"excerpt": "B"}, private=["Excerpt"]).content.excerpt is None
    )


def test_digests():
    """Rules that say nothing have no digest, and different ones have different digests."""
    assert NO_RULES.digest == DocumentRules({}, ()).digest == ""
    rules = [
        *(DocumentRules({"a": 1}), DocumentRules({"a": 2}), DocumentRules({}, ("a",))),
        *(DocumentRules(is_hidden=True), DocumentRules(topic_names={"a": "A"})),
    ]
    assert len({rule.digest for rule in rules}) == len(rules)
    assert DocumentRules({"a": 1, "b": 2}).digest == DocumentRules({"b": 2, "a": 1}).digest


def test_merged_values():
    """Values from nearer have precedence, null is none in Jekyll, and Eleventy adds lists."""
    far = {"a": 1, "l": [1], "m": {"x": 1}, "n": 1}
    near = {"a": 2, "l": [2], "m": {"y": 2}, "n": None}
    assert merge_values(far, near, "keys") == {"a": 2, "l": [2], "m": {"y": 2}, "n": None}
    merged = {"a": 2, "l": [2], "m": {"x": 1, "y": 2}, "n": 1}
    assert merge_values(far, near, "mappings") == merged
    added = merge_values(far, near, "mappings and lists")
    assert added == merged | {"l": [1, 2], "n": None}
    assert merge_values(far, {"override:l": [2]}, "mappings and lists")["l"] == [2]
