"""Topics that say what they were called before, and how their feeds end."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.document import TopicEntry
from newsgraph.store.documents.frontmatter import parse
from newsgraph.store.documents.taxonomy_entries import RETIRING


@pytest.mark.parametrize(
    ("front", "aliases", "retiring", "gone"),
    [
        ("hashtags: [x]", (), None, False),
        ("aliases: Robots\nretiring: true\ngone: yes", ("Robots",), RETIRING, True),
        ("aliases: [Robots, 3D, Robots]\nretiring: false", ("Robots", "3D"), None, False),
        ('retiring: "Read: another."\ngone: "no"', (), "Read: another.", False),
        ('retiring: "true"\naliases: []\ngone:', (), RETIRING, False),
        ("retiring: 2027-01-01", (), "2027-01-01", False),
    ],
)
def test_topics_that_were_renamed_or_end(front, aliases, retiring, gone):
    """A notice is a text, or a sentence of ours where a topic only says that its feeds end."""
    parsed = parse(f"taxonomy: topic\nname: T\n{front}", "t.yaml")
    assert parsed.diagnostics == ()
    assert parsed.content == TopicEntry("T", aliases=aliases, retiring=retiring, gone=gone)


def test_values_of_other_types():
    """They are left out, each with its place, and stay in the front matter."""
    front = "aliases: [{a: b}, Robots]\nretiring: [soon]\ngone: 1 January"
    parsed = parse(f"taxonomy: topic\nname: T\n{front}", "t.yaml")
    assert parsed.content == TopicEntry("T", aliases=("Robots",))
    assert [(one.code, one.line, one.message) for one in parsed.diagnostics] == [
        ("wrong-type", 3, "aliases must be a list of texts, not a mapping."),
        ("wrong-type", 4, "retiring must be text, true or false, not a list."),
        ("wrong-type", 5, "gone must be true or false, not '1 January'."),
    ]
    kept = {name: parsed.front_matter[name] for name in ("aliases", "retiring", "gone")}
    assert kept == {"aliases": [{"a": "b"}, "Robots"], "retiring": ["soon"], "gone": "1 January"}
