"""Bodies become HTML that pages, feeds and the graph can serve."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.bodies.render import RenderedBody, render_body
from tests.store.bodies.link_targets import make_context
from tests.store.bodies.rendering import CONTEXT, PHOTO, render

FOOTNOTES = """\
<p>High<sup class="footnote-ref"><a href="#fn:1" id="fnref:1">1</a></sup>, \
low<sup class="footnote-ref"><a href="#fn:1" id="fnref:1-2">1</a></sup>, \
neap<sup class="footnote-ref"><a href="#fn:neap" id="fnref:neap">2</a></sup>.</p>
<section class="footnotes">
<ol>
<li id="fn:1">
<p>Twice a day. <a aria-label="Back to reference 1" class="footnote-backref" href="#fnref:1">↩</a> \
<a aria-label="Back to reference 1-2" class="footnote-backref" href="#fnref:1-2">↩\
<sup class="footnote-ref">2</sup></a></p>
</li>
<li id="fn:neap">
<p>Weak.</p>
<p>Twice a month. \
<a aria-label="Back to reference 2" class="footnote-backref" href="#fnref:neap">↩</a></p>
</li>
</ol>
</section>
"""
MARKDOWN = {
    "": "",
    " \n": "",
    "High[^1], low[^1], neap[^neap].\n\n"
    "[^1]: Twice a day.\n[^neap]: Weak.\n\n    Twice a month.\n": (FOOTNOTES),
    "- [x] paid\n- [ ] open\n": (
        '<ul>\n<li><input aria-label="Done" checked="" disabled="" type="checkbox"> paid</li>\n'
        '<li><input aria-label="Not done" disabled="" type="checkbox"> open</li>\n</ul>\n'
    ),
    "1. [X] paid\n": (
        '<ol>\n<li><input aria-label="Done" checked="" disabled="" type="checkbox"> paid</li>\n'
        "</ol>\n"
    ),
    "## What it cost?\n\n## What it cost?\n": (
        '<h2 id="what-it-cost">What it cost?</h2>\n<h2 id="what-it-cost-1">What it cost?</h2>\n'
    ),
    "Quay\n: A wall\n: A street\n\nPier\n\n: A bridge\n": (
        "<dl>\n<dt>Quay</dt>\n<dd>A wall</dd>\n<dd>A street</dd>\n<dt>Pier</dt>\n<dd>\n"
        "<p>A bridge</p>\n</dd>\n</dl>\n"
    ),
    "See https://town.example/costs.\n": (
        '<p>See <a href="https://town.example/costs">https://town.example/costs</a>.</p>\n'
    ),
    "a\vb\x00c\n": "<p>a bc</p>\n",
    "~~gone~~\n": "<p><del>gone</del></p>\n",
    "> [!NOTE]\n> Hear **b**\n": (
        '<div class="markdown-alert markdown-alert-note">\n<p class="markdown-alert-title">Note</p>'
        "\n<p>Hear <strong>b</strong></p>\n</div>\n"
    ),
    "| n | t |\n| ---: | :-: |\n| 1 | a |\n": (
        '<table>\n<thead>\n<tr>\n<th align="right">n</th>\n<th align="center">t</th>\n</tr>\n'
        '</thead>\n<tbody>\n<tr>\n<td align="right">1</td>\n<td align="center">a</td>\n</tr>\n'
        "</tbody>\n</table>\n"
    ),
    "```ruby\nputs 1\n```\n": (
        '<pre><code class="language-ruby"><span class="nb">puts</span> <span class="mi">1</span>\n'
        "</code></pre>\n"
    ),
    "`<!-- raw HTML omitted -->`\n": "<p><code>&lt;!-- raw HTML omitted --&gt;</code></p>\n",
    "a <!-- raw HTML omitted -->b\n": "<p>a b</p>\n",
    "```\n<b>\n```\n": "<pre><code>&lt;b&gt;\n</code></pre>\n",
    "    <b> {{ x }}\n": "<pre><code>&lt;b&gt; {{ x }}\n</code></pre>\n",
    "[ed](mailto:ed@harbour.example), [call](tel:+4312345)\n": (
        '<p><a href="mailto:ed@harbour.example">ed</a>, <a href="tel:+4312345">call</a></p>\n'
    ),
    "![p](/img/pier.png) ![q](quay.png) [older](?page=2)\n": (
        '<p><img alt="p" src="https://harbour.example/img/pier.png"> '
        f'<img alt="q" height="600" src="newsgraph-site:{PHOTO.url_path}" width="800"> '
        '<a href="https://harbour.example/2024/tides/?page=2">older</a></p>\n'
    ),
    'High<sup><a href="#fn1">1</a></sup>.\n\n<ol><li id="fn1">Twice a day.</li></ol>\n': (
        '<p>High<sup><a href="#fn1">1</a></sup>.</p>\n<ol><li id="fn1">Twice a day.</li></ol>\n'
    ),
    '<img data-src="/real.jpg" alt="boat"><noscript><img src="/real.jpg" alt="boat"></noscript>\n\n'
    '<iframe src="https://video.example/embed/1"><a href="https://video.example/1">Watch</a>'
    "</iframe>\n": (
        '<p><img alt="boat" src="https://harbour.example/real.jpg"></p>\n'
        '<p class="embed"><a data-embed="frame" href="https://video.example/embed/1">Watch</a></p>\n'
    ),
    'Before.\n\n<iframe src="https://video.example/embed/1"></iframe>\n\n'
    '<video src="/film.mp4" controls></video>\n\nAfter.\n': (
        '<p>Before.</p>\n<p class="embed"><a data-embed="frame" '
        'href="https://video.example/embed/1">Video on video.example</a></p>\n'
        '<p class="embed"><a data-embed="video" href="https://harbour.example/film.mp4">Video</a>'
        "</p>\n<p>After.</p>\n"
    ),
    '<p dir="rtl">שלום <b>hello</b>!</p>\n': '<p dir="rtl">שלום <b>hello</b>!</p>\n',
}


@pytest.mark.parametrize(("body", "html"), MARKDOWN.items())
def test_markdown(body, html):
    """Markdown with all extensions, and HTML in it."""
    assert re.sub(r"\n+", "\n", render(body)) == html


def test_a_link_to_a_heading_with_an_attribute_list():
    """The heading has the id, and no braces."""
    html = render("Go to [costs](#costs).\n\n## What it cost {#costs}\n")
    assert '<a href="#costs">costs</a>' in html
    assert '<h2 id="costs">What it cost</h2>' in html


def test_quotes_in_attributes():
    """Attributes are in double quotes, which other code relies on."""
    html = render_body('![a "b" c](/x.png "d\'e \\"f\\" < g")', CONTEXT).html
    assert 'alt="a &quot;b&quot; c"' in html
    assert 'title="d\'e &quot;f&quot; &lt; g"' in html


def test_a_long_changelog():
    """A document of 4,000 lines with two links each has all of them."""
    lines = [
        f"* [[`{n:010x}`](https://code.example/commit/{n:010x})] - **part**: mend thing {n} "
        f"(A. Person) [#{n}](https://code.example/pull/{n})"
        for n in range(4_000)
    ]
    html = render("\n".join(lines))
    assert html.count("<li>") == 4_000
    assert html.count("<a href=") == 8_000


@pytest.mark.parametrize("depth", [150, 3_000, 20_000])
@pytest.mark.parametrize("mark", ["**", "> ", "- ", "<b>", "> [!NOTE]\n> "])
def test_deep_markdown(mark, depth):
    """Elements nested too deeply are replaced by their contents; no text is lost."""
    html = render(mark * depth + "text" + mark.strip("> -") * depth)
    assert "text" in html
    assert html.count("<strong>") + html.count("<blockquote>") + html.count("<ul>") <= 100


def test_nothing_is_rendered_of_an_empty_body():
    """Nor of one of spaces."""
    assert render_body("\n", CONTEXT) == RenderedBody("")


WORDS = st.text(st.characters(categories=("Ll", "Lu")), min_size=1, max_size=8)
PROSE = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=6)


@given(
    PROSE, st.sampled_from(["{}", "# {}", "- {}", "> {}", "1. {}", "*{}*", "**{}**", "<p>{}</p>"])
)
def test_all_words_survive(paragraphs, form):
    """Each word of prose is in the HTML, in the same order."""
    body = "\n\n".join(form.format(text) for text in paragraphs)
    text = unescape(re.sub("<[^>]*>", " ", render(body)))
    assert text.split() == " ".join(paragraphs).split()


EMBEDS = re.compile(r' data-(?:embed|src)="[^"]*"| (?:href|src)="newsgraph-site:[^"]*"')


@pytest.mark.parametrize("html", MARKDOWN.values())
def test_rendered_html_renders_to_itself(html):
    """Rendering once more changes nothing but what only embeds and links to this server have."""
    html = EMBEDS.sub("", html)
    assert EMBEDS.sub("", render(html, is_html=True)) == html


def test_separators_of_lines():
    """They separate words, and end a bare URL."""
    rendered = render_body("a\vb\u2028c https://a.example/x\u2028", make_context())
    assert rendered.html == ('<p>a b c <a href="https://a.example/x">https://a.example/x</a></p>\n')


def test_a_frame_whose_url_is_partly_left_out():
    """Of a frame whose template is left out nothing remains, and it is counted once."""
    body = '<iframe src="https://www.youtube.com/embed/{{ id }}"></iframe>\n\n[A](/b/{{ id }}/c)\n'
    rendered = render_body(body, make_context("eleventy"))
    assert rendered.html.strip() == "<p><a>A</a></p>"
    assert (rendered.removed, rendered.left_out) == (Counter(), Counter({"{{ id }}": 2}))
