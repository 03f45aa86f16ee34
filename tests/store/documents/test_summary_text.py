"""Pictures and marks of footnotes in the text of a summary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.plain_text import plain_text, summarize
from newsgraph.store.documents.summary_text import summary_text

PICTURES = {
    "See [the plan](/p) and ![the bridge](b.jpg).": "See the plan and the bridge.",
    "See [the plan](/p) and ![](b.jpg).": "See the plan and.",
    "See [the plan](/p) and <img src=b.jpg>, too.": "See the plan and, too.",
    "See ![the  bridge\n](b.jpg) here.": "See the bridge here.",
    "See [![the bridge](b.jpg)](/b).": "See the bridge.",
    "See *this*: ![A photo](b.jpg)": "See this:",
    "It opened. ![A photo](b.jpg) All came.": "It opened. All came.",
    "It “opened.” ![A photo](b.jpg)": "It “opened.”",
    "![A photo](b.jpg) The bridge opened.": "The bridge opened.",
    "![A photo](b.jpg) ![B](c.jpg)\nThe bridge opened.": "The bridge opened.",
    "![The bridge](b.jpg) opened today.": "The bridge opened today.",
    "![The bridge](b.jpg), opened today.": "The bridge, opened today.",
    "Press ![gear](g.png)now, or x![gear](g.png).": "Press gear now, or x gear.",
    "A (![gear](g.png)) b": "A (gear) b",
    '![a &lt;b&gt; "c"](x) is text': 'a <b> "c" is text',
    "[![Build](b.svg)](/b) [![Docs](d.svg)](/d)\n\nText.": "Text.",
    "![A photo](b.jpg)": None,
}
MARKS = {
    'High<sup><a href="#fn1">1</a></sup>.': "High.",
    "High <sup><a href='#fn1'>[1]</a></sup>, low": "High, low",
    'High<sup id="fnref:1"><a href="#fn:1" role="doc-noteref">1</a></sup> and low': "High and low",
    "High<sup id=fnref1>1</sup>.": "High.",
    'High<a href="#fn1" id="fnref1"><sup>1</sup></a>.': "High.",
    'High<sup id="cite-1"><a href="#note-1"><span>[</span>1<span>]</span></a></sup>.': "High.",
    'High<sup><a href="/notes#n3">3</a></sup>.': "High.",
    "High[^1].": "High.",
    "4 m<sup>2</sup> high": "4 m2 high",
    'The 4<sup><a href="/th">th</a></sup> bridge': "The 4th bridge",
    'See <a href="#costs">costs</a>.': "See costs.",
    "The 2<sup>nd</sup> <a href='#b'>bridge</a>": "The 2nd bridge",
}


@pytest.mark.parametrize(("body", "summary"), PICTURES.items())
def test_pictures(body, summary):
    """A picture in a sentence is its alternative text; photos beside the text are left out."""
    assert summarize(body) == summary


@pytest.mark.parametrize(("body", "summary"), MARKS.items())
@pytest.mark.parametrize("ending", ["", "\n\n<!--more-->\n\nMore."])
def test_marks_of_footnotes(body, summary, ending):
    """They are left out of a summary, in HTML and in Markdown; other raised text stays."""
    assert summarize(body + ending) == summary


def test_other_texts():
    """The same holds for bodies in HTML, and for an excerpt in the front matter."""
    html = (
        '<p><img alt="A"></p><p>See <img alt="the bridge">, high<sup><a href="#1">1</a></sup>.</p>'
    )
    assert summarize(html, is_html=True) == "See the bridge, high."
    assert plain_text(html) == "See the bridge, high."
    assert plain_text("See ![the bridge](b.jpg).") == "See the bridge."


def test_blocks():
    """A sentence ends with its paragraph, and at the end of a line."""
    assert summary_text('<h2>Head</h2><p><img alt="a"> Text</p>').split() == ["Head", "Text"]
    assert summary_text('Text<br><img alt="a">').split() == ["Text"]


@pytest.mark.parametrize(
    "part", ['<img alt="a"> b ', "<sup>", '<sup><a href="#', '<sup><a href="#1">1', " ", "<a "]
)
def test_long_texts(part):
    """The time does not grow with the square of the length."""
    assert isinstance(summary_text(part * 50_000), str)


@given(st.lists(st.sampled_from(['<img alt="a">', '<img src="b">', "<p>", "A. ", " b", ","])))
def test_any_pictures(parts):
    """No tag remains."""
    assert "<" not in summary_text("".join(parts))
