"""TOML and JSON front matter is read like YAML, with the same positions in diagnostics."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.frontmatter import parse_document

YAML = """---
title: Bridge opens
date: 2024-05-02T09:00:00+02:00
draft: false
tags: [town, roads]
quality: 7
author: {name: A. Writer, url: "https://town.example/writer"}
---
The bridge opened today.
"""
TOML = """+++
title = 'Bridge opens'
date = 2024-05-02T09:00:00+02:00
draft = false
tags = ['town', 'roads']
quality = 7
[author]
name = "A. Writer"
url = "https://town.example/writer"
+++
The bridge opened today.
"""
JSON = """{
  "title": "Bridge opens",
  "date": "2024-05-02T09:00:00+02:00",
  "draft": false,
  "tags": ["town", "roads"],
  "quality": 7,
  "author": {"name": "A. Writer", "url": "https://town.example/writer"}
}
The bridge opened today.
"""
# What front matter can contain in all formats.
VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_categories=("Cc",))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("text", [TOML, JSON], ids=["TOML", "JSON"])
def test_the_format_does_not_matter(text):
    """A document is the same in each format."""
    expected, parsed = parse_document(YAML, "a.md"), parse_document(text, "a.md")
    assert parsed.diagnostics == expected.diagnostics == ()
    assert parsed.content == expected.content
    assert parsed.front_matter == expected.front_matter


@pytest.mark.parametrize("path", ["a.md", "a.markdown", "a.mdx", "a.html"])
@pytest.mark.parametrize("prefix", ["", "\ufeff", "\r\n\n"])
def test_all_suffixes_have_all_formats(path, prefix):
    """The format is recognized by the first characters, whatever the file's name."""
    for text in (YAML, TOML, JSON):
        parsed = parse_document(prefix + text.replace("\n", "\r\n"), path)
        assert parsed.content.title == "Bridge opens"
        assert parsed.content.body == "The bridge opened today."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+++\ntitle = 'x\n+++\n", [("broken-toml", 3, 1)]),
        ("+++\ntitle = 'x'\n\ntitle = 'y'\n+++\n", [("broken-toml", 4, 12)]),
        ("+++\ntitle = 'x'\n", [("unclosed-front-matter", 1, 1)]),
        ("+++\n+++\n", []),
        ("+++\ntitle = 'x'\nquality = 'y'\n+++\n", [("wrong-type", 3, 11)]),
        ("+++\ntitle = 'x'\n[provider]\ndomain = '-'\nname = 1\n+++", []),
        ("+++\ntitle = 'x'\nn = 100000000000000000000\n+++\n", [("number-normalised", 3, 5)]),
        ("+++\ntitle = 'x'\nn = inf\n+++\n", [("number-normalised", 3, 5)]),
        ("+++\ntitle = 'x'\ndate = 07:30:00\n+++\n", [("wrong-date", 3, 8)]),
        ('{\n "title": "x",\n "a": ,\n}\nBody', [("broken-json", 3, 7)]),
        ('{"title": "x"', [("unclosed-front-matter", 1, 1)]),
        ('{"title": "x",}\nBody', [("broken-json", 1, 15)]),
        ('{"title": "x" "b": 1}\nBody', [("broken-json", 1, 15)]),
        ('{"title": "x",\n "quality": [1]}', [("wrong-type", 2, 13)]),
        ('{"title": "x",\n "date": "soon"\n}\n{"date": 1}', [("wrong-date", 2, 10)]),
        ('{"title": "x", "title": "y"}', [("duplicate-key", 1, 17)]),
        ('{"title": "x", "n": NaN}', [("number-normalised", 1, 21)]),
        ("{}\nBody", []),
        ("{{ page.title }}\n", [("no-front-matter", 1, 1)]),
        ("{% include x %}\n", [("no-front-matter", 1, 1)]),
        ("+ a list", [("no-front-matter", 1, 1)]),
    ],
)
def test_diagnostics(text, expected):
    """What is wrong has its line and column in the file."""
    found = [
        (item.code, item.line, item.column) for item in parse_document(text, "a.md").diagnostics
    ]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "+++\n" + ".".join(["a"] * 20_000) + " = 1\n+++\n",
        "+++\nx = " + "[" * 100_000 + "\n+++\n",
        "+++\nx = " + "[" * 80 + "]" * 80 + "\n+++\n",
        "+++\nx = '" + "a" * 1_000_000 + "'\n+++\n",
        "+++\nx = " + "1" * 5_000 + "\n+++\n",
        '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}\nBody",
        '{"x": ' + "[" * 80 + "]" * 80 + "}\nBody",
        '{"x": [' + "1," * 200_000 + "1]}\nBody",
    ],
    ids=range(8),
)
def test_complexity_is_limited(text):
    """Depth, size and numbers have limits, as in YAML."""
    assert [item.code for item in parse_document(text, "a.md").diagnostics] == ["too-complex"]


def test_positions_are_not_searched_for_ever():
    """A front matter whose keys are not found in the text does not take quadratic time."""
    keys = ",".join(rf'"\u0061{number}": 1' for number in range(20_000))
    parsed = parse_document('{"title": "x",' + keys + "}\nBody", "a.md")
    assert parsed.content.title == "x"
    assert len(parsed.front_matter) == 20_001


@given(st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), VALUES, max_size=4))
def test_json_keeps_all_values(values):
    """What is parsed from JSON is what was written."""
    values = {**values, "title": "x"}
    text = json.dumps(values, ensure_ascii=False)
    assert parse_document(f"{text}\nBody", "a.md").front_matter == values


@given(st.sampled_from([YAML, TOML, JSON]), st.data())
def test_mutated_documents_are_parsed_or_diagnosed(text, data):
    """A document with arbitrary changes is imported, or has an error with a position."""
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 5, len(text))))
        text = text[:start] + data.draw(st.text(max_size=4)) + text[end:]
    parsed = parse_document(text, "a.md")
    if parsed.content is None:
        assert any(item.severity == "error" and item.line for item in parsed.diagnostics)


@pytest.mark.parametrize("key", ["title", "Title", "TITLE"])
def test_the_case_of_keys_does_not_matter(key):
    """Of keys that differ only in case, the one in small letters is used."""
    assert parse_document(f"---\n{key}: x\n---\n", "a.md").content.title == "x"
    both = parse_document("---\nTITLE: x\ntitle: y\nTitle: z\n---\n", "a.md")
    assert both.content.title == "y"


def test_private_keys_are_private_in_any_case():
    """A private key is not read in capital letters either."""
    text = "---\ntitle: x\nExcerpt: secret\n---\n"
    assert parse_document(text, "a.md", ("excerpt",)).content.excerpt is None
