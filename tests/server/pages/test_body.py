"""Rendering of article bodies: safe HTML with absolute URLs, below the page's heading."""

from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from newsgraph.server.pages.body import contains_excerpt, render_body
from newsgraph.store.documents.markdown import markdown_to_html

SITE_URL = "https://news.example/archive"
STORY_URL = "https://paper.example/2021/story"
IMAGE_ATTRIBUTES = 'referrerpolicy="no-referrer" loading="lazy" decoding="async"'


def render(body, *, show_images=True):
    """Render a body of the story."""
    return render_body(body, STORY_URL, SITE_URL, show_images=show_images).html


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ('<a href="/about">x</a>', "https://paper.example/about"),
        ('<a href="page?a=1">x</a>', "https://paper.example/2021/page?a=1"),
        ('<a href="//cdn.example/a">x</a>', "https://cdn.example/a"),
        ('<a href="#part">x</a>', f"{STORY_URL}#part"),
        ('<a href="https://b.example/">x</a>', "https://b.example/"),
        ('<a href="#é">x</a><p id="é">y</p>', "#%C3%A9"),
        ('<a href="mailto:a@b.example">x</a>', "mailto:a@b.example"),
        ('<a href="tel:+1">x</a>', "tel:+1"),
        ('<a href="javascript:alert(1)">x</a>', None),
        ('<a href="//[">x</a>', None),
    ],
)
def test_links_are_absolute(body, url):
    """Relative URLs use the story's URL, as do fragments that the body lacks."""
    urls = re.findall(r'href="([^"]*)"', render(body))
    assert urls == ([] if url is None else [url])


def test_images_are_lazy_and_send_no_referrer():
    """They have an empty alt attribute if the document has none."""
    (image,) = re.findall("<img[^>]*>", render('<img src="a.png">'))
    attributes = set(image[5:-1].split())
    url = "https://paper.example/2021/a.png"
    assert attributes == {f'src="{url}"', 'alt=""', *IMAGE_ATTRIBUTES.split()}


@pytest.mark.parametrize(
    ("body", "alt"),
    [
        ("![A cat](a.png)", "A cat"),
        ("![](a.png)", ""),
        ('<img src="a.png">', ""),
        ('<img title="a > b" src="a.png" alt="A &quot;cat&quot;">', "A &quot;cat&quot;"),
        ('<img title="a > b" src="a.png">', ""),
        ("[![A cat](a.png)](b)", "A cat"),
        ("[![](a.png)](b)", "Picture"),
        ('<a href="b">\n<img src="a.png"></a>', "Picture"),
        ('<p title="<img>">x</p><img src="a.png">', ""),
    ],
)
def test_images_have_one_alt_attribute(body, alt):
    """It is the document's; without one, it is empty, or a name if the image is a link."""
    rendered = render(markdown_to_html(body))
    assert re.findall(r'<img[^<]* alt="([^"]*)"', rendered) == [alt]
    assert rendered.count("alt=") == 1


def test_code_and_tables_are_focusable():
    """They may be wider than the page, and are scrolled with the keyboard then."""
    body = "    code\n\n| a |\n|---|\n| b |\n"
    rendered = render(markdown_to_html(body), show_images=False)
    assert re.findall(r'<(\w+) tabindex="0">', rendered) == ["pre", "table"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('a<img src="a.png" srcset="b.png">b', "ab"),
        ("![A cat](a.png)", ""),
        ("[![A &lt;cat&gt;](a.png)](https://b.example)", "A &lt;cat&gt;"),
        ("[![](a.png)](https://b.example)", "Picture"),
    ],
)
def test_images_can_be_removed(body, expected):
    """Without images, links that consist of one remain with its alternative text."""
    rendered = render(markdown_to_html(body), show_images=False)
    assert re.sub(r"</?[ap]\b[^>]*>", "", rendered) == expected
    assert ("<a " in rendered) == ("b.example" in body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("# A\n\n## B\n\n###### C", "<h2>A</h2>\n<h3>B</h3>\n<h6>C</h6>"),
        ("## A\n\n### B", "<h2>A</h2>\n<h3>B</h3>"),
        ("`<h1>` # A\n\n# B", "<p><code>&lt;h1&gt;</code> # A</p>\n<h2>B</h2>"),
        ('<p title="<h1>">x</p><h1>B</h1>', '<p title="&lt;h1&gt;">x</p><h2>B</h2>'),
    ],
)
def test_headings_start_at_level_two(body, expected):
    """If a body has a heading of the first level, all its headings go down one level."""
    assert render(markdown_to_html(body)).strip() == expected


def test_blank_paragraphs_are_removed():
    """Crawled bodies often have them."""
    body = "<p>a</p><p>&nbsp;</p><p> <br>\xa0</p><p></p><p>b<br></p>"
    assert render(body) == "<p>a</p><p>b<br></p>"


@pytest.mark.parametrize(
    ("body", "excerpt", "expected"),
    [
        ("<p>It&amp;<b>s</b> here.</p><p>More</p>", "It&s here. More", True),
        ("<p>It is here.</p>", "It is there.", False),
        (f"<p>{'It is here, and ' * 9}</p>", f"{'It is here, and ' * 6} was cut off here …", True),
        ("<p>It is</p>", "It is here.", False),
        ("<h2>Where</h2><ul><li>there</li></ul><p>It is here.</p>", "It is here.", True),
    ],
)
def test_contains_excerpt(body, excerpt, expected):
    """Only the first characters count, as crawlers cut excerpts off."""
    assert contains_excerpt(body, excerpt) is expected


MARKUP = st.sampled_from(
    [
        *("<h1>", "</h1>", '<a href="', '<img src="', '">', "<script>", "<!--", "<svg>", "<math>"),
        *("<style>", "<table>", "javascript:", "//x", "#y", " onclick=", "<iframe>", "</p>"),
        *('<p class="embed">', '<a href="https://v.example/" data-embed="frame">x</a>', "<pre>\n"),
        *('<p id="page-main">', '<input type="checkbox">', "<section>", "<button>", "</a>"),
    ]
)


def elements(markup):
    """Return the elements of HTML with their attributes, without their order."""
    return {
        (element.tag, *sorted(element.items()))
        for element in html.fragment_fromstring(markup, "div").iter()
    }


@given(st.lists(st.text(max_size=4) | MARKUP, max_size=9).map("".join), st.booleans())
@example("<h1><table><h1>", True)
@example('<p id="page-main"><button><H1>', True)
def test_rendered_bodies_are_sanitized(body, show_images):
    """Sanitizing a rendered body again changes no element, for any input."""
    rendered = render(body, show_images=show_images)
    added = {
        "img": {"loading", "decoding", "referrerpolicy"},
        "pre": {"tabindex"},
        "table": {"tabindex"},
        "a": {"data-embed", "aria-label"},
        "button": {"type", "data-load", "hidden"},
        "input": {"type", "checked", "disabled", "aria-label"},
    }
    tags = nh3.ALLOWED_TAGS | {"button", "input", "section"}
    names = nh3.ALLOWED_ATTRIBUTES.keys() | added.keys()
    allowed = {
        name: {*nh3.ALLOWED_ATTRIBUTES.get(name, ()), *added.get(name, ())} for name in names
    }
    allowed["*"] = {"lang", "title", "id", "dir", "align", "class"}
    # Parsing again may move headings out of a table or paragraph, but does not change them; of the
    # paragraph another one remains, which is empty.
    again = nh3.clean(rendered, tags, attributes=allowed)
    assert elements(again) | {("p",)} == elements(rendered) | {("p",)}
    own_buttons = rendered.count('<button type="button" data-load="')
    assert rendered.count("<button") == own_buttons <= body.count("data-embed")
    ids = html.fragment_fromstring(rendered, "div").xpath("//@id")
    assert not any(id_.startswith("page-") for id_ in ids)
    assert show_images or "<img" not in rendered
    assert "<h1" not in render(markdown_to_html(body), show_images=show_images)
