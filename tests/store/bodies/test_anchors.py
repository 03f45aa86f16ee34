"""Links to headings, footnotes and named anchors lead to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.store.bodies.anchors import heading_slug, set_anchors, set_heading_ids
from newsgraph.store.bodies.html_tree import parse_html, serialize
from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.markdown import render_markdown
from tests.store.bodies.rendering import CONTEXT, render

SLUGS = {
    "What it cost?": "what-it-cost",
    "  Two   words\n": "two-words",
    "C++ & C#": "c--c",
    "snake_case-and.dots": "snake_case-anddots",
    "Über Größe": "über-größe",
    "価格": "価格",
    "1. First": "1-first",
    "🚢": "",
    "?!": "",
    "a" * 300: "a" * 200,
}
RESULTS = {
    "<h1>A</h1><h6>B</h6>": '<h1 id="a">A</h1><h6 id="b">B</h6>',
    "<h2>A</h2><h2>A</h2><h2>A</h2>": '<h2 id="a">A</h2><h2 id="a-1">A</h2><h2 id="a-2">A</h2>',
    "<h2>A</h2><h2>A 1</h2><h2>A</h2>": (
        '<h2 id="a">A</h2><h2 id="a-1">A 1</h2><h2 id="a-2">A</h2>'
    ),
    '<h2>A</h2><p id="a">b</p>': '<h2 id="a-1">A</h2><p id="a">b</p>',
    '<h2 id="x">A</h2>': '<h2 id="x">A</h2>',
    '<h2 id="x">A</h2><h2 id="x">B</h2>': '<h2 id="x">A</h2><h2 id="b">B</h2>',
    '<h2 id=" x ">A</h2>': '<h2 id="x">A</h2>',
    '<h2 id="x y">A</h2>': '<h2 id="a">A</h2>',
    '<h2 id="">A</h2>': '<h2 id="a">A</h2>',
    "<h2>?</h2>": "<h2>?</h2>",
    "<h2><code>a</code> &amp; <b>b</b></h2>": '<h2 id="a--b"><code>a</code> &amp; <b>b</b></h2>',
    '<h2>A<sup class="footnote-ref"><a>1</a></sup> b</h2>': (
        '<h2 id="a-b">A<sup class="footnote-ref"><a>1</a></sup> b</h2>'
    ),
    '<a name="x">A</a>': '<a id="x">A</a>',
    '<a name="x" id="y">A</a>': '<a id="y">A</a>',
    '<a name="">A</a>': "<a>A</a>",
    '<p id="fn-1">A</p>': '<p id="fn-1">A</p>',
    '<p id="x">a</p><p id="x">b</p>': '<p id="x">a</p><p>b</p>',
}


@pytest.mark.parametrize(("text", "slug"), SLUGS.items())
def test_slugs(text, slug):
    """The ids of headings are those of GitHub."""
    assert heading_slug(text) == slug


@pytest.mark.parametrize(
    ("kind", "text", "slug"),
    [
        ("hexo", "What it cost?", "What-it-cost"),
        ("hexo", "Node.js & npm", "Node-js-npm"),
        ("hexo", "価格", "価格"),
        ("zola", "C++ & C#", "c-c"),
        ("zola", "Über Größe", "uber-grosse"),
        ("zola", "価格", "価格"),
        ("mkdocs", "A - B: c_d", "a-b-c_d"),
        ("pelican", "Café’s", "cafes"),
        ("mkdocs", "価格", "価格"),
        ("jekyll", "A - B", "a---b"),
        ("docusaurus", "C++ & C#", "c--c"),
    ],
)
def test_slugs_of_kinds(kind, text, slug):
    """The ids are those on the site of the generator."""
    assert heading_slug(text, KINDS[kind].heading_ids) == slug


def test_equal_headings_of_python_markdown():
    """It counts with an underscore."""
    html = set_heading_ids("<h2>A</h2><h2>A</h2>", "python-markdown")
    assert html == '<h2 id="a">A</h2><h2 id="a_1">A</h2>'


@pytest.mark.parametrize(("html", "result"), RESULTS.items())
def test_ids(html, result):
    """Each heading has an id, and each id occurs once."""
    root = parse_html(html)
    set_anchors(root)
    assert serialize(root) == result


def test_many_equal_headings():
    """The time does not grow with the square of their number."""
    root = parse_html("<h2>A</h2>" * 20_000)
    set_anchors(root)
    assert len({item.get("id") for item in root}) == 20_000


@pytest.mark.parametrize(
    "markdown",
    [
        "# A\n\n## A\n\n## A-1\n\n### *Two* `words` & [more](https://a.example/)\n",
        "Setext\n===\n\n> # In a *quote*\n\n- ## In a list\n",
        '# !\n\n# &lt;b&gt; "x"\n\n# Über uns\n\n# ' + "long " * 100,
        "| a | b |\n| - | -: |\n| 1 | 2 |\n\nterm\n: text\n\n> [!NOTE]\n> Hear\n",
    ],
)
def test_ids_without_a_tree(markdown):
    """Headings in Markdown that needs no tree have the ids that they have in a tree."""
    html = render_markdown(markdown, allows_html=False)
    root = parse_html(html)
    set_anchors(root)
    assert serialize(parse_html(set_heading_ids(html))) == serialize(root)


@pytest.mark.parametrize("prefix", ["", "<b>x</b>\n\n"])
@pytest.mark.parametrize(
    ("heading", "name"),
    {
        "A -- b": "a--b",
        "A --- b": "a--b",
        "a--b": "ab",
        "`--a` b--c `d--e` & f": "--a-bc-d--e--f",
        "a - b": "a---b",
    }.items(),
)
def test_dashes_in_headings_of_hugo(heading, name, prefix):
    """Hyphens that Hugo makes a dash of are not in its id; those in code are."""
    html = render(f"{prefix}## {heading}\n", context=replace(CONTEXT, kind=KINDS["hugo"]))
    assert f'<h2 id="{name}">' in html


def test_dashes_in_headings():
    """GitHub keeps them."""
    assert '<h2 id="a----b">' in render("## A -- b\n")
