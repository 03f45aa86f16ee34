"""Embedded content becomes a link to what it shows."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.embeds import replace_embeds
from newsgraph.store.bodies.html_tree import parse_html, serialize
from tests.store.bodies.rendering import render

LINKS = {
    '<iframe src="https://video.example/1"></iframe>': (
        *("frame", "https://video.example/1", "Video on video.example"),
    ),
    '<iframe src="https://maps.example/1"></iframe>': (
        *("frame", "https://maps.example/1", "Content on maps.example"),
    ),
    '<iframe src="https://www.maps.example/1" title=" The  map "></iframe>': (
        *("frame", "https://www.maps.example/1", "The map"),
    ),
    '<iframe src="/1" aria-label="The map"></iframe>': ("frame", "/1", "The map"),
    '<iframe src="/1"><a href="/2">Watch <b>it</b></a></iframe>': ("frame", "/1", "Watch it"),
    '<iframe src="/1"><a href="/2"></a></iframe>': ("frame", "/1", "Content"),
    '<iframe src="about:blank" data-src="/1"></iframe>': ("frame", "/1", "Content"),
    '<iframe data-lazy-src="/1"></iframe>': ("frame", "/1", "Content"),
    '<iframe src="https://[v/"></iframe>': ("frame", "https://[v/", "Content"),
    '<iframe src="/film.MP4?x"></iframe>': ("video", "/film.MP4?x", "Video"),
    '<video src="/film.mp4" controls></video>': ("video", "/film.mp4", "Video"),
    '<video poster="p.jpg"><source src="f.webm"><source src="f.mp4"></video>': (
        *("video", "f.webm", "Video"),
    ),
    '<video src="f"><track src="t"><p>No <a href="f">film</a></p></video>': (
        *("video", "f", "film"),
    ),
    '<video src="f"><iframe src="https://v.example/1"></iframe></video>': ("video", "f", "Video"),
    '<video src="f">The <b>lock</b>\n opens</video>': ("video", "f", "The lock opens"),
    '<video src="f">Your browser cannot play it</video>': ("video", "f", "Video"),
    '<audio src="https://a.example/a.mp3"></audio>': (
        *("audio", "https://a.example/a.mp3", "Audio on a.example"),
    ),
    "<audio><source src=a.ogg></audio>": ("audio", "a.ogg", "Audio"),
    '<object data="a.pdf"><p>The <a href="a.pdf">plan</a></p></object>': (
        *("object", "a.pdf", "plan"),
    ),
    '<object data="https://o.example/x"><embed src="https://i.example/y"></object>': (
        *("object", "https://o.example/x", "Content on o.example"),
    ),
    '<object><object data="/x"></object></object>': ("object", "/x", "Content"),
    '<object><param name="Movie" value="/m"></object>': ("object", "/m", "Content"),
    '<object data="film.mp4"></object>': ("video", "film.mp4", "Video"),
    '<embed src="a.swf">': ("object", "a.swf", "Content"),
    "<embed src=a.swf></embed>": ("object", "a.swf", "Content"),
}
PLAYERS = {
    "https://www.youtube.com/embed/abcdefghijk": "https://www.youtube.com/watch?v=abcdefghijk",
    "//youtube.com/embed/abcdefghijk?rel=0": "https://www.youtube.com/watch?v=abcdefghijk",
    "https://www.youtube-nocookie.com/embed/abc-e_ghijk#t": (
        "https://www.youtube.com/watch?v=abc-e_ghijk"
    ),
    "https://www.youtube.com/embed/videoseries?list=PL1": "https://www.youtube.com/playlist?list=PL1",
    "https://www.youtube.com/embed/?rel=0&list=PL1": "https://www.youtube.com/playlist?list=PL1",
    "https://player.vimeo.com/video/12": "https://vimeo.com/12",
    "//player.vimeo.com/video/12?dnt=1": "https://vimeo.com/12",
}
OTHER_PLAYERS = [
    "https://www.youtube.com/embed/abcdefghijkl",
    "https://www.youtube.com/embed/live_stream?channel=C1",
    "https://example.org/embed/abcdefghijk",
]
WITHOUT_URL = {
    "<iframe></iframe>": "",
    '<iframe src=" "></iframe>': "",
    '<iframe src="about:blank"></iframe>': "",
    '<iframe src="JavaScript:x"></iframe>': "",
    '<iframe src="data:text/html,x">y</iframe>': "<span>y</span>",
    '<iframe srcdoc="<b>x</b>"></iframe>': "",
    "<iframe><p>No <b>frames</b></p></iframe>": "<span><p>No <b>frames</b></p></span>",
    "<video></video>": "",
    "<video><p>No <b>film</b></p></video>": "<span><p>No <b>film</b></p></span>",
    "<audio><track src=x></audio>": "",
    "<object></object>": "",
    "<embed>": "",
}
HIDDEN = [
    '<iframe src="/1" height="0" width="0" style="display:none;visibility:hidden"></iframe>',
    '<iframe src="/1" style="Display : none"></iframe>',
    '<iframe src="/1" width=1 height="1px"></iframe>',
    '<iframe src="/1" width="100%" height=0></iframe>',
    '<iframe src="/1" style="width:1px; height:0"></iframe>',
    '<embed src="/1" hidden>',
]
VISIBLE = [
    '<iframe src="/1" width="100%" height="10"></iframe>',
    '<iframe src="/1" width="1"></iframe>',
    '<iframe src="/1" style="height: 0; padding-bottom: 56%"></iframe>',
    '<iframe src="/1" style="max-width: 0"></iframe>',
    '<audio src="/1" width="0"></audio>',
]
PLACES = {
    "a {} b": "a <p>{}</p> b",
    "<div>{}</div>": "<div><p>{}</p></div>",
    "<li>a {}</li>": "<li>a <p>{}</p></li>",
    "<p>a {} b</p>": "<p>a {} b</p>",
    "<p>{}</p>": "<p>{}</p>",
    "<h2>{}</h2>": "<h2>{}</h2>",
    "<figure>{}<figcaption>c</figcaption></figure>": (
        "<figure><p>{}</p><figcaption>c</figcaption></figure>"
    ),
}


@pytest.mark.parametrize(("html", "link"), LINKS.items())
def test_links(html, link):
    """The link leads to what the element shows, and its text says what that is."""
    root = parse_html(html + "<i>after</i>")
    assert not replace_embeds(root)
    kind, url, text = link
    result = f'<p class="embed"><a href="{url}" data-embed="{kind}">{text}</a></p><i>after</i>'
    assert serialize(root) == result


@pytest.mark.parametrize(("url", "page"), PLAYERS.items())
def test_players_of_videos(url, page):
    """The link leads to the page of the video."""
    root = parse_html(f'<iframe src="{url}" title="T"></iframe>')
    replace_embeds(root)
    link = root.find(".//a")
    assert dict(link.attrib) == {"href": page, "data-embed": "frame"}


@pytest.mark.parametrize("url", OTHER_PLAYERS)
def test_other_frames(url):
    """The link leads to the frame if its page is unknown."""
    root = parse_html(f'<iframe src="{url}"></iframe>')
    replace_embeds(root)
    assert dict(root.find(".//a").attrib) == {"href": url, "data-embed": "frame"}


@pytest.mark.parametrize(("html", "result"), WITHOUT_URL.items())
def test_content_without_a_url(html, result):
    """It is counted, and its text for browsers that do not know the element stays."""
    root = parse_html(html + "after")
    assert replace_embeds(root).total() == 1
    assert serialize(root) == result + "after"


@pytest.mark.parametrize("html", HIDDEN)
def test_hidden_content(html):
    """What counts visitors, and what a browser shows nothing of, is left out without a word."""
    root = parse_html(f"a{html}b")
    assert replace_embeds(root).total() == 0
    assert serialize(root) == "ab"


@pytest.mark.parametrize("html", VISIBLE)
def test_visible_content(html):
    """Other sizes and styles hide nothing."""
    root = parse_html(html)
    replace_embeds(root)
    assert root.find(".//a") is not None


@pytest.mark.parametrize(("place", "result"), PLACES.items())
def test_places(place, result):
    """A link between blocks is in a paragraph; a paragraph of a link alone has a class."""
    root = parse_html(place.format('<embed src="a">'))
    replace_embeds(root)
    html = serialize(root).replace(' class="embed"', "")
    assert html == result.format('<a href="a" data-embed="object">Content</a>')
    is_alone = "<p>{}</p>" in result
    assert ('<p class="embed"><a' in serialize(root)) == is_alone


def test_objects_that_are_pictures():
    """They are pictures, whose alternative text is what the object contains."""
    root = parse_html('<object data="a.svg">A <b>map</b></object><object data="b.png" title="B">')
    replace_embeds(root)
    assert serialize(root) == '<img src="a.svg" alt="A map"><img src="b.png" alt="B">'
    root = parse_html('<object data="a.svg"><img src="a.png" alt="A map"></object>')
    replace_embeds(root)
    assert serialize(root) == '<img src="a.svg" alt="A map">'


@pytest.mark.parametrize("place", ["{}", "<iframe>{}</iframe>", "<noscript>{}</noscript>"])
def test_the_mark_of_embeds_is_not_accepted(place):
    """A document cannot have a page load what it likes."""
    html = '<a data-embed="frame" data-src="https://evil.example/">x</a>'
    assert "data-" not in render(place.format(html), is_html=True)
    html = '<a href="/x" data-embed="frame" data-src="https://evil.example/">x</a>'
    assert render(html, is_html=True) == '<a href="https://harbour.example/x">x</a>'


def test_urls_of_embeds_are_resolved():
    """As those of links are; a URL that is not http(s) is left out."""
    html = render('<iframe src="//video.example/12"></iframe>', is_html=True)
    assert 'href="https://video.example/12"' in html
    assert "<a>" in render('<embed src="ftp://a.example/b">', is_html=True).replace(
        ' data-embed="object"', ""
    )
