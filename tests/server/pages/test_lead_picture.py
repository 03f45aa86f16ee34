"""A page shows the picture of its article once."""

from __future__ import annotations

import pytest

from newsgraph.server.pages.lead_picture import shows_picture
from tests.server.conftest import SITE

DIGEST = "0" * 64
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x03\x00\x00\x00\x02\x08\x02\x00\x00\x00"
    b"\x12\x16\xf1M\x00\x00\x00\x00IEND\xaeB`\x82"
)
SAME = [
    # URL of the article's picture, URL in the body
    ("https://i.example/a.png", "https://i.example/a.png"),
    ("https://i.example/a.png", "http://I.example:80/a.png"),
    ("https://i.example/a.png?x=1&y=2", "https://i.example/a.png?x=1&amp;y=2"),
    ("https://i.example/ä b.png", "https://i.example/%C3%A4%20b.png"),
    ("https://i.example/a.jpg", "https://i.example/a-1024x683.jpg"),
    ("https://i.example/a-300x200.jpg", "https://i.example/a-scaled.jpg"),
    ("https://i.example/a.jpg?w=300&x=1", "https://i.example/a.jpg?x=1&amp;width=900&amp;q=80"),
    (f"{SITE}/files/{DIGEST}/cover.png", f"{SITE}/files/{DIGEST}/copy.png"),
]
OTHER = [
    ("https://i.example/a.png", "https://i.example/A.png"),
    ("https://i.example/a.png?id=1", "https://i.example/a.png?id=2"),
    ("https://i.example/2023/a.png", "https://i.example/2024/a.png"),
    ("https://i.example/a-1.png", "https://i.example/a-2.png"),
    (f"{SITE}/files/{DIGEST}/a.png", f"{SITE}/files/{'1' * 64}/a.png"),
    (f"{SITE}/files/{DIGEST}/a.png", f"https://i.example/files/{DIGEST}/b.png"),
]


@pytest.mark.parametrize(("url", "source"), SAME)
def test_the_same_picture(url, source):
    """Scheme, escapes, name and size of the picture do not matter."""
    assert shows_picture(f'<p><img alt="a" src="{source}" width="3"></p>', url, SITE)


@pytest.mark.parametrize(("url", "source"), OTHER)
def test_another_picture(url, source):
    """Pictures of similar names are two."""
    assert not shows_picture(f'<p><img src="{source}"></p>', url, SITE)


def test_a_link_is_no_picture():
    """The URL has to be that of a picture in the body."""
    assert not shows_picture(
        '<a href="https://i.example/a.png">a</a>', "https://i.example/a.png", SITE
    )


async def test_a_picture_in_front_matter_and_body_is_shown_once(archive, serve_archive):
    """In the body, at a URL or as a file; the page's metadata name it all the same."""
    url = "https://i.example/a.png"
    archive.write_file("a.png", PNG)
    archive.write_article(
        "url.md", image={"url": url, "attribution": "By Ann"}, body=f"![A]({url})"
    )
    archive.write_article("file.md", cover="/a.png", body='Text.\n\n<img src="/a.png" alt="A">')
    archive.write_article(
        "set.md",
        image=url,
        body='<img srcset="https://i.example/a.png 800w, https://i.example/a-9000x9.png 9000w">',
    )
    archive.write_article(
        "sizes.md", cover="/a.png", body='<img src="/b.png" srcset="/b.png 9w, /a.png 3w">'
    )
    archive.write_article("other.md", image=url, body="![B](https://i.example/b.png)")
    async with serve_archive(archive) as site:
        for name in ("url", "file", "set", "sizes"):
            page = await site.get_page(f"/articles/{name}")
            (source,) = page.xpath("//article//img/@src")
            assert page.xpath("//article//div[@class='body']//img")
            assert page.xpath("//meta[@property='og:image']/@content") == [source]
            assert (page.xpath("//article/p[.='By Ann']") != []) == (name == "url")
        page = await site.get_page("/articles/other")
    assert len(page.xpath("//article//img")) == 2
    assert page.xpath("//figure[@class='main']/img/@src") == [url]
