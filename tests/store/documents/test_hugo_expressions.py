"""Hugo's regular expressions have the syntax of RE2, and take linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.hugo_expressions import HugoExpression, WrongExpressionError


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (r"\.draft\.md$", "/posts/a.draft.md", True),
        (r"\.draft\.md$", "/posts/a.draft.md.md", False),
        ("(?i)POSTS/", "/posts/a.md", True),
        (r"\p{Greek}", "/posts/α.md", True),
        (r"/a\z", "/posts/a", True),
        ("é.x", "/é€x", True),
        # Python's `re` would take longer than the universe is old.
        ("(a+)+$", "/" + "a" * 4000 + "b", False),
        ("(a?){900}x", "/" + "a" * 200, False),
    ],
)
def test_an_expression_of_go(text, path, expected):
    """It is searched in the path, with the syntax of Go."""
    assert HugoExpression(text).finds_in(path) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a", "'[a' is no regular expression: missing ]: [a."),
        ("(?=a)", "'(?=a)' is no regular expression: invalid perl operator: (?=."),
        (r"\é", "'\\\\é' is no regular expression: invalid escape sequence: \\é."),
        (r"\pL{900}", "pattern too large"),
    ],
)
def test_no_expression(text, message):
    """Lookahead, wrong syntax and expressions that need much memory are errors."""
    with pytest.raises(WrongExpressionError) as raised:
        HugoExpression(text)
    assert message in str(raised.value)


@given(st.text(max_size=50), st.text(max_size=200))
def test_any_expression(text, path):
    """Any text is an expression or an error; no path makes it fail."""
    try:
        expression = HugoExpression(text)
    except WrongExpressionError:
        return
    assert expression.finds_in(path) in (True, False)
