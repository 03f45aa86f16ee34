"""Pictures that a script would load have the URL that it would set."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.html_tree import parse_html, serialize
from newsgraph.store.bodies.pictures import best_candidate, load_pictures

URLS = {
    '<img src="a.jpg">': "a.jpg",
    '<img data-src="a.jpg">': "a.jpg",
    '<img data-lazy-src="a.jpg">': "a.jpg",
    '<img data-original="a.jpg">': "a.jpg",
    '<img src="" data-src="a.jpg">': "a.jpg",
    '<img src="#" data-src="a.jpg">': "a.jpg",
    '<img src="data:image/gif;base64,R0" data-src="a.jpg">': "a.jpg",
    '<img src="/img/placeholder.svg" data-src="a.jpg">': "a.jpg",
    '<img src="a-20x20.jpg" data-src="a.jpg">': "a.jpg",
    '<img src="a.jpg" data-src="data:,">': "a.jpg",
    '<img src="a.jpg" srcset="b.jpg 2x">': "a.jpg",
    '<img srcset="a.jpg, b.jpg 2x">': "b.jpg",
    '<img src="1x1.gif" srcset="a.jpg 320w, b.jpg 640w">': "b.jpg",
    '<img src="spacer.gif" data-srcset="a.jpg 320w">': "a.jpg",
    '<picture><source srcset="a.webp 1x"><img></picture>': "a.webp",
    '<picture><source data-srcset="a.webp"><img src="data:,"></picture>': "a.webp",
    '<picture><source srcset="a.webp"><img src="a.jpg"></picture>': "a.jpg",
    "<img>": None,
    '<img src="data:,">': "data:,",
}
CANDIDATES = {
    "a.jpg": "a.jpg",
    "a.jpg, b.jpg 2x": "b.jpg",
    "a.jpg 1x, b.jpg 1.5x": "b.jpg",
    "a.jpg 320w, b.jpg 1600w, c.jpg 3000w": "b.jpg",
    "a.jpg 2000w, b.jpg 3000w": "a.jpg",
    "a,b.jpg 1x,c,d.jpg 2x": "c,d.jpg",
    "https://i.example/w_200,h_100/a.jpg 200w, https://i.example/w_400,h_200/a.jpg 400w": (
        "https://i.example/w_400,h_200/a.jpg"
    ),
    " a.jpg 100w 50h , b.jpg 50w ": "b.jpg",
    "data:image/gif;base64,R0 1w, a.jpg 2w": "a.jpg",
    "": None,
    ",": None,
    " , , ": None,
}
NOSCRIPT = {
    # What is there already, or only a script would load, is not there twice.
    '<img data-src="a.jpg"><noscript><img src="a.jpg" alt="A"></noscript>': (
        '<img src="a.jpg" alt="A">'
    ),
    '<img src="data:," class="lazy"> <noscript><img src="a.jpg"></noscript>b': (
        ' <img src="a.jpg">b'
    ),
    '<img src="a.jpg"><noscript><img src="a.jpg"></noscript>': '<img src="a.jpg">',
    '<picture><source srcset="a.webp"><img data-src="a.jpg"></picture>'
    '<noscript><img src="a.jpg"></noscript>': '<img src="a.jpg">',
    '<figure><img data-src="a.jpg"></figure><noscript><img src="a.jpg"></noscript>': (
        '<figure></figure><img src="a.jpg">'
    ),
    # What is something else stays.
    '<img src="a.jpg"><noscript><img src="b.jpg"></noscript>': (
        '<img src="a.jpg"><img src="b.jpg">'
    ),
    '<img data-src="a.jpg">b<noscript><img src="c.jpg"></noscript>': (
        '<img data-src="a.jpg" src="a.jpg">b<img src="c.jpg">'
    ),
    "<noscript><p>Read it <b>here</b></p></noscript>": "<p>Read it <b>here</b></p>",
    "<noscript></noscript>a": "a",
    "<p>a<noscript>b</noscript>c</p>": "<p>abc</p>",
    "<noscript><noscript>a</noscript></noscript>": "a",
}


@pytest.mark.parametrize(("html", "url"), URLS.items())
def test_urls(html, url):
    """A picture without a URL, or with that of a placeholder, gets one."""
    root = parse_html(html)
    load_pictures(root)
    assert root.find(".//img").get("src") == url


@pytest.mark.parametrize(("srcset", "url"), CANDIDATES.items())
def test_sizes(srcset, url):
    """The largest size that is not too large is taken."""
    assert best_candidate(srcset) == url


@pytest.mark.parametrize(
    "html",
    [
        '<img src="a.jpg" srcset="a.jpg 400w, cover.jpg 2000w">',
        '<img data-srcset="a.jpg 400w, cover.jpg 2000w">',
        '<picture><source srcset="a.webp, cover.jpg 2x"><img src="a.jpg"></picture>',
    ],
)
def test_the_size_that_is_the_article_s_picture(html):
    """It is taken, whatever its size is; another picture stays as it is."""
    root = parse_html(html + '<img src="b.jpg" srcset="b.jpg, c.jpg 2x">')
    load_pictures(root, lambda url: url == "cover.jpg")
    assert [picture.get("src") for picture in root.iter("img")] == ["cover.jpg", "b.jpg"]


@pytest.mark.parametrize(("html", "result"), NOSCRIPT.items())
def test_noscript(html, result):
    """What is in it shows, and its picture takes the place of a twin before it."""
    root = parse_html(html)
    load_pictures(root)
    assert serialize(root) == result
