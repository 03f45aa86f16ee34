"""What is not served is removed, its text stays, and what a reader would miss is counted."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.cleaning import remove_unserved
from newsgraph.store.bodies.html_tree import parse_html, serialize
from tests.store.bodies.rendering import render

RESULTS = {
    "<summary> <p>a <b>c</b></p> </summary>": ("<summary>a <b>c</b></summary>", {}),
    "<summary>a<p>b</p></summary>": ("<summary>a<p>b</p></summary>", {}),
    # html: (result, what is counted)
    "<p>a<!-- b --></p>": ("<p>a</p>", {}),
    "<x-y>a <b>b</b></x-y> c": ("a <b>b</b> c", {}),
    "<x-y src=a></x-y> <x-y a=b>c</x-y> <x-y></x-y>": (" c ", {"x-y": 1}),
    "<font>a</font><big>b</big>": ("<span>a</span><span>b</span>", {}),
    "<dir><li>a</dir><menu><li>b</menu>": ("<ul><li>a</li></ul><ul><li>b</li></ul>", {}),
    "<address>a</address>b": ("<div>a</div>b", {}),
    "<fieldset><legend>a</legend>b</fieldset>": ("<div><p>a</p>b</div>", {}),
    "<dialog>a</dialog>": ("<div>a</div>", {}),
    "<form>a<button>b</button><input name=c></form>": ("ab", {"form": 1, "button": 1, "input": 1}),
    "<label>a</label>": ("a", {}),
    "<output>a</output><progress>b</progress>": ("ab", {}),
    "<template><p>a</p></template>": ("", {}),
    "a<noembed><b>b</b></noembed>c": ("ac", {}),
    "a<noframes><b>b</b></noframes>c": ("ac", {}),
    "a<script>b</script>c": ("ac", {"script": 1}),
    "a<style>b</style>c": ("ac", {}),
    "a<link rel=stylesheet href=b>c": ("ac", {}),
    "a<meta http-equiv=refresh>b<base href=c>d": ("abd", {"meta": 1, "base": 1}),
    "<p><input type=checkbox> a</p>": ("<p> a</p>", {"input": 1}),
    "<p><input type=checkbox> a <label>b</label></p>": ("<p> a b</p>", {"input": 1}),
    "<p><input type=radio><label>b</label></p>": ("<p>b</p>", {"input": 1}),
    "a<svg><title>b</title><text>c</text></svg>d": ("ad", {"svg": 1, "title": 1}),
    "a<math><mi>b</mi></math>c": ("ac", {"math": 1}),
    "a<canvas>b</canvas>c": ("ac", {"canvas": 1}),
    "a<select><option>b</select>c": ("ac", {"select": 1}),
    "<textarea>a <b>b</b></textarea>": ("<pre>a b</pre>", {}),
    "<textarea> </textarea>a": ("a", {}),
    "<xmp>a <b onclick=x>b</b></xmp>": ("<pre>a b</pre>", {}),
    "a<plaintext><b>b</b>": ("a<pre>b</pre>", {}),
    "<listing>a &lt;b&gt; <i>c</i></listing>": ("<pre>a &lt;b&gt; <i>c</i></pre>", {}),
    "<object><param name=a><p>b</p></object>": ("<p>b</p>", {}),
    "<picture><source srcset=a><img src=b></picture>": ('<img src="b">', {}),
}
ALIGNMENT = {
    '<p style="text-align: center">a</p>': '<p align="center">a</p>',
    '<td style="color:red;TEXT-ALIGN:Right">a</td>': 'align="right"',
    '<p align="left" style="text-align: right">a</p>': '<p align="left">a</p>',
    '<p style="text-align: center; position: fixed">a</p>': '<p align="center">a</p>',
    '<span style="text-align: center">a</span>': "<span>a</span>",
    '<p style="text-align: inherit">a</p>': "<p>a</p>",
    '<p style="text-align-last: center">a</p>': "<p>a</p>",
    '<h2 align="center">a</h2>': '<h2 align="center" id="a">a</h2>',
    '<div align="right">a</div>': '<div align="right">a</div>',
    '<p align="center"><img align="left"></p>': '<p align="center"><img align="left"></p>',
}
CLASSES = {
    "<p class='a b'>x</p>": "<p>x</p>",
    "<pre><code class='language-xyz+ x'>y</code></pre>": (
        '<pre><code class="language-xyz+">y</code></pre>'
    ),
    "<div class='markdown-alert markdown-alert-note x'>y</div>": (
        '<div class="markdown-alert markdown-alert-note">y</div>'
    ),
    "<pre><code><span class='k x-y'>y</span></code></pre>": (
        '<pre><code><span class="k">y</span></code></pre>'
    ),
    "<p><span class='k'>y</span></p>": "<p><span>y</span></p>",
    "<p class='footnotes-of-mine'>x</p>": "<p>x</p>",
}
BOXES = {
    "<li><input type=checkbox checked> a": (
        '<li><input aria-label="Done" checked="" disabled="" type="checkbox"> a</li>'
    ),
    "<li><p><input type=CheckBox onclick=x name=y> a": (
        '<li><p><input aria-label="Not done" disabled="" type="checkbox"> a</p></li>'
    ),
    "<li><label><b><input type=checkbox> a</b></label>": (
        '<li><b><input aria-label="Not done" disabled="" type="checkbox"> a</b></li>'
    ),
    "<div><input type=checkbox id=a value=b>\n<label for=a>c</label></div>": (
        '<div><input aria-label="Not done" disabled="" type="checkbox">\nc</div>'
    ),
    "<p><input type=checkbox checked><label>a</label></p>": (
        '<p><input aria-label="Done" checked="" disabled="" type="checkbox"> a</p>'
    ),
    "<p><label><input type=checkbox> a</label></p>": (
        '<p><input aria-label="Not done" disabled="" type="checkbox"> a</p>'
    ),
    "<li><input type=text value=a> b": "<li> b</li>",
    "<p><input type=checkbox> a</p>": "<p> a</p>",
    "<li><input type=checkbox><input type=image src=x> a": (
        '<li><input aria-label="Not done" disabled="" type="checkbox"> a</li>'
    ),
}
KEPT = [
    '<p dir="rtl" lang="he">שלום <b>hello</b>!</p>',
    '<p title="a">b</p>',
    "<pre> a\n\n   b\tc\n</pre>",
    "<pre><code>\n a</code></pre>",
    "<details><summary>a</summary>b</details>",
    '<details open=""><summary>a</summary>b</details>',
    '<time datetime="2024-05-02">today</time>',
    "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
    '<ol reversed="" start="3" type="a"><li value="5">a</li></ol>',
    "<kbd>a</kbd><mark>b</mark><ins>c</ins><del>d</del><sub>e</sub><sup>f</sup><q>g</q>",
    "<dl><dt>a</dt><dd>b</dd></dl>",
    '<figure><img alt="a" src="https://a.example/b"><figcaption>c</figcaption></figure>',
    '<table><caption>a</caption><thead><tr><th align="right">b</th></tr></thead></table>',
    '<table><tbody><tr><td colspan="2" rowspan="1">c</td></tr></tbody></table>',
    '<bdo dir="rtl">a</bdo>',
    "a<wbr>b<br>c<hr>",
]
NO_MARKUP = ["noscript", "iframe", "noembed", "noframes", "textarea", "xmp", "listing", "plaintext"]


@pytest.mark.parametrize(("html", "result"), RESULTS.items())
def test_removed_elements(html, result):
    """Text in elements that are removed stays, unless it means nothing without them."""
    root = parse_html(html)
    removed = remove_unserved(root)
    assert (serialize(root), removed) == result


@pytest.mark.parametrize(("html", "result"), ALIGNMENT.items())
def test_alignment(html, result):
    """Of the style, the alignment of blocks stays."""
    html = f"<table><tr>{html}</tr></table>" if html.startswith("<td") else html
    assert result in render(html, is_html=True)


@pytest.mark.parametrize(("html", "result"), CLASSES.items())
def test_classes(html, result):
    """Classes that the style sheet knows stay."""
    assert render(html, is_html=True) == result


@pytest.mark.parametrize(("html", "result"), BOXES.items())
def test_boxes(html, result):
    """The boxes of tasks stay, and have a name; others are counted."""
    assert render(html, is_html=True) == result
    counted = remove_unserved(parse_html(html))["input"]
    assert counted == html.count("<input") - result.count("<input")


@pytest.mark.parametrize("html", KEPT)
def test_kept(html):
    """What is served stays as it is."""
    assert render(html, is_html=True) == html


@pytest.mark.parametrize("tag", NO_MARKUP)
@pytest.mark.parametrize("is_html", [True, False])
def test_no_visible_markup(tag, is_html):
    """What a parser reads as text does not show as source text."""
    html = render(f'<{tag}><p class="a">b <img src="c"></p></{tag}>\n', is_html=is_html)
    assert "&lt;" not in html


def test_many_removed_elements():
    """The time does not grow with the square of their number."""
    assert render("<x-y>a</x-y>" * 20_000, is_html=True) == "a" * 20_000
