"""Author files: their formats, their forms, and what is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.author_entries import parse_author_file
from newsgraph.store.documents.document import AuthorEntry
from newsgraph.store.documents.frontmatter_formats import FORMAT_BY_SUFFIX

ANN = AuthorEntry("ann", "", "Ann Bell", "https://ann.example", "/ann.png", "Writes.")
PARTS = ("name", "Ann Bell", "url", "https://ann.example", "image", "/ann.png", "bio", "Writes.")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "_data/authors.yml",
            "ann:\n  name: Ann Bell\n  url: https://ann.example\n  image: /ann.png\n  bio: Writes.",
        ),
        (
            "docs/.authors.yml",
            (
                "authors:\n  ann: {name: Ann Bell, url: 'https://ann.example', avatar: /ann.png,"
                " description: Writes.}"
            ),
        ),
        (
            "data/authors.toml",
            (
                "[ann]\nname = 'Ann Bell'\nurl = 'https://ann.example'\nimage = '/ann.png'\n"
                "bio = 'Writes.'"
            ),
        ),
        (
            "src/data/authors.json",
            (
                '[{"id": "ann", "name": "Ann Bell", "url": "https://ann.example",'
                ' "picture": "/ann.png", "bio": "Writes."}]'
            ),
        ),
        (
            "_data/authors.csv",
            'key,name,url,image,bio,age\nann,"Ann Bell",https://ann.example,/ann.png,Writes.,\n',
        ),
        (
            "_data/authors.tsv",
            "slug\tname\turl\tavatar\tbio\r\nann\tAnn Bell\thttps://ann.example\t/ann.png\tWrites.\r\n",
        ),
        (
            "blog/authors.yaml",
            (
                "---\n# the authors\nann:\n  name: Ann Bell\n  title: Reporter\n  url: https://ann.example"
                "\n  image_url: /ann.png\n  description: <p>Writes.</p>\n  socials: {x: ann}"
            ),
        ),
    ],
)
def test_data_files(path, text):
    """Authors are read from every format, by key, below `authors` or in a list."""
    (entry,) = parse_author_file(text, path).entries
    assert entry == AuthorEntry("ann", path, ANN.name, ANN.url, ANN.image, ANN.description)
    assert parse_author_file(text, path).diagnostics == ()


@pytest.mark.parametrize(
    ("path", "text", "entry"),
    [
        ("_authors/jill.md", "---\nshort_name: j\nname: Jill\n---\nGrows *fruit*.", ("j", "Jill")),
        ("content/authors/jill/_index.md", "+++\ntitle = 'Jill'\n+++\nGrows fruit.", ("k", "Jill")),
        ("data/authors/k.json", '{"name": "Jill", "bio": "Grows fruit."}', ("k", "Jill")),
        ("data/authors/k.toml", "bio = 'Grows fruit.'", ("k", None)),
    ],
)
def test_files_with_one_author(path, text, entry):
    """Its key is in the file, or else its name; the body of a document is the description."""
    (author,) = parse_author_file(text, path, "k").entries
    assert (author.key, author.name) == entry
    assert author.description == "Grows fruit."


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Billy Rick: {name: Billy}\n7: {name: Seven}", ["Billy Rick", "7"]),
        ("ann: Ann Bell\nbob:", ["ann"]),
        ("- name: Ann Bell\n- {username: bob}\n- Carol\n- {url: /x}", ["Ann Bell", "bob"]),
        ("base: &base {url: /x}\nann:\n  <<: *base\n  name: Ann", ["base", "ann"]),
        ("", []),
        ("# nothing yet", []),
    ],
)
def test_forms(text, keys):
    """A mapping has keys, an item of a list its own key or else its name."""
    parsed = parse_author_file(text, "_data/authors.yml")
    assert [entry.key for entry in parsed.entries] == keys
    assert (parsed.diagnostics, parsed.is_valid) == ((), True)


@pytest.mark.parametrize("text", ["name: Ann\nurl: /x", "just a text", "[1, 2]", "a: [b]"])
def test_files_without_authors(text):
    """A file with other data is a warning, and is no failure."""
    parsed = parse_author_file(text, "_data/authors.yml")
    assert (parsed.entries, parsed.is_valid) == ((), True)
    assert [item.code for item in parsed.diagnostics] == ["unread-authors"]


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("a.yml", "ann:\n  name: [", ("broken-yaml", 2)),
        ("a.toml", "[ann]\nname = Ann", ("broken-toml", 2)),
        ("a.json", '{\n"ann": }', ("broken-json", 2)),
        ("a.md", "---\nname: [\n---\n", ("broken-yaml", 3)),
        ("a.yml", "a: &a [x, x, x, x]\n" + "".join(
            f"{key}: &{key} [*{before}, *{before}, *{before}, *{before}]\n"
            for before, key in zip("abcdefghi", "bcdefghij", strict=True)
        ), ("too-complex", None)),
    ],
)  # fmt: skip
def test_broken_files(path, text, problem):
    """A file that cannot be parsed has a diagnostic with its position, and no authors."""
    parsed = parse_author_file(text, path, "k" if path == "a.md" else None)
    assert (parsed.entries, parsed.is_valid) == ((), False)
    (diagnostic,) = parsed.diagnostics
    assert (diagnostic.path, diagnostic.code) == (path, problem[0])
    assert problem[1] in (None, diagnostic.line)


def test_wrong_values():
    """A value that cannot be read is reported at its position, and the others count."""
    text = "ann:\n  name: Ann\n  url: javascript:x\n  image: [a]\n  bio: {a: b}\n"
    parsed = parse_author_file(text, "authors.yml")
    assert parsed.entries == (AuthorEntry("ann", "authors.yml", "Ann"),)
    codes = [(item.line, item.code) for item in parsed.diagnostics]
    assert codes == [(3, "unsafe-url"), (4, "wrong-type"), (5, "wrong-type")]


def test_configuration():
    """Of a configuration only `authors` counts, and its problems are not reported here."""
    text = "title: T\nauthors:\n  ann: {name: Ann}\nname: x"
    parsed = parse_author_file(text, "_config.yml", is_config=True)
    assert parsed.entries == (AuthorEntry("ann", "_config.yml", "Ann"),)
    for text in ("title: T", "authors: x", "- a", ""):
        parsed = parse_author_file(text, "_config.yml", is_config=True)
        assert (parsed.entries, parsed.diagnostics, parsed.is_valid) == ((), (), True)
    parsed = parse_author_file("a: [", "_config.yml", is_config=True)
    assert (parsed.entries, parsed.diagnostics, parsed.is_valid) == ((), (), False)


def test_drafts_describe_nobody():
    """A generator does not show them, unless it serves drafts."""
    text = "---\ntitle: Ann\ndraft: true\n---\n"
    assert parse_author_file(text, "authors/ann.md", "ann").entries == ()
    parsed = parse_author_file(text, "authors/ann.md", "ann", serve_unpublished=True)
    assert [entry.name for entry in parsed.entries] == ["Ann"]


def test_documents_that_are_no_authors():
    """A README in a folder of authors is ignored, and so is a topic."""
    for text in ("# Authors\n", "---\ntaxonomy: topic\nname: T\n---\n"):
        parsed = parse_author_file(text, "_authors/README.md", "README")
        assert (parsed.entries, parsed.diagnostics, parsed.is_valid) == ((), (), True)


TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            (
                *("ann", "authors", "name", "url", ": ", "\n", "  ", "- ", "{", "}", "[", "]", "'"),
                *("&a", "*a", "<<", "---\n", "\x00", "\ufeff", "=", '"', ",", "1", "null", "!x "),
            )
        ),
        max_size=25,
    ).map("".join),
)


@given(TEXTS, st.sampled_from((*FORMAT_BY_SUFFIX, ".md")), st.none() | st.just("k"))
def test_any_text(text, suffix, key):
    """No text raises an exception, and each author has a key."""
    parsed = parse_author_file(text, f"a{suffix}", key)
    assert all(entry.key.strip() for entry in parsed.entries if suffix != ".md" or key)
    assert parsed.is_valid or parsed.diagnostics
