"""Blocks of HTML in Markdown end where kramdown ends them."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.html_blocks import separate_html_blocks
from tests.store.bodies.rendering import render

RESULTS = {
    "<aside>\na\n</aside>\n## B\n": "<aside>\na\n</aside>\n\n## B\n",
    "<p>a</p>  \n## B\n": "<p>a</p>  \n\n## B\n",
    "<p>a</p>\n<pre>\nb\n\n# c\n</pre>\n": "<p>a</p>\n\n<pre>\nb\n\n# c\n</pre>\n",
    "<p>a</p>\n<PRE>b\n\nc</PRE>\n": "<p>a</p>\n\n<PRE>b\n\nc</PRE>\n",
}
UNCHANGED = [
    "",
    "a\n## B\n",
    "<p>a</p>\n\n## B\n",
    "<p>a</p>\n#b\n",
    "<p>a</p>\n<pre>\nb\n</pre>\n",
    "<p>a</p>\n<pre>b</pre>\n\nc\n<pre>d</pre>\n",
    "<p>a</p>\n<pre>b\n\nc\n",
    "a <br>\n<pre>\nb\n\nc\n</pre>\n",
    "```html\n<p>a</p>\n## B\n```\n",
    "~~~\n```\n<p>a</p>\n## B\n~~~\n",
]


@pytest.mark.parametrize(("markdown", "result"), RESULTS.items())
def test_separated_blocks(markdown, result):
    """A heading and preformatted text after HTML are blocks of their own."""
    assert separate_html_blocks(markdown) == result


@pytest.mark.parametrize("markdown", UNCHANGED)
def test_other_markdown(markdown):
    """Where nothing would be read otherwise, and in code, nothing changes."""
    assert separate_html_blocks(markdown) == markdown


def test_preformatted_text_with_blank_lines():
    """It stays in one piece."""
    code = "<pre><code>\na\n\n  # b\n\n* c\n</code></pre>\n"
    assert render(f"<p>x</p>\n{code}") == f"<p>x</p>\n{code}"
