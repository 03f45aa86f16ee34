"""Abbreviations have titles, and their definitions are not visible."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.abbreviations import mark_abbreviations, take_abbreviations
from newsgraph.store.bodies.html_tree import parse_html, serialize
from newsgraph.store.bodies.render import render_body
from newsgraph.store.documents.plain_text import summarize
from tests.store.bodies.link_targets import make_context


@pytest.mark.parametrize("kind", ["jekyll", "mkdocs", "pelican"])
def test_bodies(kind):
    """Words are marked in text, and not in code."""
    body = 'HTML, *HTML* and XHTML\n\n*[HTML]: Hyper "Text" <b>\n*[CSS]:\n\n`HTML` HTML.'
    html = render_body(body, make_context(kind)).html
    title = 'title="Hyper &quot;Text&quot; &lt;b&gt;"'
    abbr = f"<abbr {title}>HTML</abbr>"
    assert html == (f"<p>{abbr}, <em>{abbr}</em> and XHTML</p>\n<p><code>HTML</code> {abbr}.</p>\n")
    assert summarize(body) == "HTML, HTML and XHTML"


def test_other_kinds():
    """Elsewhere the definition is text."""
    assert "*[HTML]: x" in render_body("*[HTML]: x", make_context("hugo")).html


def test_definitions():
    """They are lines at the start of a block, or any lines, but never code."""
    code = "```\n*[A]: b\n```\n"
    assert take_abbreviations(f"a\n\n*[A]: b\n*[C]: d\n{code}", in_paragraphs=False) == (
        f"a\n\n{code}",
        {"A": "b", "C": "d"},
    )
    assert take_abbreviations("a\n*[A]: b\nc", in_paragraphs=False)[1] == {}
    assert take_abbreviations("a\n*[A]: b\nc", in_paragraphs=True) == ("a\nc", {"A": "b"})


def test_words():
    """The longest one counts, several in a text are found, and the order of the text stays."""
    root = parse_html("A AB<br>A, AB <i>x</i> A<pre>A</pre>")
    mark_abbreviations(root, {"A": "1", "AB": "2", "x": ""})
    a, ab = '<abbr title="1">A</abbr>', '<abbr title="2">AB</abbr>'
    assert serialize(root) == f"{a} {ab}<br>{a}, {ab} <i>x</i> {a}<pre>A</pre>"


def test_many_words():
    """Their number is limited."""
    root = parse_html("<p>A</p>" * 6_000)
    mark_abbreviations(root, {"A": "1"})
    assert 5_000 < len(root.findall(".//abbr")) < 6_000
