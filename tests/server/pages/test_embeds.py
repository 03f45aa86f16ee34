"""Which embeds get a button that loads them."""

from __future__ import annotations

import pytest

from newsgraph.server.pages.embeds import add_load_buttons

SITE_URL = "https://news.example/archive"
HTTP_SITE_URL = "http://127.0.0.1:8000"


def embed(url, kind, text="Film"):
    """Return the HTML of an embed."""
    return f'<p class="embed"><a href="{url}" data-embed="{kind}" rel="noopener">{text}</a></p>'


@pytest.mark.parametrize(
    ("url", "kind", "label"),
    [
        ("https://video.example/1?a=1&amp;b", "frame", "Load content from video.example"),
        ("https://Video.Example:444/1", "frame", "Load content from video.example:444"),
        ("https://video.example/1.mp4", "video", "Load video from video.example"),
        ("https://news.example/archive/files/1.mp3", "audio", "Load audio"),
        ("https://&quot;&lt;b&gt;.example/1", "video", "Load video from &quot;&lt;b&gt;.example"),
    ],
)
def test_buttons(url, kind, label):
    """A button follows the link, is hidden without scripts, and says what it loads from where."""
    html, count = add_load_buttons(embed(url, kind), SITE_URL)
    button = f' <button type="button" data-load="{url}" hidden>{label}</button></p>'
    assert (html, count) == (embed(url, kind).replace("</p>", button), 1)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://video.example/1", "frame"),
        ("https://news.example/archive/articles/a", "frame"),
        ("http://video.example/1.mp4", "video"),
        ("http://news.example/1.mp3", "audio"),
        ("https://video.example/1.pdf", "object"),
        ("https://user@news.example/1", "frame"),
        ("mailto:a@b.example", "video"),
        ("https://[", "frame"),
        ("#a", "frame"),
    ],
)
def test_links_without_a_button(url, kind):
    """The page's policy would block them, or a frame could use the page's own origin."""
    assert add_load_buttons(embed(url, kind), SITE_URL) == (embed(url, kind), 0)


def test_attributes_in_any_order():
    """Nothing is known of the order in which stored HTML has them."""
    link = '<a data-embed="frame" href="https://video.example/1">Film</a>'
    html, count = add_load_buttons(f'<p class="embed">{link}</p>', SITE_URL)
    assert (count, 'data-load="https://video.example/1"' in html) == (1, True)


def test_players_of_videos():
    """The link leads to the page of a video, and the button loads its player."""
    html, _ = add_load_buttons(embed("https://vimeo.com/12", "frame"), SITE_URL)
    assert 'href="https://vimeo.com/12"' in html
    assert 'data-load="https://player.vimeo.com/video/12?dnt=1"' in html


def test_files_of_a_site_without_tls():
    """Its own videos can be loaded, but none of other sites without TLS."""
    own = embed(f"{HTTP_SITE_URL}/files/1.mp4", "video")
    assert add_load_buttons(own, HTTP_SITE_URL)[1] == 1
    frame = embed(f"{HTTP_SITE_URL}/files/1.html", "frame")
    assert add_load_buttons(frame, HTTP_SITE_URL)[1] == 0


def test_other_links():
    """Only the paragraphs of embeds get buttons."""
    link = '<a href="https://a.example/" data-embed="frame">a</a>'
    for html in (link, f"<p>{link}</p>", f'<p class="embed">a {link}</p>', '<p class="embed"></p>'):
        assert add_load_buttons(html, SITE_URL) == (html, 0)
