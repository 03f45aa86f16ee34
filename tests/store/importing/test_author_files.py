"""Author files are found where each generator has them."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.importing.archive_files import MAX_BYTES
from newsgraph.store.importing.author_files import read_author_files

DATA = "ann: {name: Ann}"
DOCUMENT = "---\nname: Ann\n---\n"


def read(folder, kind="jekyll", **settings):
    """Read the author files of a folder."""
    return read_author_files(ImportRoot(folder, Collection(kind=kind, **settings)))


def write(folder, path, text=DATA):
    """Write a file below a folder."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("kind", "path", "text"),
    [
        ("jekyll", "_data/authors.yml", DATA),
        ("jekyll", "_data/authors.json", '{"ann": {"name": "Ann"}}'),
        ("jekyll", "_data/authors/ann.yml", "name: Ann"),
        ("jekyll", "_data/people.yaml", DATA),
        ("jekyll", "_data/authors.csv", "key,name\nann,Ann\n"),
        ("jekyll", "_data/authors.tsv", "key\tname\nann\tAnn\n"),
        ("jekyll", "_authors/ann.md", DOCUMENT),
        ("jekyll", "_authors/a.markdown", "---\nshort_name: ann\nname: Ann\n---\n"),
        ("jekyll", "_config.yml", f"title: T\nauthors:\n  {DATA}"),
        ("hugo", "data/authors.toml", "[ann]\nname = 'Ann'"),
        ("hugo", "data/authors/ann.json", '{"name": "Ann"}'),
        ("hugo", "content/authors/ann/_index.md", "---\ntitle: Ann\n---\n"),
        ("hugo", "content/authors/ann.md", DOCUMENT),
        ("hexo", "source/_data/authors.yml", DATA),
        ("hexo", "_config.yml", f"title: T\nauthors:\n  {DATA}"),
        ("eleventy", "_data/authors.json", '{"ann": {"name": "Ann"}}'),
        ("eleventy", "src/_data/authors.yaml", DATA),
        ("eleventy", "src/_data/authors/ann.json", '{"name": "Ann"}'),
        ("astro", "src/content/authors/ann.json", '{"name": "Ann"}'),
        ("astro", "src/content/authors/ann.mdx", DOCUMENT),
        ("astro", "src/data/authors.json", '[{"id": "ann", "name": "Ann"}]'),
        ("docusaurus", "blog/authors.yml", DATA),
        ("docusaurus", "news/authors.yml", DATA),
        ("mkdocs", "docs/.authors.yml", f"authors:\n  {DATA}"),
        ("mkdocs", "docs/blog/.authors.yml", f"authors:\n  {DATA}"),
    ],
)
def test_places(tmp_path, kind, path, text):
    """Each generator has its own; in a plain archive they are files like all others."""
    write(tmp_path, path, text)
    files = read(tmp_path, kind)
    assert [(entry.key, entry.name, entry.path) for entry in files.entries.values()] == [
        ("ann", "Ann", path)
    ]
    assert (files.paths, files.diagnostics) == ({path}, [])
    assert read(tmp_path, "plain").entries == {}


def test_every_kind_without_author_files(tmp_path):
    """Most archives have none."""
    (tmp_path / "_data").mkdir()
    for kind in KINDS:
        files = read(tmp_path, kind)
        assert (files.entries, files.paths, files.failed_paths, files.diagnostics) == (
            {},
            set(),
            [],
            [],
        )


@pytest.mark.parametrize(
    ("kind", "folder", "path"),
    [
        ("jekyll", "_posts", "_data/authors.yml"),
        ("docusaurus", "blog", "blog/authors.yml"),
        ("hugo", "content/posts", "data/authors.yml"),
    ],
)
def test_a_folder_inside_of_the_archive(tmp_path, kind, folder, path):
    """If the imported folder is not that of the configuration, those above it are searched."""
    (tmp_path / folder).mkdir(parents=True)
    write(tmp_path, path)
    (entry,) = read(tmp_path / folder, kind, is_complete=False).entries.values()
    assert (tmp_path / folder / entry.path).resolve() == (tmp_path / path).resolve()
    assert read(tmp_path / folder, kind).entries == {}


def test_the_content_folder_of_the_configuration(tmp_path):
    """It takes the place of the usual one."""
    write(tmp_path, "text/authors/ann/_index.md", "---\ntitle: Ann\n---\n")
    write(tmp_path, "content/authors/bob/_index.md", "---\ntitle: Bob\n---\n")
    assert list(read(tmp_path, "hugo", content_folder="text").entries) == ["ann"]


def test_of_several_entries_the_first_counts(tmp_path):
    """Sources have an order, and files are read in the order of their names."""
    write(tmp_path, "_data/authors.yml", "ann: {name: First}")
    write(tmp_path, "_data/people.yml", "ann: {name: Second}\nbob: {name: Bob}")
    write(tmp_path, "_authors/ann.md", "---\nname: Third\n---\n")
    names = {entry.key: entry.name for entry in read(tmp_path).entries.values()}
    assert names == {"ann": "First", "bob": "Bob"}


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        ("jekyll", "https://town.example/news/", "https://town.example/news/ann.png"),
        ("docusaurus", "https://town.example/news", "https://town.example/news/ann.png"),
        ("hugo", "https://town.example/news/", "https://town.example/ann.png"),
        ("hugo", None, None),
    ],
)
def test_relative_urls(tmp_path, kind, url, expected):
    """They resolve against the site's URL, or are left out with a warning."""
    path = {"jekyll": "_data/authors.yml", "docusaurus": "blog/authors.yml"}.get(kind)
    path = path or "data/authors.yml"
    write(tmp_path, path, "ann: {name: Ann, url: /ann/, image_url: /ann.png}")
    files = read(tmp_path, kind, url=url)
    (entry,) = files.entries.values()
    assert entry.image == expected
    assert entry.url == (url and "https://town.example/ann/")
    codes = [(item.path, item.code) for item in files.diagnostics]
    assert codes == ([] if url else [(path, "relative-url")])


def test_programs(tmp_path):
    """A program is a warning: newsgraph does not run it."""
    write(tmp_path, "src/_data/authors.js", "module.exports = {}")
    files = read(tmp_path, "eleventy")
    codes = [(item.path, item.code, item.severity) for item in files.diagnostics]
    assert codes == [("src/_data/authors.js", "unread-authors", "warning")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"ann: [", "broken-yaml"),
        (b"ann: {name: \xff}", "not-utf8"),
        (b"#" * (MAX_BYTES + 1), "unread-authors"),
    ],
)
def test_unreadable_files(tmp_path, content, code):
    """Their authors of the last import stay; those of other files are read."""
    write(tmp_path, "_data/people.yml", "bob: {name: Bob}")
    write(tmp_path, "_data/authors.yml")
    stored = read(tmp_path).with_stored(())
    assert [entry.key for entry in stored] == ["ann", "bob"]
    (tmp_path / "_data/authors.yml").write_bytes(content)
    write(tmp_path, "_data/people.yml", "carol: {name: Carol}")
    files = read(tmp_path)
    assert [(item.path, item.code) for item in files.diagnostics] == [("_data/authors.yml", code)]
    assert [entry.key for entry in files.with_stored(stored)] == ["ann", "carol"]


def test_files_that_cannot_be_opened(tmp_path):
    """A file in a cycle of links is reported; a folder or a pipe with its name is none."""
    (tmp_path / "_data").mkdir()
    (tmp_path / "_data" / "authors.yml").symlink_to("authors.yml")
    (tmp_path / "_data" / "people.yml").mkdir()
    (tmp_path / "_authors").symlink_to("_authors")
    files = read(tmp_path)
    assert [(item.path, item.code) for item in files.diagnostics] == [
        ("_data/authors.yml", "unreadable-file"),
        ("_authors", "unreadable-folder"),
    ]
    assert files.failed_paths == ["_data/authors.yml", "_authors"]


def test_a_missing_root(tmp_path):
    """The authors of a folder that is gone stay."""
    write(tmp_path, "_data/authors.yml")
    stored = read(tmp_path).with_stored(())
    assert read(tmp_path / "gone").with_stored(stored) == stored
