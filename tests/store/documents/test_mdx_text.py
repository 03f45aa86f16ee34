"""Summaries of MDX have its text without its code."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.mdx_text import remove_expressions


@pytest.mark.parametrize(
    ("mdx", "markdown"),
    [
        ("a {b} c", "a c"),
        ("a {/* b */}", "a"),
        ("a {b", "a {b"),
        ("a `{b}` \\{c", "a `{b}` \\{c"),
        ('a {"*b*"}', "a &#42;b&#42;"),
        ("a <b c={d} e='f'>g</b>", 'a <b e="f">g</b>'),
        ("<A.B>c</A.B> <>d</>", "c d"),
        ("a < b, <https://c.example>", "a < b, <https://c.example>"),
        ("plain", "plain"),
    ],
)
def test_expressions(mdx, markdown):
    """Expressions and attributes of code go; code spans and text stay."""
    assert remove_expressions(mdx) == markdown


def test_length():
    """What follows after 20,000 characters stays."""
    assert remove_expressions(f"{'a' * 20_000}{{b}}").endswith("a{b}")
