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
    """An alternative text is the title, too, if there is no other one."""
    article = parse_article("image: {path: /a.jpg, alt: The bridge, width: 800, height: 600}")
    assert article.images == (Image("/a.jpg", 800, 600, title="The bridge", alt="The bridge"),)


@pytest.mark.parametrize(
    ("front", "image"),
    [
        (
            "cover: {image: /a.jpg, alt: Fog, caption: At sea, credit: Ann}",
            Image("/a.jpg", title="Fog", attribution="Ann", alt="Fog"),
        ),
        (
            "image: {path: /a.jpg, title: At sea, altText: Fog, attribution: Ann}",
            Image("/a.jpg", title="At sea", attribution="Ann", alt="Fog"),
        ),
        ("heroImage: /a.jpg\nheroImageAlt: Fog", Image("/a.jpg", title="Fog", alt="Fog")),
        ("cover_image: /a.jpg\ncover_image_alt: Fog", Image("/a.jpg", title="Fog", alt="Fog")),
        (
            "header: {image: /a.jpg, image_description: Fog &amp; sea}",
            Image("/a.jpg", title="Fog & sea", alt="Fog & sea"),
        ),
        ("image: /a.jpg\nimage_alt: ''", Image("/a.jpg")),
        ("images: [/a.jpg]\nimages_alt: Fog", Image("/a.jpg")),
    ],
)
def test_alternative_text(front, image):
    """It is in the mapping of the image, or in a key beside that of the URL."""
    assert parse_article(front).images == (image,)


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
