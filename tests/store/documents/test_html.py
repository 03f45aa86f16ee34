"""HTML is sanitized, and its text extracted."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.html import has_tags, html_to_text, sanitize_body

BODIES = {
    '<a href="newsgraph-site:/files/x">a</a>': '<a href="newsgraph-site:/files/x">a</a>',
    '<a href="newsgraph-document:x">a</a>': "<a>a</a>",
    '<a href="javascript:x" onclick="x" target="_blank" style="x">a</a>': "<a>a</a>",
    '<a data-embed="frame" data-src="https://a.example/" rel="nofollow" href="#b">a</a>': (
        '<a data-embed="frame" href="#b">a</a>'
    ),
    '<img width="1" src="/a" alt="b" loading="lazy" srcset="c">': (
        '<img alt="b" src="/a" width="1">'
    ),
    '<input type="checkbox" disabled="" checked="" name="a">': (
        '<input checked="" disabled="" type="checkbox">'
    ),
    '<p align="center" lang="he" dir="rtl" title="a" id="b" class="c" onclick="d">e</p>': (
        '<p align="center" class="c" dir="rtl" id="b" lang="he" title="a">e</p>'
    ),
    '<details open=""><summary>a</summary></details>': (
        '<details open=""><summary>a</summary></details>'
    ),
    '<time datetime="2024" class="a">b</time>': '<time class="a" datetime="2024">b</time>',
    '<blockquote cite="javascript:x">a</blockquote>': "<blockquote>a</blockquote>",
    "<pre>\n\n  a</pre><pre>\nb</pre><pre lang=de>c</pre>": (
        '<pre>\n\n  a</pre><pre>b</pre><pre lang="de">c</pre>'
    ),
    "a<script>b</script><style>c</style>d": "ad",
    '<section class="footnotes"><ol reversed="" start="2"><li value="3">a</li></ol></section>': (
        '<section class="footnotes"><ol reversed="" start="2"><li value="3">a</li></ol></section>'
    ),
}
TEXTS = {
    "<p>a</p><p>b</p>": "a  b",
    "a<br>b": "a b",
    "<b>a</b>b": "ab",
    "<ruby>a<rt>b</rt></ruby>": "ab",
    "a &amp; &lt;b&gt; &copy;": "a & <b> ©",
    "": "",
}


@pytest.mark.parametrize(("html", "result"), BODIES.items())
def test_bodies(html, result):
    """Elements and attributes that are served remain, with the attributes sorted."""
    assert sanitize_body(html) == result


@pytest.mark.parametrize(("html", "text"), TEXTS.items())
def test_text(html, text):
    """Blocks are separate words."""
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("text", "result"),
    {"a <b>b</b>": True, "<br/>": True, "a < b > c": False, "<x>": False}.items(),
)
def test_tags(text, result):
    """Tags of HTML are found."""
    assert has_tags(text) is result
