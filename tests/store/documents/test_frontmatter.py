"""Parsing documents: their values, their diagnostics, and that no text raises an exception."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import frontmatter
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from newsgraph.store.documents import yaml_nodes
from newsgraph.store.documents.diagnostics import CODES, SEVERITY_AND_ADVICE
from newsgraph.store.documents.document import Article
from newsgraph.store.documents.frontmatter import parse_document
from tests.store.conftest import DOCUMENTS

ROOT = Path(__file__).parents[3]
SEEDS = sorted((ROOT / "seeds").glob("*.md"))


def document_text(front: str, body: str = "") -> str:
    """Return a document with a title and more front matter."""
    return f"---\ntitle: T\n{front}\n---\n{body}"


def parse_article(front: str, path: str = "a.md") -> Article:
    """Parse an article from front matter without problems."""
    parsed = parse_document(document_text(front), path)
    assert parsed.diagnostics == ()
    assert isinstance(parsed.content, Article)
    return parsed.content


def codes_and_positions(text: str, path: str = "a.md") -> list[tuple[str, int, int]]:
    """Return code, line and column of all diagnostics."""
    return [(d.code, d.line, d.column) for d in parse_document(text, path).diagnostics]


@pytest.mark.parametrize("path", sorted(p for p in DOCUMENTS.iterdir() if p.suffix != ".json"))
def test_golden(path, golden_document):
    """Each document of tests/golden/documents parses to its golden file."""
    parsed = parse_document(path.read_text("utf-8"), path.name)
    text = json.dumps(asdict(parsed), indent=2, ensure_ascii=False, allow_nan=False)
    golden_document(f"{path.stem}.json", text + "\n")


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_seed(path):
    """The seeds have no diagnostics, and python-frontmatter parses the same values."""
    text = path.read_text("utf-8")
    parsed = parse_document(text, path.name)
    metadata, body = frontmatter.parse(text)
    assert parsed.diagnostics == ()
    assert list(parsed.front_matter) == list(metadata)
    assert parsed.content.body == body
    assert parsed.content.title == metadata["title"]
    assert len(parsed.content.related) == len(metadata["related"])
    assert parsed.content.published is False


def test_every_code_is_documented():
    """docs/documents.md mentions each code."""
    page = (ROOT / "docs" / "documents.md").read_text("utf-8")
    assert [code for code in CODES if f"`{code}`" not in page] == []
    assert set(SEVERITY_AND_ADVICE) == set(CODES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("no-front-matter", 1, 1)]),
        ("# Readme", [("no-front-matter", 1, 1)]),
        ("\r\n", [("no-front-matter", 1, 1)]),
        ("---", [("unclosed-front-matter", 1, 1)]),
        ("\n\n---\ntitle: x", [("unclosed-front-matter", 3, 1)]),
        ("---\ntitle: [x]\n---\n", [("wrong-type", 2, 8)]),
        ('---\ntitle: "\\a"\n---\n', [("characters-removed", 2, 8)]),
        ("---\ntext\n---\n", [("no-front-matter", 1, 1)]),
        ("---\n- text\n---\n", [("not-a-mapping", 2, 1)]),
        ("---\ntitle: {{ page.title }}\n---\n", [("broken-yaml", 2, 9)]),
        ("---\ntitle: x\n<<: 3\n---\n", [("broken-yaml", 3, 5)]),
        ("---\ntitle: x\nquality: high\n---\n", [("wrong-type", 3, 10)]),
        ("\ufeff\r\n\r\n---\r\ntitle: x\r\nquality: high\r\n---", [("wrong-type", 5, 10)]),
        ("  ---\ntitle: x\nheat: hot\n---", [("wrong-type", 3, 7)]),
    ],
)
def test_position(text, expected):
    """Lines and columns are those in the file, whatever precedes the front matter."""
    assert codes_and_positions(text) == expected


def test_positions_after_removed_characters():
    """Characters that are removed before parsing still count as columns."""
    text = "---\ntit\x00le: x\x00\r\nqua\x00\ud800lity: high\n---\nbo\x00dy\r\nx"
    assert codes_and_positions(text) == [("characters-removed", 2, 4), ("wrong-type", 3, 12)]
    assert parse_document(text, "a.md").content.body == "body\nx"


def test_byte_order_mark_is_not_a_column():
    """A byte order mark does not count as a column, as in editors."""
    bom = "\ufeff"
    assert codes_and_positions(f"{bom}taxonomy: topic", "a.yaml") == [("missing-name", 1, 1)]
    block = codes_and_positions(f"{bom}taxonomy: topic\nname: [x]", "a.yaml")
    assert ("wrong-type", 2, 7) in block
    flow = codes_and_positions(f"{bom}{{taxonomy: topic, name: [x]}}", "a.yaml")
    assert ("wrong-type", 1, 25) in flow


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a: b: c", "colon"),
        ("a: @x", "quotes"),
        ('a: "x', "never closed"),
        ("a: *x", "alias"),
        ("a: [1, 2", "not closed"),
        ("a: {b: 1", "not closed"),
        ('a: "\\q"', "backslash"),
        ("a: 'it's'", "indentation"),
        ("a: b\n\tc: d", "spaces"),
        ("a\nb: c", "key"),
        ("a: !x!y z", "tag"),
        ("a: - b", "new line"),
        ("%FOO 9.9", "cannot"),
        ("a: !<x b", "cannot be parsed from here"),
    ],
)
def test_broken_yaml_has_a_readable_message(line, words):
    """A YAML error has a readable message and a position."""
    (diagnostic,) = parse_document(document_text(line), "a.md").diagnostics
    assert (diagnostic.code, diagnostic.severity) == ("broken-yaml", "error")
    assert words in diagnostic.message
    assert diagnostic.line >= 3


@pytest.mark.parametrize("value", ['"x', "[1, 2", "{b: 1"])
def test_what_is_never_closed_is_reported_where_it_opens(value):
    """The position is not that of the line where the parser notices it."""
    text = f"---\ntitle: {value}\ndate: 2024-01-01\n---\n"
    assert codes_and_positions(text, "a.md") == [("broken-yaml", 2, 8)]


@pytest.mark.parametrize(
    "front",
    [
        "a: " + "[" * 100_000,
        "a: " + "{a: " * 100_000,
        "a:\n  " + "- " * 100_000,
        "? " * 100_000,
        "".join(" " * depth + "a:\n" for depth in range(1000)),
        "a: " + "[" * 70 + "]" * 70,
        "a: &a [*a]",
        "a: [" + "1," * 200_000 + "]",
        "a0: &a0 [1]\n" + "\n".join(f"a{i}: &a{i} [{f'*a{i - 1},' * 9}]" for i in range(1, 30)),
        f"a: &a {'x' * 100_000}\nb: [" + "*a," * 200 + "]",
        f"a: &a {{{','.join(f'k{i}: 1' for i in range(2000))}}}\nb: {{<<: [{'*a,' * 2000}]}}",
        "r: {a0: &a0 {k: 1},"
        + "".join(f"a{i}: &a{i} {{<<: *a{i - 1}}}," for i in range(1, 200))
        + "<<: *a199}",
    ],
    ids=lambda front: front[:12],
)
def test_too_complex(front):
    """Exceeding the limits of depth, size or aliases is an error instead of a hang or crash."""
    parsed = parse_document(document_text(front), "a.md")
    assert parsed.content is None
    assert [d.code for d in parsed.diagnostics] == ["too-complex"]


def test_within_the_limits():
    """Sixty levels, mappings merged with themselves and shared lists are within the limits."""
    assert parse_article("a: " + "[" * 60 + "]" * 60).title == "T"
    assert parse_document("---\n&r\ntitle: T\n<<: *r\n---", "a.md").front_matter == {"title": "T"}
    assert parse_article("x: &x [1, 2]\ny: [*x, *x]").title == "T"


@given(st.text("[]{}-?:, \n\r\ufeff\x85ab&*\"'|#!", max_size=200))
@example("[" * 99 + "a: b")
@example("".join(" " * depth + "a:\n" for depth in range(63)))
@example("[" * 450)
@example("".join(" " * depth + "a:\n" for depth in range(450)))
def test_quick_scan_finds_all_deep_texts(text):
    """The quick scan never accepts a text that is too deep for the C stack."""
    if yaml_nodes.may_be_too_complex(text):
        return
    depth = max_depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            max_depth = max(max_depth, depth)
    except yaml.YAMLError:
        pass
    assert max_depth < 400


PIECES = st.sampled_from(
    [
        *("---\n", "...\n", "title: ", "date: ", "quality: ", "related:\n", "  - ", "provider: "),
        *("webUrl: ", "images: ", "topics: ", "author: ", "taxonomy: topic\n", "name: ", "<<: "),
        *("&a ", "*a", "!!int ", "!!bool ", "!!timestamp ", "!!binary ", "!!set ", "!x ", "? "),
        *("[", "]", "{", "}", ": ", "\n", "\r\n", "\t", '"', "'", "\\x00", "|\n", ">\n", "# "),
        *("2021-03-12", "9" * 30, ".inf", ".nan", "1.5", "yes", "~", "https://a.b/", "javascript:"),
        *("\x00", "\ufeff", "\ud800", "\u2028", "😀", "é", "domain: ", "draft: ", "width: ", "x"),
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=40).map("".join),
    st.lists(PIECES, max_size=40).map(lambda pieces: f"---\ntitle: x\n{''.join(pieces)}\n---\n"),
)


@given(TEXTS, st.sampled_from(["a.md", "2021-03-12-a.md", "a.yaml", "b/9999-99-99-a.yml"]))
def test_any_text(text, path):
    """No text raises; positions are inside the text, and values fit into JSON and UTF-8."""
    parsed = parse_document(text, path)
    lines = re.split("\r\n|\r|\n", text)
    for diagnostic in parsed.diagnostics:
        assert 1 <= diagnostic.line <= len(lines)
        assert 1 <= diagnostic.column <= len(lines[diagnostic.line - 1]) + 1
        assert SEVERITY_AND_ADVICE[diagnostic.code][0] == diagnostic.severity
    if parsed.content is None:
        assert parsed.diagnostics
    serialized = json.dumps(parsed.front_matter, allow_nan=False, ensure_ascii=False)
    assert json.loads(serialized) == parsed.front_matter
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", repr(asdict(parsed)))
    str(parsed).encode()


@pytest.mark.parametrize(
    ("front", "field", "expected"),
    [
        ("publishedAt: 2021-03-12", "published_at", "2021-03-12T00:00:00Z"),
        ("pubDate: 2021-03-12", "published_at", "2021-03-12T00:00:00Z"),
        ("publishedDateTime: ~\ndate: 2021-03-12", "published_at", "2021-03-12T00:00:00Z"),
        ("modified: 2021-03-12", "updated_at", "2021-03-12T00:00:00Z"),
        ("description: d", "excerpt", "d"),
        ("excerpt: '  '\nsummary: s", "excerpt", "s"),
        ("ampUrl: https://a.b/", "amp_url", "https://a.b/"),
        ("cdnAmpUrl: https://a.b/", "cdn_amp_url", "https://a.b/"),
        ("webUrl: ' https://a.b/\tc '", "web_url", "https://a.b/c"),
        ("url: /here\nlink: x\nexternalUrl: https://a.b/", "web_url", "https://a.b/"),
        ("id: 007", "id", "007"),
        ("topics: Computer Vision", "topics", ("Computer Vision",)),
        ("tags: a b, c, a b", "topics", ("a b", "c")),
        ("categories: a, b", "topics", ("a", "b")),
        ("categories: a, b", "category", "a"),
        ("category: c\ncategories: a, b", "category", "c"),
        ("topics: [a, ~, 1, a]", "topics", ("a", "1")),
        ("quality: 0x10", "quality", 16),
        ("quality: 087.0", "quality", 87),
        ("quality: '-5'", "quality", -5),
        ("heat: ''", "heat", None),
        ("draft: yes", "published", False),
        ("draft: yes\npublished: yes", "published", True),
        ("draft: 'No'", "published", True),
        ("authors: [A, A]", "authors", [("A", None)]),
        (
            "author: A\nauthors: [{name: A, url: 'https://a.b/'}]",
            "authors",
            [("A", "https://a.b/")],
        ),
        ("provider: {}", "provider", None),
        ("provider: {authors: [A]}", "provider", None),
        ("body: x", "body", ""),
    ],
)
def test_field(front, field, expected):
    """Keys and formats of Jekyll, Hugo and other programs are understood."""
    value = getattr(parse_article(front), field)
    if field == "authors":
        value = [(author.name, author.url) for author in value]
    assert value == expected


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ("date: soon", "wrong-date"),
        ("date: {a: b}", "wrong-type"),
        ("webUrl: ftp://a.b/", "unsafe-url"),
        ("webUrl: https://", "wrong-url"),
        ("webUrl: 'http:a'", "wrong-url"),
        ("image: javascript:x", "unsafe-url"),
        ("image: 'http://[::1'", "wrong-url"),
        ("quality: 1.5", "wrong-type"),
        ("quality: yes", "wrong-type"),
        ("quality: [1]", "wrong-type"),
        ("provider: {domain: 'a b'}", "wrong-type"),
        ("author: [[a]]", "wrong-type"),
        ("x: !foo [a]", "unknown-tag"),
        ("x: 99999999999999999999", "number-normalised"),
        (f"x: {'9' * 5000}", "number-normalised"),
        (f"x: {':'.join('1' * 50_000)}", "number-normalised"),
        ("x: -.inf", "number-normalised"),
        ("taxonomy: species", "not-a-taxonomy"),
    ],
)
def test_wrong_value(front, code):
    """A wrong value is ignored or corrected, and the document is imported."""
    parsed = parse_document(document_text(front), "a.md")
    assert [d.code for d in parsed.diagnostics] == [code]
    assert isinstance(parsed.content, Article)
    assert parsed.front_matter.keys() == {"title", front.partition(":")[0]}


def test_diagnostics_are_deduplicated_and_limited():
    """A problem in an aliased value is reported once; a file has at most 100 diagnostics."""
    assert len(codes_and_positions(document_text("a: &a [!x y]\nb: *a\nc: *a"))) == 1
    duplicates = "\n".join(["a: 1"] * 1000)
    assert len(codes_and_positions(document_text(duplicates))) == 100


def test_unknown_keys_are_preserved():
    """Unknown keys are in the front matter, with their values converted to JSON."""
    front = "a: {1: x, ~: y, yes: z}\nb: 2021-03-12T01:02:03+01:00\nc: 2021-02-30\nd: !!int x"
    assert parse_document(document_text(front), "a.md").front_matter == {
        "title": "T",
        "a": {"1": "x", "~": "y", "yes": "z"},
        "b": "2021-03-12T01:02:03+01:00",
        "c": "2021-02-30",
        "d": "x",
    }


def test_taxonomy_mapping_is_ignored():
    """A file with a mapping named taxonomy, as Grav uses it, is an article."""
    assert parse_article("taxonomy: {tag: [a]}").title == "T"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a: 1", ["not-a-document"]),
        ("- taxonomy", ["not-a-document"]),
        ("x: taxonomy", ["not-a-document"]),
        ("taxonomy: species", ["not-a-taxonomy"]),
        ("x: {{ taxonomy }", ["not-a-document"]),
        ("taxonomy: topic\nname: a: b", ["broken-yaml"]),
        ("taxonomy: topic\nname: a\n---\nb: c", ["broken-yaml"]),
        ("---\ntaxonomy: topic\nname: a", []),
        ("---\ntaxonomy: topic\nname: a\n---\n", []),
        ("", ["not-a-document"]),
    ],
)
def test_yaml_file(text, codes):
    """YAML files are imported only if they are taxonomy files."""
    parsed = parse_document(text, "_data/x.yml")
    assert [d.code for d in parsed.diagnostics] == codes
    assert (parsed.content is None) == bool(codes)


def test_vertical_tabs_separate_words():
    """They become spaces; positions in the text stay those in the file."""
    text = document_text("a: 1", "one\vtwo\fthree\x01four\v\v")
    parsed = parse_document(text, "a.md")
    assert isinstance(parsed.content, Article)
    assert parsed.content.body.strip() == "one two threefour"
    assert codes_and_positions(text) == [("characters-removed", 5, 4)]
