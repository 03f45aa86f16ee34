"""Attribute lists in Markdown become attributes, and are not visible."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.store.bodies.attribute_lists import mark_attribute_lists
from newsgraph.store.documents.archive_kinds import KINDS
from tests.store.bodies.rendering import CONTEXT, render

RESULTS = {
    "## Costs {#costs}\n": '<h2 id="costs">Costs</h2>\n',
    "## Costs {#costs} ##\n": '<h2 id="costs">Costs</h2>\n',
    "## Costs{#costs}\n": '<h2 id="costs">Costs</h2>\n',
    "## Costs {: #costs .wide}\n": '<h2 id="costs">Costs</h2>\n',
    "## Costs {: .no_toc}\n": '<h2 id="costs">Costs</h2>\n',
    "## Costs {.wide #c lang=de}\n": '<h2 id="c" lang="de">Costs</h2>\n',
    "Costs {#c}\n=====\n": '<h1 id="c">Costs</h1>\n',
    "Costs\n-----\n{: #c}\n": '<h2 id="c">Costs</h2>\n\n',
    "> ## Costs {#c}\n": '<blockquote>\n<h2 id="c">Costs</h2>\n</blockquote>\n',
    "Text\n{: .note #n}\n": '<p id="n">Text</p>\n',
    "Text\n{: title='It costs'}\n": '<p title="It costs">Text</p>\n',
    "{: .note }\nClosed.\n": "<p>Closed.</p>\n",
    "{: #closed}\nClosed.\n": '\n<p id="closed">Closed.</p>\n',
    "{:refdef: .wide}\nClosed.\n": "<p>Closed.</p>\n",
    "- a\n- b\n{: #b}\n": '<ul>\n<li>a</li>\n<li id="b">b</li>\n</ul>\n',
    "~~~\nx = 1\n~~~\n{: .language-toml}\n": '<pre><code class="language-toml">'
    '<span class="n">x</span> <span class="o">=</span> <span class="mi">1</span>\n'
    "</code></pre>\n\n",
    "    a\n{: #c .language-x}\nb\n": '<pre><code class="language-x" id="c">a\n</code></pre>\n\n'
    "<p>b</p>\n",
    "- a\n\n    b\n{: #a}\n": '<ul id="a">\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n</ul>\n\n',
    "[a](#b){: #c target=_blank}\n": '<p><a href="#b" id="c">a</a></p>\n',
    "*a*{: .x} **b**{: #b}\n": '<p><em>a</em> <strong id="b">b</strong></p>\n',
    "`a`{: .x}\n": "<p><code>a</code></p>\n",
    '![q](//h.example/q.png){: width="50" .left}\n': '<p><img alt="q" '
    'src="https://h.example/q.png" width="50"></p>\n',
    "![q](//h.example/q.png){width=50}\n": '<p><img alt="q" src="https://h.example/q.png" '
    'width="50"></p>\n',
    "![q](//h.example/q.png){:\n.left width='50'}Text\n": '<p><img alt="q" '
    'src="https://h.example/q.png" width="50">Text</p>\n',
    "![q](//h.example/q.png){: .left\nwidth='50'}Text\n": '<p><img alt="q" '
    'src="https://h.example/q.png" width="50">Text</p>\n',
    "Text\n{#n .wide}\n": '<p id="n">Text</p>\n',
    '> Quotation\n{class="!mt-6"}\n': "<blockquote>\n<p>Quotation</p>\n</blockquote>\n",
    "Thanks to the union {.small .wide}\n\nb\n": "<p>Thanks to the union</p>\n<p>b</p>\n",
    "* TOC\n{:toc}\n\nText\n": "<p>Text</p>\n",
    "1. Contents\n{: toc}\n": "",
    "{::comment}\nnot yet\n{:/comment}\nText\n": "<p>Text</p>\n",
    "a {::comment}not yet{:/} b\n": "<p>a  b</p>\n",
    "{::nomarkdown}<b>x</b>{:/}\n": "<p><b>x</b></p>\n",
    '<div markdown="1">\n**b**\n</div>\n': "<div>\n<p><strong>b</strong></p>\n</div>\n",
    '<details markdown="1">\n<summary>*s*</summary>\n**b**\n</details>\n': (
        "<details>\n<summary>*s*</summary>\n<p><strong>b</strong></p>\n</details>\n"
    ),
    '<details markdown="1"><summary markdown="span">*s*</summary>\n- b\n</details>\n': (
        "<details>\n<summary><em>s</em></summary>\n<ul>\n<li>b</li>\n</ul>\n</details>\n"
    ),
    "* {:.a} b\n* {: #c} d\n": '<ul>\n<li>b</li>\n<li id="c">d</li>\n</ul>\n',
    "1. {: #c} d\n": '<ol>\n<li id="c">d</li>\n</ol>\n',
    "A\n: {: #c} d\n": '<dl>\n<dt>A</dt>\n<dd id="c">d</dd>\n</dl>\n',
    # Not attribute lists:
    "A set {a, b} and {} and {:}\n": "<p>A set {a, b} and {} and {:}</p>\n",
    "C{#c} d\n": "<p>C{#c} d</p>\n",
    "a {.b}\nc\n": "<p>a {.b}\nc</p>\n",
    "{.b}\n": "<p>{.b}</p>\n",
    "a {.5}\n": "<p>a {.5}</p>\n",
    "`a {.b}`\n": "<p><code>a {.b}</code></p>\n",
    "    a {.b}\n": "<pre><code>a {.b}\n</code></pre>\n",
    "a\n\n^\n\nb\n": "<p>a</p>\n<p>^</p>\n<p>b</p>\n",
    "`{: .x}` text\n": "<p><code>{: .x}</code> text</p>\n",
    "`## A {#a}`\n": "<p><code>## A {#a}</code></p>\n",
    "```\n# A {#a}\n{: .x}\n```\n": "<pre><code># A {#a}\n{: .x}\n</code></pre>\n",
    "    # A {#a}\n\n    *a*{: .x}\n": "<pre><code># A {#a}\n\n*a*{: .x}\n</code></pre>\n",
    "``a`{: .x}``\n": "<p><code>a`{: .x}</code></p>\n",
}


@pytest.mark.parametrize(("body", "html"), RESULTS.items())
def test_attribute_lists(body, html):
    """A list is about the element before it, the block around it, or the block after it."""
    assert render(body) == html


@pytest.mark.parametrize(
    "body",
    [
        "a {: onclick='x'}\n",
        "# A {onclick=x}\n",
        "*a*{: style='color: red' onclick=x}\n",
        "[a](#b){: href='javascript:x'}\n",
    ],
)
def test_other_attributes_are_left_out(body):
    """Only attributes that are served can be set."""
    assert "<a href=" not in render(body).replace('<a href="#b">', "")
    assert not any(f'{name}="' in render(body) for name in ("onclick", "style"))


def test_a_text_without_lists_is_not_changed():
    """Nor are its line ends."""
    text = "a\r\nb\n\n```\n# c\n```\n| a |\n"
    assert mark_attribute_lists(text) == (text, [])


def test_characters_that_are_not_allowed():
    """They are removed from attributes."""
    assert render("a\n{: #b\x01\x00 title='\x02&#1;'}\n") == ('<p id="b" title="&amp;#1;">a</p>\n')


def test_marks_in_a_text_are_removed():
    """Characters that no text contains cannot be taken for a mark."""
    assert render("a \ufdd0e0\ufdd1 b {#c}\n") == "<p>a e0 b {#c}</p>\n"


KRAMDOWN = {
    "- a\n- b\n{: #list}\n": '<ul id="list">\n<li>a</li>\n<li>b</li>\n</ul>\n',
    "1. a\n\n2. b\n   c\n{: #list}\n": None,
    "> a\n> b\n{: #list}\n": '<blockquote id="list">\n<p>a\nb</p>\n</blockquote>\n',
    "a\n> b\n{: #list}\n": '<p>a</p>\n<blockquote id="list">\n<p>b</p>\n</blockquote>\n',
    "> a\n> {: #list}\n": '<blockquote>\n<p id="list">a</p>\n</blockquote>\n',
    "- a\n  {: #list}\n- b\n": '<ul>\n<li id="list">a</li>\n<li>b</li>\n</ul>\n',
    "- a\n\nb\n{: #list}\n": '<ul>\n<li>a</li>\n</ul>\n<p id="list">b</p>\n',
}


@pytest.mark.parametrize(("markdown", "html"), KRAMDOWN.items())
def test_lists_and_quotations_of_kramdown(markdown, html):
    """A list of attributes at the margin is about the whole list or quotation above it."""
    result = render(markdown, context=replace(CONTEXT, kind=KINDS["jekyll"]))
    if html is None:
        assert '<ol id="list">' in result
    else:
        assert result.rstrip() == html.rstrip()


def test_a_list_below_a_bare_url():
    """Its mark is no part of the URL."""
    html = render("See https://a.example/b\n{: #c}\n")
    assert html == '<p id="c">See <a href="https://a.example/b">https://a.example/b</a></p>\n'


def test_end_of_block_of_kramdown():
    """It separates lists in an archive of Jekyll, and is not visible."""
    context = replace(CONTEXT, kind=KINDS["jekyll"])
    for body in ("* a\n^\n\n* b\n", "* a\n^\n* b\n", "* a\n\n^  \n* b\n"):
        html = render(body, context=context)
        assert html.count("<ul>") == 2
        assert "^" not in html
    assert render("* a\n  ^\n* b\n", context=context).count("<ul>") == 1
    assert "^" in render("```\na\n^\n```\n", context=context)
    assert "a ^ b" in render("a ^ b\n", context=context)
