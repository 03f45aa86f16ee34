"""Values that are written out in front matter in JavaScript; nothing of it is run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import ELEVENTY
from newsgraph.store.documents.frontmatter import parse_document


def parse(program):
    """Parse a document whose front matter is a program."""
    return parse_document(f"---js\n{program}\n---\nBody", "a.md", kind=ELEVENTY)


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ('const title = "T";\nlet n = -1.5, x;\nvar tags = ["a", \'b\'];', None),
        ('const title = "T"\nconst n = -1.5\nconst tags = [\n  "a",\n  `b`,\n]', None),
        ("{\n  title: 'T', // title: 'no'\n  'n': -1.5,\n  tags: ['a', 'b'],\n}", None),
        ('module.exports = {title: "T", n: -1.5, tags: ["a", "b"]};', None),
        (
            "/* const a = 1; */\nconst b = {c: {d: null}, e: []};",
            {"b": {"c": {"d": None}, "e": []}},
        ),
        ('const a = "x" + y; const b = `${c}`; const d = [e]; const f = g();', {}),
        (
            'const eleventyNavigation = {\n\tkey: "About",\n};',
            {"eleventyNavigation": {"key": "About"}},
        ),
        ("function f() { const a = 1; return {b: 2}; }", {}),
        (r'const a = "it\'s \"é\n"; const b = "\q";', {"a": "it's \"é\n", "b": r"\q"}),
        ("const a = true, b = 2; const c = 3", {"a": True, "c": 3}),
        ("", {}),
        ('"""', {}),
    ],
)
def test_literals(program, values):
    """Literals of declarations, or of the properties of an object, are read; all else is not."""
    parsed = parse(program)
    expected = {"title": "T", "n": -1.5, "tags": ["a", "b"]} if values is None else values
    assert parsed.front_matter == expected
    assert [item.code for item in parsed.diagnostics] == ["program-not-run"]
    assert parsed.content.body == "Body"


@pytest.mark.parametrize(
    "key", ["draft", "published", "permalink", "eleventyExcludeFromCollections"]
)
def test_what_may_be_hidden_is_hidden(key):
    """If a program computes whether the document is shown, it is not."""
    assert not parse(f"const {key} = isProduction();").content.published
    assert parse("const title = compute();").content.published
    assert not parse("const draft = true;").content.published


@given(st.text("ab'\"`{}[](),:;=\n\\ const draft1-./*", max_size=60))
def test_any_program(program):
    """No program raises an exception."""
    parsed = parse(program)
    assert parsed.content is not None or parsed.diagnostics
