"""Forms of front matter that only some generators read: labels, semicolons, and no opening line."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.frontmatter import parse_document


def parse(kind, text):
    """Parse a document of an archive of this kind."""
    return parse_document(text, "a.md", kind=KINDS[kind])


def positions(kind, text):
    """Return code, line and column of the diagnostics of a document."""
    return [(item.code, item.line, item.column) for item in parse(kind, text).diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        "---toml\ntitle = 'T'\n---\nBody",
        "--- toml \ntitle = 'T'\n---\nBody",
        "---yaml\ntitle: T\n---\nBody",
        "--- YAML\ntitle: T\n---\nBody",
        "---yml\ntitle: T\n---\nBody",
        '---json\n{"title": "T"}\n---\nBody',
        '\ufeff\r\n---json\r\n{\r\n"title": "T"}\r\n---\r\nBody',
    ],
)
@pytest.mark.parametrize("kind", ["eleventy", "astro", "plain"])
def test_labelled_fences(kind, text):
    """The first line can name the format, as gray-matter has it."""
    parsed = parse(kind, text)
    assert parsed.diagnostics == ()
    assert (parsed.content.title, parsed.content.body) == ("T", "Body")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---toml\ntitle = 'T\n---\n", [("broken-toml", 3, 1)]),
        ("---toml\ntitle = 'T'\n", [("unclosed-front-matter", 1, 1)]),
        ("\n---json\n{'title': 1}\n---\n", [("broken-json", 3, 2)]),
        ("---json\n[1]\n---\n", [("not-a-mapping", 2, 1)]),
        ("---yaml\ntitle: T\nquality: x\n---\n", [("wrong-type", 3, 10)]),
        ("---js\n{title: 'T'}\n---\n", [("program-not-run", 2, 1)]),
        ("---js\n" + "x" * 200_000 + "\n---\n", [("too-complex", 1, 1)]),
        ("---coffee\ntitle: 'T'\n---\n", [("no-front-matter", 1, 1)]),
        ("--- Introduction\nText\n---\n", [("no-front-matter", 1, 1)]),
        ("--- a: b\nText\n---\n", [("no-front-matter", 1, 1)]),
        ("---json\n" + "[" * 100_000 + "\n---\n", [("too-complex", 1, 8)]),
        ("---toml\nx = " + "[" * 100_000 + "\n---\n", [("too-complex", 1, 8)]),
    ],
)
def test_problems_in_labelled_fences(text, expected):
    """What is wrong has its position in the file; a program is not run."""
    found = positions("eleventy", text)
    if expected[0][0] == "too-complex":
        assert [code for code, _, _ in found] == ["too-complex"]
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (';;;\n"title": "T",\n"tags": ["a"]\n;;;\nBody', "T"),
        ('"title": "T",\n"tags": ["a"]\n;;;\nBody', "T"),
        ("title: T\ntags: [a]\n---\nBody", "T"),
        ("title: T\ntags:\n- a\n-----\nBody", "T"),
        ("---\ntitle: T\ntags:\n\t- a\n---\nBody", "T"),
        ("title: T\ntags:\n\t- a\n---\nBody", "T"),
    ],
)
def test_hexo(text, title):
    """Hexo needs no opening line, reads JSON without braces, and accepts tabs."""
    parsed = parse("hexo", text)
    assert parsed.diagnostics == ()
    assert (parsed.content.title, parsed.content.topics) == (title, ("a",))
    assert parsed.content.body == "Body"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Text above\n---\nText", [("no-front-matter", 1, 1)]),
        ("Text: above\n\nNo rule", [("no-front-matter", 1, 1)]),
        ("title: [\n---\nText", [("broken-yaml", 1, 9)]),
        ('"title": "T"\n"x": 1\n;;;\nText', [("broken-json", 2, 1)]),
        ('\n;;;\n"title": "T"\n"x": 1\n;;;\nText', [("broken-json", 4, 1)]),
        (';;;\n"title": "T"\n', [("unclosed-front-matter", 1, 1)]),
        ('"title": "T",\n"quality": "x"\n;;;\n', [("wrong-type", 2, 12)]),
        ("title: T\nquality: x\n---\n", [("wrong-type", 2, 10)]),
        (';;;\n"x": ' + "[" * 100_000 + "\n;;;\n", [("too-complex", 1, 4)]),
    ],
)
def test_problems_in_hexo(text, expected):
    """What is wrong has its position in the file; a text above a rule is none."""
    assert positions("hexo", text) == expected


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"hexo", "mkdocs", "pelican"}))
def test_other_kinds_need_an_opening_line(kind):
    """A text with a colon in its first line is no front matter in archives of other kinds."""
    for text in ("title: T\n---\nBody", "Title: T\n\nBody", ';;;\n"title": "T"\n;;;\nBody'):
        assert positions(kind, text) == [("no-front-matter", 1, 1)]


PELICAN = """Title: Bridge: it opens
Date: 2024-05-02 09:00
Tags: town, open roads
Summary: Two weeks
    early.
Slug: bridge-opens

Body
"""


@pytest.mark.parametrize(
    "text",
    [
        PELICAN,
        PELICAN.replace("\n", "\r\n"),
        PELICAN.replace("early.\nSlug: bridge-opens\n\n", "early.\nSlug: bridge-opens\n---\n"),
        f"---\n{PELICAN.replace('Body', '').strip()}\n---\nBody",
        PELICAN.replace("Tags: town, open roads", "Tags: town\n    open roads"),
        PELICAN.replace("town, open roads", "town; open roads"),
        PELICAN.replace("Tags: town, open roads", "Tags: town\nTags: open roads"),
    ],
)
def test_pelican(text):
    """Pelican's metadata are lines that end at the first blank one; values are texts."""
    parsed = parse("pelican", text)
    assert parsed.diagnostics == ()
    article = parsed.content
    assert (article.title, article.published_at) == ("Bridge: it opens", "2024-05-02T09:00:00Z")
    assert article.topics == ("town", "open roads")
    assert article.excerpt == "Two weeks early."
    assert article.body == "Body"


def test_pelican_reads_yaml_between_lines_of_dashes():
    """Values between lines of dashes can be YAML, for which Pelican has a plugin."""
    parsed = parse("pelican", "---\ntitle: 'T'\ntags: [a, b]\n---\nBody")
    assert (parsed.content.title, parsed.content.topics) == ("T", ("a", "b"))
    assert positions("pelican", "---\ntitle: [\n- x\n---\nBody") == [("broken-yaml", 3, 1)]


def test_mkdocs():
    """In MkDocs a line continues the value above it, and a first line without a key is text."""
    text = "title: Bridge\n\topens\ntags: a, b\ntitle: today\n\nBody"
    parsed = parse("mkdocs", text)
    assert parsed.content.title == "Bridge opens today"
    assert parsed.content.topics == ("a", "b")
    assert parsed.content.body == "Body"
    assert positions("mkdocs", "# Heading\n\ntitle: x\n") == [("no-front-matter", 1, 1)]
    assert positions("mkdocs", "\ntitle: x\nquality: y\nText") == [("wrong-type", 3, 10)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("---\nSome text.\n---\nMore", "no-front-matter"),
        ("---\n*Some* text: it continues\n---\nMore", "no-front-matter"),
        ("---\n\nSome text.\n", "no-front-matter"),
        ("---\nSome text\n\n# Heading\n", "no-front-matter"),
        ("---\n- a\n- b\n---\n", "not-a-mapping"),
        ("---\ntitle: [\n---\n", "broken-yaml"),
        ("---\n{title: [}\n---\n", "broken-yaml"),
        ("---\n  'title' : [\n---\n", "broken-yaml"),
        ("---\n- title: [\n---\n", "broken-yaml"),
        ("---\ntitle: x\n", "unclosed-front-matter"),
        ("---\n", "unclosed-front-matter"),
        ("---\n" + "- " * 100 + "\n---\n", "too-complex"),
        ("+++\nSome text\n+++\n", "broken-toml"),
    ],
)
def test_thematic_breaks(text, code):
    """Text between two lines of dashes is no front matter; what looks like an entry is an error."""
    (diagnostic,) = parse("plain", text).diagnostics
    assert diagnostic.code == code


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("Title: a\ntitle: b", [("duplicate-key", 2, 8)]),
        ("title: b\nTITLE: a\nTitle: c", [("duplicate-key", 3, 8), ("duplicate-key", 4, 8)]),
        ("Title: a\nTITLE: b", [("duplicate-key", 2, 8)]),
        ("Title: b", []),
    ],
)
def test_keys_that_differ_only_in_case(front, expected):
    """One of them is used, and the others are reported."""
    text = f"---\n{front}\n---\n"
    assert positions("plain", text) == expected
    assert parse("plain", text).content.title == "b"
