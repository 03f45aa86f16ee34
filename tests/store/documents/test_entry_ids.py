"""Which ids documents and settings request for feed entries."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.document import Article, SiteAddress
from newsgraph.store.documents.entry_ids import (
    ENTRY_IDS,
    USUAL_ENTRY_IDS,
    is_iri,
    requested_entry_id,
)
from newsgraph.store.documents.frontmatter import parse_document

PAGE = (Path(__file__).parents[3] / "docs" / "moving.md").read_text("utf-8")
SITE_URL = "https://harbour.example/news/"
ADDRESS = SiteAddress("/2024/fähre.html", "/news", "/2024/Die Fähre", "2024-05-02")


def first_column(heading):
    """Return the first column of the table in docs/moving.md with a heading."""
    lines = PAGE[PAGE.index(heading) :].partition("\n\n")[0].splitlines()[2:]
    return [line.split("`")[1] for line in lines]


def test_the_page_has_all_values_and_kinds():
    """docs/moving.md says which ids each value means, and which belongs to which generator."""
    assert first_column("| `entry_ids` | ids | for the feeds of |") == list(ENTRY_IDS)
    assert set(first_column("| kind | `entry_ids` |")) == set(USUAL_ENTRY_IDS)
    assert USUAL_ENTRY_IDS.keys() == KINDS.keys() - {"plain"}
    for kind, value in USUAL_ENTRY_IDS.items():
        assert f"| `{kind}` | `{value}` |" in PAGE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/?p=1", True),
        ("http://a.example", True),
        ("https://a.example/fähre#x", True),
        ("tag:a.example,2024-05-02:/x.html", True),
        ("tag:Blogger.com,1999:blog-1.post-2", True),
        ("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", True),
        ("12", False),
        ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", False),
        ("post 12", False),
        ("/?p=1", False),
        ("https://", False),
        ("http:x", False),
        ("https://a.example/a b", False),
        ("https://a.example/<b>", False),
        ("https://a.example/%zz", False),
        ("https://a.example/#a#b", False),
        ("C:\\posts\\1", False),
        ("", False),
    ],
)
def test_iris(text, expected):
    """Atom requires a scheme and no characters that IRIs cannot contain."""
    assert is_iri(text) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("guid: https://a.example/?p=1", "https://a.example/?p=1"),
        ("GUID: x", "x"),
        ("Guid: 12", "12"),
        ("guid: ' post  \t 12 '", "post 12"),
        ('guid: "a\\x0bb"', "ab"),
        ("guid: https://a.example/?type=x&#038;p=1", "https://a.example/?type=x&p=1"),
        ("guid: a&amp;b", "a&amp;b"),
        ("guid: ''", None),
        ("guid: ~", None),
        ("guid: [a]", None),
    ],
)
def test_guid_of_a_document(line, expected):
    """It is text, in any letter case of the key; other values are reported."""
    parsed = parse_document(f"---\ntitle: T\n{line}\n---\n", "a.md")
    assert parsed.content.guid == expected
    codes = [item.code for item in parsed.diagnostics if item.code != "characters-removed"]
    assert codes == (["wrong-type"] if "[" in line else [])


def test_a_private_guid_is_not_read():
    """`private_fields` makes newsgraph ignore it."""
    parsed = parse_document("---\ntitle: T\nguid: x\n---\n", "a.md", ("guid",))
    assert parsed.content.guid is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("wordpress_url: http://old.example/?p=7\nwordpress_id: 7", "http://old.example/?p=7"),
        ("wordpress_id: 7\nid: 8", f"{SITE_URL}?p=7"),
        ("post_id: '7'", f"{SITE_URL}?p=7"),
        ("id: 7", f"{SITE_URL}?p=7"),
        ("id: bridge", None),
        ("id: 0", None),
        ("wordpress_url: /a\nid: [1]", None),
    ],
)
def test_wordpress(lines, expected):
    """The id is the guid that an exporter wrote, or made of the number of the post."""
    article = parse_document(f"---\ntitle: T\n{lines}\n---\n", "a.md").content
    assert requested_entry_id(article, "wordpress", SITE_URL) == expected
    assert requested_entry_id(article, "newsgraph", SITE_URL) is None


@pytest.mark.parametrize(
    ("entry_ids", "expected"),
    [
        ("newsgraph", None),
        ("permalink", "https://harbour.example/news/2024/f%C3%A4hre.html"),
        ("jekyll-feed", "https://harbour.example/news/2024/Die%20F%C3%A4hre"),
        ("pelican", "tag:harbour.example,2024-05-02:/news/2024/fähre.html"),
        ("wordpress", None),
    ],
)
def test_ids_of_addresses(entry_ids, expected):
    """They need the URL of the site, and a public one; a document's own id comes first."""
    article = Article("T", address=ADDRESS)
    assert requested_entry_id(article, entry_ids, SITE_URL) == expected
    assert requested_entry_id(Article("T"), entry_ids, SITE_URL) is None
    assert requested_entry_id(article, entry_ids, None) is None
    assert requested_entry_id(article, entry_ids, "http://localhost:4000/") is None
    assert requested_entry_id(Article("T", guid="x", address=ADDRESS), entry_ids, None) == "x"


def test_pages_and_documents_without_a_date():
    """Jekyll's pages have their URL; Pelican's ids are not known without a date."""
    article = Article("T", address=SiteAddress("/a/"))
    assert requested_entry_id(article, "jekyll-feed", SITE_URL) == f"{SITE_URL}a/"
    assert requested_entry_id(article, "pelican", SITE_URL) is None
