"""Blocks of HTML in Markdown end where kramdown ends them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.store.bodies.html_blocks import join_html_blocks, separate_html_blocks
from newsgraph.store.documents.archive_kinds import KINDS
from tests.store.bodies.rendering import CONTEXT, render

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


JOINED = {
    "<div>\n\n    <p>a</p>\n\n\t<p>b</p>\n</div>\n": "<div>\n    <p>a</p>\n\t<p>b</p>\n</div>\n",
    "<ul>\n  <li>\n\n \n      <p>a</p>\n</ul>\n": "<ul>\n  <li>\n      <p>a</p>\n</ul>\n",
    "<div><div>\n</div>\n\n    <p>a</p>\n</DIV>\n\n    <p>\n": (
        "<div><div>\n</div>\n    <p>a</p>\n</DIV>\n\n    <p>\n"
    ),
}
NOT_JOINED = [
    "a\n\n    <p>b</p>\n",
    "- a\n\n    <p>b</p>\n",
    "<div>a</div>\n\n    <p>b</p>\n",
    "<div>\n\n    <p>without an end\n",
    "<div>\n\n**a**\n\n    b\n</div>\n",
    '<div markdown="1">\n\n    <p>b</p>\n</div>\n',
    "```\n<div>\n\n    <p>a</p>\n</div>\n```\n",
]


@pytest.mark.parametrize(("markdown", "result"), JOINED.items())
def test_joined_blocks(markdown, result):
    """No blank line is before an indented tag in an element."""
    assert join_html_blocks(markdown) == result


@pytest.mark.parametrize("markdown", NOT_JOINED)
def test_blocks_that_are_not_joined(markdown):
    """Code, Markdown and elements without an end stay as they are."""
    assert join_html_blocks(markdown) == markdown


@pytest.mark.parametrize("kind", ["jekyll", "mkdocs", "pelican", "hugo"])
def test_indented_html(kind):
    """Indented HTML is code in archives whose generators follow CommonMark only."""
    html = render(next(iter(JOINED)), context=replace(CONTEXT, kind=KINDS[kind]))
    assert ("<code>" in html) is (kind == "hugo")


def test_preformatted_text_with_blank_lines():
    """It stays in one piece."""
    code = "<pre><code>\na\n\n  # b\n\n* c\n</code></pre>\n"
    assert render(f"<p>x</p>\n{code}") == f"<p>x</p>\n{code}"
