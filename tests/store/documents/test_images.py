"""Images are found under the keys of generators' themes; names of authors under theirs."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.document import Author, Image
from newsgraph.store.documents.frontmatter import parse_document


def parse_article(front):
    """Parse a document without diagnostics, and return its article."""
    parsed = parse_document(f"---\ntitle: T\n{front}\n---\n", "a.md")
    assert parsed.diagnostics == ()
    return parsed.content


@pytest.mark.parametrize(
    ("front", "urls"),
    [
        ("header: {teaser: /a.jpg, image: /b.jpg}", ["/a.jpg", "/b.jpg"]),
        ("cover: {image: b.jpg, alt: The bridge}", ["b.jpg"]),
        ("cover: b.jpg", ["b.jpg"]),
        (
            "ogImage: /e.jpg\nthumbnail: /d.jpg\nfeatured_image: /c.jpg",
            ["/c.jpg", "/d.jpg", "/e.jpg"],
        ),
        ("image: /a.jpg\ncover: /a.jpg\nbanner: /b.jpg", ["/a.jpg", "/b.jpg"]),
        ("heroImage: ./hero.jpg", ["./hero.jpg"]),
        ("cover: true\nheader: wide\nbanner: false", []),
        ("header: {overlay_color: '#333'}", []),
    ],
)
def test_keys(front, urls):
    """All keys count, `images` first, and each image once."""
    assert [image.url for image in parse_article(front).images] == urls


def test_mapping():
    """An alternative text is the title."""
    article = parse_article("image: {path: /a.jpg, alt: The bridge, width: 800, height: 600}")
    assert article.images == (Image("/a.jpg", 800, 600, title="The bridge"),)


@pytest.mark.parametrize(
    ("front", "authors"),
    [
        ("authors: [{key: writer, title: Reporter}]", (Author("writer"),)),
        ("author: {name: A, url: /about/}", (Author("A", "/about/"),)),
        ("author: {name: A, link: 'https://a.example'}", (Author("A", "https://a.example"),)),
    ],
)
def test_authors(front, authors):
    """An author may have only a key, and a relative URL."""
    assert parse_article(front).authors == authors
