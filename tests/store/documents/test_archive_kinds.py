"""Each kind of archive has its rules for titles and topics; docs/archives.md shows them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from newsgraph.store.documents.archive_kinds import KINDS, PLAIN, KindName
from newsgraph.store.documents.frontmatter import parse_document

PAGE = (Path(__file__).parents[3] / "docs" / "archives.md").read_text("utf-8")
TIES = {
    "key": "any order, always the same",
    "path": "by path",
    "path, reversed": "by path, reversed",
    "title": "by title, then by path",
}
SEPARATORS = {
    ",": "is split at commas",
    "; or ,": "is split at semicolons, or else at commas",
    " ": "is split at spaces",
    None: "is one topic",
}


def parse_article(kind, front, body="", path="2024-05-02-bridge-opens.md"):
    """Parse a document of an archive, and return its article."""
    parsed = parse_document(f"---\n{front}\n---\n{body}", path, kind=KINDS[kind])
    assert parsed.diagnostics == ()
    return parsed.content


def page_rows(header):
    """Return the cells of the table whose header begins with a text, by the first cell."""
    table = PAGE[PAGE.index(f"| kind | {header}") :].partition("\n\n")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]
    ]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_all_kinds_have_a_name():
    """The setting `kind` accepts the name of each kind."""
    assert set(KINDS) == set(get_args(KindName)) == set(page_rows("files"))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_page_shows_the_rules(kind):
    """The tables of docs/archives.md are those of the code."""
    title, keys, text = page_rows("title")[kind.name]
    assert title == ("file name" if kind.title_source == "file name" else "heading, else file name")
    assert tuple(re.findall("`(.*?)`", keys)) == kind.topic_keys
    assert keys.startswith("the first of") == (kind is PLAIN)
    assert text == SEPARATORS[kind.separator]
    assert page_rows("equal dates")[kind.name] == [TIES[kind.ties]]
    folders, skipped = page_rows("folders")[kind.name]
    assert tuple(re.findall("`(.*?)`", folders)) == kind.content_folders
    patterns, *_ = skipped.split(";")
    assert tuple(re.findall("`(.*?)`", patterns)) == kind.skipped
    assert ("`_index.md`" in skipped) == kind.has_sections
    assert ("of an `index.md`" in skipped) == kind.has_bundles
    assert ("underscore" in skipped) == (kind.underscore_folders is not None)
    files, text = page_rows("author files")[kind.name]
    assert tuple(re.findall("`(.*?)`", files)) == kind.author_sources
    assert text == ("is split at semicolons or commas" if kind.splits_authors else "is one name")


def test_the_page_names_the_kinds_with_short_notes():
    """In their archives, the name of a file is no title in feeds."""
    text = PAGE[PAGE.index("- **Short notes**: ") :].partition(" show a document")[0]
    assert set(re.findall("`(.*?)`", text)) == {
        kind.name for kind in KINDS.values() if not kind.has_file_titles
    }


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_page_shows_what_hides_a_document(kind):
    """The table of dates in the future is that of the code."""
    rule, _ = page_rows("a date of publication")[kind.name]
    assert rule.split(",")[0] == ("hides" if kind.hides_future else "shows")
    assert ("except pages" in rule) == (not kind.hides_future_pages)
    assert ("except with a `publishDate`" in rule) == kind.publish_date_first


@pytest.mark.parametrize(
    ("kind", "front", "body", "path", "title", "rest"),
    [
        (
            "jekyll",
            "",
            "# Heading\n\nText",
            "_posts/2024-05-02-a_b-c.md",
            "A B C",
            "# Heading\n\nText",
        ),
        ("plain", "", "# Bridge *opens* #\n\nText", "a.md", "Bridge opens", "Text"),
        ("plain", "", "Bridge opens\n===\nText", "a.md", "Bridge opens", "Text"),
        (
            "docusaurus",
            "",
            "import A from 'a'\n\n# One {#one}\nText",
            "a.mdx",
            "One",
            "import A from 'a'\n\nText",
        ),
        ("mkdocs", "", "<!-- no -->\n# One\n", "a.md", "One", "<!-- no -->"),
        ("plain", "", "## Second level\n", "some-file.md", "Some File", "## Second level"),
        ("plain", "", "Text\n\n# Heading\n", "some-file.md", "Some File", "Text\n\n# Heading"),
        ("plain", "", "# \nText", "a.md", "A", "# \nText"),
        ("plain", "", "<h1>One</h1>", "a.html", "A", "<h1>One</h1>"),
        ("hugo", "", "", "posts/bridge-opens/index.md", "Bridge Opens", ""),
        ("plain", "", "", "2024-05-02.md", "", ""),
        ("plain", "title: ''", "# One", "a.md", "", "# One"),
        ("plain", "title: ' '", "# One", "a.md", "One", ""),
        ("plain", "title: |\n  a\n  b", "", "a.md", "a b", ""),
        ("plain", "", "    # code\n\nText", "a.md", "A", "    # code\n\nText"),
        ("plain", "title:", "# One", "a.md", "One", ""),
        ("plain", "title: T", "# One", "a.md", "T", "# One"),
        ("plain", "name: A. Writer", "# One", "a.md", "A. Writer", "# One"),
    ],
)
def test_title(kind, front, body, path, title, rest):
    """Without the key, the title is the heading or the file's name, as the generator has it."""
    article = parse_article(kind, front, body, path)
    assert (article.title, article.body.strip()) == (title, rest.strip())


def test_only_the_keys_that_count_are_reported():
    """In a plain archive, the value of a key that does not count may be anything."""
    article = parse_article("plain", "topics: [a]\ntags: [{x: y}]")
    assert article.topics == ("a",)


@pytest.mark.parametrize(
    ("kind", "front", "topics"),
    [
        ("jekyll", "category: Town News", ("Town News",)),
        ("jekyll", "tags: [bridge]\ncategories: [town, roads]", ("bridge", "town", "roads")),
        ("jekyll", "tags: Town News, Open", ("Town", "News,", "Open")),
        ("jekyll", "tag: Town News", ("Town News",)),
        ("hugo", "tags: Town News, Open", ("Town News, Open",)),
        ("hugo", "tags: [a]\ncategories: [b]\ncategory: c", ("a", "b")),
        ("plain", "tags: Town News, Open Roads", ("Town News", "Open Roads")),
        ("plain", "category: news", ()),
        ("jekyll", "category: [p, q]", ("p", "q")),
        ("plain", "topics: [a]\ntags: [b]", ("a",)),
        ("mkdocs", "tags: [a]\ncategories: b, c\ncategory: d, e", ("a", "b", "c", "d, e")),
        ("zola", "taxonomies: {tags: [a], categories: [b]}\ntags: [c]", ("a", "c", "b")),
        ("hexo", "categories: [[a, b], c]", ("a", "b", "c")),
        ("pelican", "tags: a; b, c", ("a", "b, c")),
        ("pelican", "tags: a, b", ("a", "b")),
        ("docusaurus", "tags: [{label: A, permalink: /a}, b]", ("A", "b")),
        ("eleventy", "tags: [posts, a]", ("a",)),
        ("eleventy", "tags: posts", ()),
    ],
)
def test_topics(kind, front, topics):
    """Which keys count, and how a text in them is split, depends on the kind."""
    assert parse_article(kind, front).topics == topics
