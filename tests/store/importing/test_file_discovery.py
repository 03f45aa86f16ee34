"""File discovery: which files of a folder can be documents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.importing.content_folders import is_folder
from newsgraph.store.importing.file_discovery import FolderListing, list_documents


@pytest.fixture
def create_files(tmp_path):
    """A function that creates empty files, and returns their folder."""

    def create(*paths):
        for path in paths:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("")
        return tmp_path

    return create


def test_suffixes_and_skipped_folders(create_files):
    """Markdown, HTML and YAML files are listed, except hidden files and other programs' folders."""
    folder = create_files(
        "b.md",
        "a.markdown",
        "C.MD",
        "data/t.yaml",
        "data/t.YML",
        "deep/er/still/x.md",
        "md",
        "x.md.txt",
        "y.html",
        "z.htm",
        ".hidden.md",
        ".git/x.md",
        "node_modules/x.md",
        "deep/node_modules/x.md",
        "_site/x.md",
        "_posts/x.md",
        "node_modules.md",
    )
    assert list_documents(folder) == FolderListing(
        [
            "C.MD",
            "_posts/x.md",
            "a.markdown",
            "b.md",
            "data/t.YML",
            "data/t.yaml",
            "deep/er/still/x.md",
            "node_modules.md",
            "y.html",
        ]
    )


def test_excluded_patterns(create_files):
    """Excluded patterns match paths relative to the root, of files and of folders."""
    folder = create_files(
        "a.md", "b.md", "drafts/c.md", "news/drafts/d.md", "news/e.md", "README.md"
    )
    assert list_documents(folder, Collection(exclude=("drafts", "README.md", "b.*"))).paths == [
        "a.md",
        "news/drafts/d.md",
        "news/e.md",
    ]
    assert list_documents(folder, Collection(exclude=("*drafts",))).paths == [
        "README.md",
        "a.md",
        "b.md",
        "news/e.md",
    ]
    assert list_documents(folder, Collection(exclude=("*",))).paths == []
    assert list_documents(folder, Collection(exclude=("readme.md",))).paths[0] == "README.md"


def test_symbolic_links(create_files):
    """Symbolic links to files are listed, and links to folders are not followed."""
    folder = create_files("a.md", "sub/b.md")
    (folder / "to-file.md").symlink_to("a.md")
    (folder / "nowhere.md").symlink_to("not/there")
    (folder / "loop").symlink_to(".")
    (folder / "loop.md").symlink_to(".")
    (folder / "too-long.md").symlink_to("x" * 300)
    (folder / "folder.md").mkdir()
    (folder / "folder.md" / "c.md").write_text("")
    assert list_documents(folder).paths == [
        "a.md",
        "folder.md/c.md",
        "nowhere.md",
        "sub/b.md",
        "to-file.md",
        "too-long.md",
    ]
    assert list_documents(folder / "loop").paths == list_documents(folder).paths


@pytest.mark.parametrize("name", ["nowhere", "file", "x" * 300, "nul\0", "round"])
def test_missing_folder(tmp_path, name):
    """A path that is not a folder is an error, and the listing covers no paths."""
    (tmp_path / "file").write_text("")
    (tmp_path / "round").symlink_to("round")
    listing = list_documents(tmp_path / name)
    assert listing.paths == []
    (diagnostic,) = listing.diagnostics
    assert (diagnostic.path, diagnostic.code, diagnostic.severity) == (
        "",
        "missing-folder",
        "error",
    )
    assert ("is not a folder" if name == "file" else "does not exist") in diagnostic.message
    assert not listing.covers("a.md")
    assert not is_folder(tmp_path / name)


def test_file_names_that_are_not_utf8(tmp_path):
    """Files whose names are not UTF-8 are reported with a printable path."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/sub\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xe9.md")).write_text("")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/sub\xff/b.md")).write_text("")
    (tmp_path / "é.md").write_text("")
    listing = list_documents(tmp_path)
    assert listing.paths == ["é.md"]
    assert [(item.path, item.code) for item in listing.diagnostics] == [
        ("a�.md", "bad-file-name"),
        ("sub�/b.md", "bad-file-name"),
    ]


@pytest.mark.parametrize(
    ("unreadable", "path", "is_covered"),
    [
        ([], "a.md", True),
        ([""], "a.md", False),
        (["sub"], "sub/a.md", False),
        (["sub"], "sub/deep/a.md", False),
        (["sub"], "subway/a.md", True),
        (["sub"], "a.md", True),
        (["a.md"], "a.md", False),
    ],
)
def test_covers(unreadable, path, is_covered):
    """A listing does not cover unreadable files and paths in unreadable folders."""
    assert FolderListing(unreadable=unreadable).covers(path) == is_covered
