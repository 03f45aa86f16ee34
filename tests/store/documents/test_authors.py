"""Authors in front matter: names, mappings and lists, with the keys that generators' themes use."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.document import Author
from newsgraph.store.documents.frontmatter import parse_document


def parse(front, kind="plain"):
    """Parse a document."""
    return parse_document(f"---\ntitle: T\n{front}\n---\n", "a.md", kind=KINDS[kind])


def parse_authors(front, kind="plain"):
    """Return the authors of a document, which has no diagnostics."""
    parsed = parse(front, kind)
    assert parsed.diagnostics == ()
    return parsed.content.authors


@pytest.mark.parametrize(
    ("front", "authors"),
    [
        ("author: Ann", [Author("Ann")]),
        ("author: Ann, Bob", [Author("Ann, Bob")]),
        ("author: [ann, bob]", [Author("ann"), Author("bob")]),
        ("author: Ann\nauthors: [Bob, Ann]", [Author("Ann"), Author("Bob")]),
        ("author: A &amp; B", [Author("A & B")]),
        ("author: '&nbsp;'", []),
        ("author: {name: A, url: /about/}", [Author("A", "/about/")]),
        ("author: {name: A, uri: 'https://a.example'}", [Author("A", "https://a.example")]),
        ("authors: [{key: writer, title: Reporter}]", [Author("writer")]),
        ("authors: [{key: w, name: A. Writer}]", [Author("A. Writer", key="w")]),
        ("authors: [{name: A}, {name: A, url: /a}]", [Author("A", "/a")]),
        ("authors: [{name: A, url: /a}, {name: A, url: /b}]", [Author("A", "/a")]),
        ("authors: [{name: A, image: /a.png}, {name: A, url: /a}]", [Author("A", "/a", "/a.png")]),
        ("authors: [{name: A, image: /a.png}, A]", [Author("A", None, "/a.png")]),
        ("author: A\nauthors: [{name: A, image: /a.png}]", [Author("A", None, "/a.png")]),
        ("authors: [{name: {display: A. B}}]", [Author("A. B")]),
        ("authors: [{name: {given: Ann, family: Bell}}]", [Author("Ann Bell")]),
        ("provider: {name: P, authors: [Ann]}", [Author("Ann")]),
        ("taxonomies: {authors: [Ann]}\nextra: {author: Bob}", []),
    ],
)
def test_forms(front, authors):
    """An author is a name, a mapping or a list of these; a text is one name."""
    assert list(parse_authors(front)) == authors


@pytest.mark.parametrize(
    ("front", "image"),
    [
        ("author: {name: A, image_url: /a.png}", "/a.png"),
        ("author: {name: A, imageURL: 'https://a.example/a.png'}", "https://a.example/a.png"),
        ("author: {name: A, picture: {path: a.png, srcset: {1x: b.png}}}", "a.png"),
        ("author: {name: A, avatar: true}", None),
        ("author: {name: A, avatar: ./a.png}", None),
        ("author: A\nauthor_image_url: /a.png\nauthor_title: Reporter", "/a.png"),
        ("authors: [A, B]\nauthor_image_url: /a.png", None),
    ],
)
def test_pictures(front, image):
    """A picture is a URL or a mapping with one; a path relative to the file is no URL."""
    assert parse_authors(front)[0].image == image


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ("url: /a, github: ann", "/a"),
        ("github: ann", "https://github.com/ann"),
        ("twitter: '@ann', github: ann", "https://github.com/ann"),
        ("twitter: '@ann'", "https://twitter.com/ann"),
        ("twitter: 'https://x.com/ann'", "https://x.com/ann"),
        ("mastodon: '@ann@social.example'", "https://social.example/@ann"),
        ("mastodon: ann", None),
        ("github: 'Ann Bell'", None),
        ("socials: {x: ann}", "https://x.com/ann"),
        ("social: [{linkedin: ann}, {github: ann}]", "https://github.com/ann"),
        ("social: ann", None),
        (
            "links: [{label: Email, url: 'mailto:a@b'}, {label: Website, url: 'https://a.example'}]",
            "https://a.example",
        ),
        ("links: [{label: Twitter, url: 'https://twitter.com/ann'}]", None),
    ],
)
def test_pages(fields, url):
    """Without a URL, a website among the links or a profile is the author's page."""
    (author,) = parse_authors(f"author: {{name: A, {fields}}}")
    assert author.url == url


@pytest.mark.parametrize(
    ("kind", "front", "names"),
    [
        ("pelican", "authors: Ann, Bob", ["Ann", "Bob"]),
        ("pelican", "authors: Bell, Ann; Cole, Bob", ["Bell, Ann", "Cole, Bob"]),
        ("pelican", "author: Bell, Ann", ["Bell, Ann"]),
        ("jekyll", "authors: Ann, Bob", ["Ann, Bob"]),
        (
            "zola",
            "authors: [Ann]\ntaxonomies: {authors: [Bob]}\nextra: {author: C}",
            ["Ann", "Bob", "C"],
        ),
        ("docusaurus", "author: Ann\nauthorURL: /ann", ["Ann"]),
    ],
)
def test_kinds(kind, front, names):
    """Only Pelican splits a text into names; Zola's authors can be in mappings."""
    assert [author.name for author in parse_authors(front, kind)] == names


@pytest.mark.parametrize(
    ("front", "code", "line"),
    [
        ("author: {url: /a}", "wrong-type", 3),
        ("author: [[a]]", "wrong-type", 3),
        ("author:\n  name: A\n  url: 'javascript:x'", "unsafe-url", 5),
    ],
)
def test_problems(front, code, line):
    """What cannot be read is reported at its position."""
    (problem,) = parse(front).diagnostics
    assert (problem.code, problem.line) == (code, line)


@pytest.mark.parametrize("taxonomy", ["person", "Author", "people"])
def test_a_person_is_an_article(taxonomy):
    """A document about a person is an article with the name as its title, and no problem."""
    parsed = parse_document(f"---\ntaxonomy: {taxonomy}\nname: A. Writer\n---\nText", "a.md")
    assert (parsed.content.title, parsed.diagnostics) == ("A. Writer", ())
    plain = parse_document("---\nname: A. Writer\n---\nWrites for the paper.\n", "a-writer.md")
    assert (plain.content.title, plain.diagnostics) == ("A. Writer", ())
