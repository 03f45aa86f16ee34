"""Items of `related`: URLs, and documents in the notations of generators."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.document import DocumentReference, RelatedLink
from newsgraph.store.documents.frontmatter import parse_document


def parse_related(front, kind="plain"):
    """Return the related items of front matter, as (target or URL, title)."""
    parsed = parse_document(f"---\n{front}\n---\n", "posts/a.md", kind=KINDS[kind])
    assert parsed.diagnostics == ()
    return [
        (item.target, item.link.title or None)
        if isinstance(item, DocumentReference)
        else (item.web_url, item.title)
        for item in parsed.content.related
    ]


@pytest.mark.parametrize(
    ("item", "target", "title"),
    [
        ("bridge-plans", "bridge-plans", None),
        ("'../plans/a.md#costs'", "../plans/a.md#costs", None),
        ("/2024/05/02/bridge/", "/2024/05/02/bridge/", None),
        ("12", "12", None),
        ("'news:12'", "news:12", None),
        ("'Bridge: the plans'", "Bridge: the plans", None),
        ("urn:uuid:1c9b", "urn:uuid:1c9b", None),
        ("'{% post_url 2024-05-02-plans %}'", "2024-05-02-plans", None),
        ("'{{ site.baseurl }}{%- link _posts/2024-05-02-plans.md -%}'", None, None),
        ("'{{ site.url }}/plans/'", "/plans/", None),
        ("'{{< ref \"plans.md\" >}}'", "plans.md", None),
        ("'{{% relref plans.md %}}'", "plans.md", None),
        ("'@/blog/plans.md'", "/blog/plans.md", None),
        ("'{filename}../plans.md'", "../plans.md", None),
        ("'|filename|plans.md'", "plans.md", None),
        ("'[[Bridge plans]]'", "Bridge plans", None),
        ("'[[Bridge plans|The plans]]'", "Bridge plans", "The plans"),
        ("[[Bridge plans]]", "Bridge plans", None),
        ("'[The plans](plans.md)'", "plans.md", "The plans"),
        ("{slug: plans}", "plans", None),
        ("{path: ./plans.md, title: The plans}", "./plans.md", "The plans"),
        ("{id: 12, title: The plans}", "12", "The plans"),
        ("{title: The plans, url: /plans/}", "/plans/", "The plans"),
        ("{URL: '@/plans.md'}", "/plans.md", None),
        ("{The plans: plans.md}", "plans.md", "The plans"),
    ],
)
def test_documents(item, target, title):
    """An item that is no URL names a document, whatever the generator's notation."""
    target = target or "_posts/2024-05-02-plans.md"
    assert parse_related(f"related:\n  - {item}") == [(target, title)]


@pytest.mark.parametrize(
    ("item", "url", "title"),
    [
        ("https://a.example/", "https://a.example/", None),
        ("//a.example/x", "https://a.example/x", None),
        ("'[A story](https://a.example/x)'", "https://a.example/x", "A story"),
        ("{A story: 'https://a.example/x'}", "https://a.example/x", "A story"),
        ("{slug: plans, url: 'https://a.example/x'}", "https://a.example/x", None),
        ("{title: No address}", None, "No address"),
    ],
)
def test_urls(item, url, title):
    """An item with a complete URL is a link, even if it names a document, too."""
    assert parse_related(f"related:\n  - {item}") == [(url, title or url)]


def test_a_reference_has_its_position_and_its_own_values():
    """What the item itself says of the story goes before what its document says."""
    front = (
        "title: T\nrelated:\n  - https://a.example\n  - {slug: plans, quality: 0, date: 2024-05-02}"
    )
    parsed = parse_document(f"---\n{front}\n---\n", "a.md")
    link = RelatedLink(title="", quality=0, published_at="2024-05-02T00:00:00Z")
    assert parsed.content.related[1] == DocumentReference("plans", link, 5, 12)


@pytest.mark.parametrize("scheme", ["javascript", "data", "mailto", "ftp"])
def test_other_schemes_are_no_documents(scheme):
    """They are reported as unsafe, and not looked for."""
    parsed = parse_document(f"---\nrelated: ['{scheme}:x']\n---\n", "a.md")
    assert parsed.content.related == ()
    assert [item.code for item in parsed.diagnostics] == ["unsafe-url"]


@pytest.mark.parametrize(
    ("front", "targets"),
    [
        ("related: plans", ["plans"]),
        ("related_posts: plans, costs,\nrelated: true", ["plans", "costs"]),
        ("relatedPosts: [plans]", ["plans"]),
        ("See_Also: [plans]", ["plans"]),
        ("related_posts: false", []),
        ("related: []\nseeAlso: [plans]", ["plans"]),
        ("related: [a]\nrelated_posts: [b]", ["a"]),
        ("related: [[a, [b]], c]", ["a", "b", "c"]),
        ("related: 'https://a.example/x,y'", ["https://a.example/x,y"]),
        (
            "related: 'https://a.example/x, https://b.example'",
            ["https://a.example/x", "https://b.example"],
        ),
        ("links: [plans.md]", []),
    ],
)
def test_keys_and_lists(front, targets):
    """Themes switch related posts on with true; a text is a list with commas."""
    assert [target for target, _ in parse_related(front)] == targets


def test_positions_of_a_text_with_commas():
    """A diagnostic of one of them is at its own column."""
    for front in ("related: a, b", "related: 'a, b'"):
        parsed = parse_document(f"---\n{front}\n---\n", "a.md")
        columns = [item.column for item in parsed.content.related]
        start = front.index("a,") + 1
        assert columns == [start, start + 3]


def test_links_of_mkdocs():
    """Material for MkDocs has titles and sections in `links`."""
    front = """
links:
  - plans.md
  - Costs: costs/index.md
  - Elsewhere:
      - A story: https://a.example/x
      - https://b.example"""
    assert parse_related(front, "mkdocs") == [
        ("plans.md", None),
        ("costs/index.md", "Costs"),
        ("https://a.example/x", "A story"),
        ("https://b.example", "https://b.example"),
    ]


def test_a_list_that_contains_itself():
    """An alias can make a cycle, which ends."""
    parsed = parse_document("---\nrelated: &a [*a, plans]\n---\n", "a.md")
    assert [item.code for item in parsed.diagnostics] == ["too-complex"]
