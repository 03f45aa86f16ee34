"""URLs lead to documents and files of the archive, or are resolved against the story's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.store.bodies.html_tree import parse_html
from newsgraph.store.bodies.links import LinkResolver
from newsgraph.store.bodies.render import render_body
from tests.store.bodies.rendering import CONTEXT, FILM, PHOTO, render

SITE = "newsgraph-site:"
LINKS = {
    "#costs": "#costs",
    "#": "#",
    "https://a.example/b?c#d": "https://a.example/b?c#d",
    "//a.example/b": "https://a.example/b",
    "https://b%C3%BCcher.example/ä?%C3%B6": "https://xn--bcher-kva.example/%C3%A4?%C3%B6",
    "//b%C3%BCcher.example": "https://xn--bcher-kva.example",
    "https://a.example/100%25?u=https://%C3%BC": "https://a.example/100%25?u=https://%C3%BC",
    "/plan/": "https://harbour.example/plan/",
    "quay/": "https://harbour.example/2024/tides/quay/",
    "?page=2": "https://harbour.example/2024/tides/?page=2",
    " /a b ": "https://harbour.example/a%20b",
    "\t/a\n": "https://harbour.example/a",
    "mailto:ed@harbour.example": "mailto:ed@harbour.example",
    "tel:+4312345": "tel:+4312345",
    "TEL:1": "TEL:1",
    "geo:1,2": "geo:1,2",
    "../plans/bridge.md": f"{SITE}/documents/plans/bridge.md",
    "../plans/bridge.md#costs": f"{SITE}/documents/plans/bridge.md#costs",
    "../plans/bridge.md?x#costs": f"{SITE}/documents/plans/bridge.md#costs",
    "/plans/bridge.md": f"{SITE}/documents/plans/bridge.md",
    "@/plans/bridge.md": f"{SITE}/documents/plans/bridge.md",
    "a%20b.md": f"{SITE}/documents/posts/a%20b.md",
    "../plans/pier.md": f"{SITE}/documents/plans/pier.md",
    "/plans/pier.md#a": f"{SITE}/documents/plans/pier.md#a",
    "../plans/roads.html": f"{SITE}/documents/plans/roads.html",
    "../plans/pier.html": "https://harbour.example/2024/plans/pier.html",
    "../../../etc/passwd.md": "https://harbour.example/etc/passwd.md",
    "newsgraph-document:plans/bridge.md": f"{SITE}/documents/plans/bridge.md",
    "newsgraph-document:posts/a%20b.md#c": f"{SITE}/documents/posts/a%20b.md#c",
    "quay.png": SITE + PHOTO.url_path,
    "film%201.mp4": SITE + FILM.url_path,
    # These are removed:
    "": None,
    "javascript:alert(1)": None,
    "http:plan": None,
    "HTTPS:plan": None,
    "JavaScript:alert(1)": None,
    " java\nscript:alert(1)": None,
    "data:text/html,x": None,
    "vbscript:x": None,
    "file:///etc/passwd": None,
    "ftp://a.example/b": None,
    "newsgraph-site:/graphql": None,
}
PICTURES = {
    "https://a.example/b.png": "https://a.example/b.png",
    "//a.example/b.png": "https://a.example/b.png",
    "https://b%C3%BCcher.example/b.png": "https://xn--bcher-kva.example/b.png",
    "/img/pier.png": "https://harbour.example/img/pier.png",
    "pier.png": "https://harbour.example/2024/tides/pier.png",
    "quay.png": SITE + PHOTO.url_path,
    "/posts/quay.png": SITE + PHOTO.url_path,
    "": None,
    "data:image/png;base64,x": None,
    "javascript:x": None,
    "http:quay.png": None,
    "newsgraph-site:/x.png": None,
}
WITHOUT_STORY = {
    "/plan/": (f"{SITE}/plan/", "https://town.example/plan/"),
    "quay": (f"{SITE}/articles/posts/quay", "https://town.example/news/quay"),
    "../x": (f"{SITE}/articles/x", "https://town.example/x"),
    "//a.example/": ("https://a.example/", "https://a.example/"),
}


@pytest.mark.parametrize(("url", "result"), LINKS.items())
def test_links(url, result):
    """A link leads to a document, a file, or where it leads on the story's own page."""
    root = parse_html('<a href="">x</a>')
    root.find("a").set("href", url)
    resolver = LinkResolver(CONTEXT)
    resolver.resolve_all(root)
    assert root.find("a").get("href") == result
    assert bool(resolver.removed) == (result is None)


def test_host_outside_of_ascii():
    """Markdown encodes it like the rest of the URL; it is the host's name for all programs."""
    html = render("[x](https://bücher.example/ä)\n")
    assert html == '<p><a href="https://xn--bcher-kva.example/%C3%A4">x</a></p>\n'


def test_a_picture_without_url_is_its_text():
    """So that no page shows the sign of a picture that is missing."""
    html = render("a ![The quay](data:image/png;base64,x) b\n")
    assert html == "<p>a The quay b</p>\n"


@pytest.mark.parametrize(("url", "result"), PICTURES.items())
def test_pictures(url, result):
    """The same is true of pictures, which have http(s) URLs."""
    root = parse_html('<img src="">')
    root.find("img").set("src", url)
    resolver = LinkResolver(CONTEXT)
    resolver.resolve_all(root)
    picture = root.find("img")
    assert (None if picture is None else picture.get("src")) == result
    assert bool(resolver.removed) == (result is None)


@pytest.mark.parametrize(("url", "results"), WITHOUT_STORY.items())
def test_bases(url, results):
    """Without a URL of the story that of the site is the base, and then the article's page."""
    alone = replace(CONTEXT, story_url=None)
    site = replace(alone, site_url="https://town.example/news/")
    for context, result in zip((alone, site), results, strict=True):
        html = render(f'<a href="{url}">x</a>', is_html=True, context=context)
        assert html == f'<a href="{result}">x</a>'


SIZES = {
    '<img src="quay.png">': '<img height="600" src="{}" width="800">',
    '<img src="quay.png" width="80">': '<img src="{}" width="80">',
    '<img src="quay.png" height="60">': '<img height="60" src="{}">',
}


@pytest.mark.parametrize(("html", "result"), SIZES.items())
def test_sizes_of_files(html, result):
    """A picture has the size of its file, unless the document says one."""
    assert render(html, is_html=True) == result.format(SITE + PHOTO.url_path)


def test_files():
    """The files that a body refers to are known, each once."""
    body = "![a](quay.png) ![b](/posts/quay.png) [c](film%201.mp4) [d](/no.mp4)"
    assert render_body(body, CONTEXT).files == (FILM, PHOTO)


def test_removed_links_are_counted():
    """Their text stays."""
    rendered = render_body("[a](javascript:1) [b](ftp://x/) ![c](data:,)", CONTEXT)
    assert rendered.removed == {"unusable link": 3}
    assert [text in rendered.html for text in "abc"] == [True] * 3


def test_documents_below_the_path_of_the_site():
    """The URL that a template prints begins with the site's own path."""
    context = replace(CONTEXT, base_path="/news")
    html = render_body("[a](/news/plans/bridge.md#c) [b](/news/pier.md) [c](/newsroom.md)", context)
    links = [f"/documents/{path}" for path in ("plans/bridge.md#c", "pier.md", "newsroom.md")]
    assert [link.get("href") for link in parse_html(html.html).iter("a")] == [
        SITE + link for link in links
    ]


def test_the_root_of_a_linked_document():
    """Its key follows the path, before the fragment."""
    resolver = LinkResolver(replace(CONTEXT, root_key=7))
    link = parse_html('<a href="../plans/bridge.md?x#costs">x</a>')
    resolver.resolve_all(link)
    assert link.xpath(".//a/@href") == [f"{SITE}/documents/plans/bridge.md?root=7#costs"]
