"""Summaries have the text of admonitions, without the lines that start them."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.indented_blocks import unindent_blocks
from newsgraph.store.documents.plain_text import summarize


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ('!!! note "Ti"\n    body *x*', "body x"),
        ("!!! note inline end\n    body\n    more\nafter", "body more"),
        ('??? tip "Ti"\n\n    body\n\n    ??? note\n        inner\n\nafter', "body"),
        ('=== "Tab"\n\n    body', "body"),
        ("Text.\n\n!!! note\n    body", "Text."),
        ("!!! note\n\nText.", "!!! note"),
        ("??? what is this", "??? what is this"),
    ],
)
def test_summaries(body, summary):
    """The first paragraph can be in an admonition; without indented text, there is none."""
    assert summarize(body) == summary


def test_nested_blocks():
    """Each level has its indentation."""
    text = "!!! a\n    b\n    !!! c\n\n        d\n            e\n    f\ng"
    assert unindent_blocks(text) == "\nb\n\n\nd\n    e\n\nf\n\ng"
