"""Arguments of tags are parsed in the forms of all generators."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.templates.tag_arguments import parse_arguments


@pytest.mark.parametrize(
    ("text", "positional", "keywords"),
    [
        ("", [], {}),
        ('"a b" c', ["a b", "c"], {}),
        ("src=a.png alt='The \"b\"'", [], {"src": "a.png", "alt": 'The "b"'}),
        ('Title = "A \\"b\\""', [], {"title": 'A "b"'}),
        ("path=`a\\b`", [], {"path": "a\\b"}),
        ('"./a.png", "alt", width: 3', ["./a.png", "alt"], {"width": "3"}),
        (
            "Title lang:js https://a.example/?b=c",
            ["Title", "https://a.example/?b=c"],
            {"lang": "js"},
        ),
        ("a=1 a=2", [], {"a": "1"}),
        ("it's \"open", ["it", "'s \"open"], {}),
        ("a==b", ["a==b"], {}),
    ],
)
def test_arguments(text, positional, keywords):
    """Values have no quotation marks, and the first of two with one name counts."""
    arguments = parse_arguments(text)
    assert arguments.positional == positional
    assert arguments.keywords == keywords


def test_first_argument():
    """A keyword comes before a position, and an empty value is none."""
    arguments = parse_arguments('x id="" src=b')
    assert arguments.get("id", "src") == "b"
    assert arguments.first("id") == "x"
    assert parse_arguments("").first("id") is None
