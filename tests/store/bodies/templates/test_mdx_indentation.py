"""Text in elements of MDX does not become code."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.templates.mdx_indentation import remove_indentation


@pytest.mark.parametrize(
    ("mdx", "markdown"),
    [
        ("a\n\n    b\n\n  c", "a\n\nb\n\n  c"),
        ("\n    - a\n      - b\n\n        c", "\n- a\n  - b\n\n    c"),
        ("\n    ```\n      a\n   b\n    ```\n    c", "\n```\n  a\nb\n```\nc"),
        ("- a\n\n      b\n\nc", "- a\n\n  b\n\nc"),
        ("```\n    a\n```", "```\n    a\n```"),
        ("\n\t1. a\n\t   b", "\n1. a\n   b"),
        ("a\n  \n", "a\n  \n"),
    ],
)
def test_indentation(mdx, markdown):
    """Lists keep their levels, and code its own indentation."""
    assert remove_indentation(mdx) == markdown
