"""A story's body on its page is safe, leads where it did, and stands below the page's heading."""

from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from newsgraph.server.pages.body import begins_with, body_html
from newsgraph.store.documents.markdown import to_html

STORY, BASE = "https://paper.example/2021/story", "https://site.example/archive/"
PICTURE = 'referrerpolicy="no-referrer" loading="lazy" decoding="async"'


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('<a href="/about">x</a>', "https://site.example/about"),
        ('<a href="page?a=1">x</a>', "https://site.example/archive/page?a=1"),
        ('<a href="//cdn.example/a">x</a>', "https://cdn.example/a"),
        ('<a href="#part">x</a>', f"{STORY}#part"),
        ('<a href="https://b.example/">x</a>', "https://b.example/"),
        ('<a href="mailto:a@b.example">x</a>', "mailto:a@b.example"),
        ('<a href="javascript:alert(1)">x</a>', None),
        ('<a href="//[">x</a>', None),
    ],
)
def test_links_lead_on(said, shown):
    """Relative ones are the site's, those to a part the story's; what no browser may open goes."""
    found = re.findall(r'href="([^"]*)"', body_html(said, STORY, BASE, pictures=True))
    assert found == ([] if shown is None else [shown])


def test_pictures_wait():
    """Nobody is asked for a picture that nobody sees, nor told who looks at it."""
    (found,) = re.findall("<img[^>]*>", body_html('<img src="a.png">', STORY, BASE, pictures=True))
    words = set(found[5:-1].split())
    assert words == {f'src="{BASE}a.png"', 'alt=""', *PICTURE.split()}


@pytest.mark.parametrize(
    ("said", "told"),
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
def test_what_pictures_show(said, told):
    """It is read out as it was said; where it was not, only a link's name is."""
    shown = body_html(to_html(said), STORY, BASE, pictures=True)
    assert re.findall(r'<img[^<]* alt="([^"]*)"', shown) == [told]
    assert shown.count("alt=") == 1


def test_wide_things_can_be_scrolled_by_keys():
    """Code and tables may be wider than the page."""
    said = "    code\n\n| a |\n|---|\n| b |\n"
    shown = body_html(to_html(said), STORY, BASE, pictures=False)
    assert re.findall(r'<(\w+) tabindex="0">', shown) == ["pre", "table"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('a<img src="a.png" srcset="b.png">b', "ab"),
        ("![A cat](a.png)", ""),
        ("[![A &lt;cat&gt;](a.png)](https://b.example)", "A &lt;cat&gt;"),
        ("[![](a.png)](https://b.example)", "Picture"),
    ],
)
def test_pictures_can_be_switched_off(said, shown):
    """Then there are none at all, so that nobody elsewhere is asked for anything; links stay."""
    found = body_html(to_html(said), STORY, BASE, pictures=False)
    assert re.sub(r"</?[ap]\b[^>]*>", "", found) == shown
    assert ("<a " in found) == ("b.example" in said)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("# A\n\n## B\n\n###### C", "<h2>A</h2>\n<h3>B</h3>\n<h6>C</h6>"),
        ("## A\n\n### B", "<h2>A</h2>\n<h3>B</h3>"),
        ("`<h1>` # A\n\n# B", "<p><code>&lt;h1&gt;</code> # A</p>\n<h2>B</h2>"),
        ('<p title="<h1>">x</p><h1>B</h1>', '<p title="&lt;h1&gt;">x</p><h2>B</h2>'),
    ],
)
def test_headings_are_below_the_page_s(said, shown):
    """Where the body has one of the first level, all go down; text stays."""
    assert body_html(to_html(said), STORY, BASE, pictures=True).strip() == shown


def test_blank_paragraphs_are_left_out():
    """Crawled pages are full of them."""
    said = "<p>a</p><p>&nbsp;</p><p> <br>\xa0</p><p></p><p>b<br></p>"
    assert body_html(said, STORY, BASE, pictures=True) == "<p>a</p><p>b<br></p>"


@pytest.mark.parametrize(
    ("body", "excerpt", "expected"),
    [
        ("<p>It&amp;<b>s</b> here.</p><p>More</p>", "It&s here. More", True),
        ("<p>It is here.</p>", "It is there.", False),
        (f"<p>{'It is here, and ' * 9}</p>", f"{'It is here, and ' * 6} was cut off here …", True),
        ("<p>It is</p>", "It is here.", False),
    ],
)
def test_an_excerpt_that_the_body_begins_with(body, excerpt, expected):
    """Crawlers make excerpts of the first sentences, and cut them off somewhere."""
    assert begins_with(body, excerpt) is expected


MARKUP = st.sampled_from(
    [
        *("<h1>", "</h1>", '<a href="', '<img src="', '">', "<script>", "<!--", "<svg>", "<math>"),
        *("<style>", "<table>", "javascript:", "//x", "#y", " onclick=", "<iframe>", "</p>"),
    ]
)


def elements(markup):
    """The elements of HTML, each with its attributes, wherever they are."""
    return {
        (one.tag, *sorted(one.items())) for one in html.fragment_fromstring(markup, "div").iter()
    }


@given(st.lists(st.text(max_size=4) | MARKUP, max_size=9).map("".join), st.booleans())
@example("<h1><table><h1>", True)
def test_nothing_runs(said, pictures):
    """Whatever a body says, what comes out is what the sanitiser lets through."""
    shown = body_html(said, STORY, BASE, pictures=pictures)
    own = {*nh3.ALLOWED_ATTRIBUTES["img"], "loading", "decoding", "referrerpolicy"}
    wide = {tag: {*nh3.ALLOWED_ATTRIBUTES.get(tag, ()), "tabindex"} for tag in ("pre", "table")}
    allowed = nh3.ALLOWED_ATTRIBUTES | wide | {"img": own}
    # Headings in a table are put elsewhere when they are read again, but they stay what they are.
    assert elements(nh3.clean(shown, attributes=allowed)) == elements(shown)
    assert pictures or "<img" not in shown
    assert "<h1" not in body_html(to_html(said), STORY, BASE, pictures=pictures)
