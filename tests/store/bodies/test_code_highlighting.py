"""Tokens of code have Pygments' short classes."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.code_highlighting import (
    MAX_ALL_CODE,
    MAX_CODE,
    highlight_code,
    set_languages,
)
from newsgraph.store.bodies.html_tree import parse_html, serialize
from tests.store.bodies.rendering import render

RUBY = '<span class="nb">puts</span> <span class="mi">1</span>'
RESULTS = {
    '<pre><code class="language-ruby">puts 1</code></pre>': (
        f'<pre><code class="language-ruby">{RUBY}</code></pre>'
    ),
    '<pre><code class="x lang-Ruby y">puts 1</code></pre>': (
        f'<pre><code class="language-ruby">{RUBY}</code></pre>'
    ),
    '<pre class="language-ruby"><code>puts 1</code></pre>': (
        f'<pre class="language-ruby"><code class="language-ruby">{RUBY}</code></pre>'
    ),
    '<pre><code class="language-c++">\n\nint</code></pre>': (
        '<pre><code class="language-c++">\n\n<span class="kt">int</span></code></pre>'
    ),
    '<pre><code class="language-js">a &lt; "&amp;"\n</code></pre>': (
        '<pre><code class="language-js"><span class="nx">a</span> <span class="o">&lt;</span> '
        '<span class="s2">"&amp;"</span>\n</code></pre>'
    ),
}
UNCHANGED = [
    "<pre>puts 1</pre>",
    "<pre><code>puts 1</code></pre>",
    '<code class="language-ruby">puts 1</code>',
    '<pre><code class="language-no-such-language">puts 1</code></pre>',
    '<pre><code class="language-ruby"></code></pre>',
    '<pre><code class="language-ruby">puts <b>1</b></code></pre>',
    '<pre><code class="language-text">puts 1</code></pre>',
]


def highlight(html):
    """Return the tree of some HTML with colors, as HTML."""
    root = parse_html(html)
    set_languages(root)
    return highlight_code(serialize(root))


@pytest.mark.parametrize(("html", "result"), RESULTS.items())
def test_tokens(html, result):
    """The text is the same, with spans around tokens."""
    assert highlight(html) == result


@pytest.mark.parametrize("html", UNCHANGED)
def test_code_without_colors(html):
    """Code in no language, or in one that is unknown, stays as it is."""
    assert highlight(html) == html


@pytest.mark.parametrize("text", ["x = 1\n" * (MAX_CODE // 6 + 1), "a" + "\n" * 5_000 + "b"])
def test_code_that_takes_long(text):
    """Long code, and code with much space in one place, has no colors but its language."""
    assert (
        highlight(f'<pre><code class="lang-java">{text}</code></pre>')
        == f'<pre><code class="language-java">{text}</code></pre>'
    )


def test_much_code():
    """So does the rest of a body that consists of code."""
    block = "```ruby\n" + "puts 1\n" * 1_000 + "```\n"
    html = render(block * (MAX_ALL_CODE // 7_000 + 5))
    assert html.count(RUBY) == MAX_ALL_CODE // 7_000 * 1_000
    assert html.count('<code class="language-ruby">') == MAX_ALL_CODE // 7_000 + 5


@pytest.mark.parametrize(
    ("info", "name"),
    {"ruby": "ruby", "Ruby {1,3}": "ruby", "{.ruby}": "ruby", "js title=a": "js"}.items(),
)
def test_fences(info, name):
    """The language is the first word after a fence."""
    assert f'<code class="language-{name}"><span class="' in render(f"```{info}\nputs 1\n```\n")
