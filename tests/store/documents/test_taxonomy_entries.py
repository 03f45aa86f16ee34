"""Taxonomy files: aliases of topics, and the retirement of their feeds."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.document import TopicEntry
from newsgraph.store.documents.frontmatter import parse_document
from newsgraph.store.documents.taxonomy_entries import DEFAULT_RETIREMENT_NOTICE


@pytest.mark.parametrize(
    ("front", "aliases", "retiring", "gone"),
    [
        ("hashtags: [x]", (), None, False),
        (
            "aliases: Robots\nretiring: true\ngone: yes",
            ("Robots",),
            DEFAULT_RETIREMENT_NOTICE,
            True,
        ),
        ("aliases: [Robots, 3D, Robots]\nretiring: false", ("Robots", "3D"), None, False),
        ('retiring: "Read: another."\ngone: "no"', (), "Read: another.", False),
        ('retiring: "true"\naliases: []\ngone:', (), DEFAULT_RETIREMENT_NOTICE, False),
        ("retiring: 2027-01-01", (), "2027-01-01", False),
    ],
)
def test_aliases_and_retirement(front, aliases, retiring, gone):
    """The notice is the text of ``retiring``, or the default notice for ``retiring: true``."""
    parsed = parse_document(f"taxonomy: topic\nname: T\n{front}", "t.yaml")
    assert parsed.diagnostics == ()
    assert parsed.content == TopicEntry("T", aliases=aliases, retiring=retiring, gone=gone)


def test_values_of_wrong_types():
    """Values of wrong types are ignored and reported, and stay in the front matter."""
    front = "aliases: [{a: b}, Robots]\nretiring: [soon]\ngone: 1 January"
    parsed = parse_document(f"taxonomy: topic\nname: T\n{front}", "t.yaml")
    assert parsed.content == TopicEntry("T", aliases=("Robots",))
    assert [(d.code, d.line, d.message) for d in parsed.diagnostics] == [
        ("wrong-type", 3, "aliases must be a list of texts, not a mapping."),
        ("wrong-type", 4, "retiring must be text, true or false, not a list."),
        ("wrong-type", 5, "gone must be true or false, not '1 January'."),
    ]
    stored = {key: parsed.front_matter[key] for key in ("aliases", "retiring", "gone")}
    assert stored == {"aliases": [{"a": "b"}, "Robots"], "retiring": ["soon"], "gone": "1 January"}
