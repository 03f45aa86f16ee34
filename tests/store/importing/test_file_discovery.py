"""Walks: which files can be documents, and what is said of the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsgraph.store.importing.file_discovery import Walk, is_folder, walk


@pytest.fixture
def files(tmp_path):
    """Make files below a folder."""

    def make(*paths):
        for path in paths:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("")
        return tmp_path

    return make


def test_which_files(files):
    """Markdown and YAML, in any case; nothing hidden, and no other program's folders."""
    folder = files(
        "b.md",
        "a.markdown",
        "C.MD",
        "data/t.yaml",
        "data/t.YML",
        "deep/er/still/x.md",
        "md",
        "x.md.txt",
        "y.html",
        ".hidden.md",
        ".git/x.md",
        "node_modules/x.md",
        "deep/node_modules/x.md",
        "_site/x.md",
        "_posts/x.md",
        "node_modules.md",
    )
    assert walk(folder) == Walk(
        [
            "C.MD",
            "_posts/x.md",
            "a.markdown",
            "b.md",
            "data/t.YML",
            "data/t.yaml",
            "deep/er/still/x.md",
            "node_modules.md",
        ]
    )


def test_exclude(files):
    """Patterns leave out files and whole folders; they are told the path below the root."""
    folder = files("a.md", "b.md", "drafts/c.md", "news/drafts/d.md", "news/e.md", "README.md")
    assert walk(folder, ("drafts", "README.md", "b.*")).paths == [
        "a.md",
        "news/drafts/d.md",
        "news/e.md",
    ]
    assert walk(folder, ("*drafts",)).paths == ["README.md", "a.md", "b.md", "news/e.md"]
    assert walk(folder, ("*",)).paths == []
    assert walk(folder, ("readme.md",)).paths[0] == "README.md"


def test_links(files):
    """Links to files are files; links to folders are not followed, wherever they lead."""
    folder = files("a.md", "sub/b.md")
    (folder / "to-file.md").symlink_to("a.md")
    (folder / "nowhere.md").symlink_to("not/there")
    (folder / "loop").symlink_to(".")
    (folder / "loop.md").symlink_to(".")
    (folder / "too-long.md").symlink_to("x" * 300)
    (folder / "folder.md").mkdir()
    (folder / "folder.md" / "c.md").write_text("")
    assert walk(folder).paths == [
        "a.md",
        "folder.md/c.md",
        "nowhere.md",
        "sub/b.md",
        "to-file.md",
        "too-long.md",
    ]
    assert walk(folder / "loop").paths == walk(folder).paths


@pytest.mark.parametrize("name", ["nowhere", "file", "x" * 300, "nul\0", "round"])
def test_no_folder(tmp_path, name):
    """What is no folder is told, and nothing is known of what was there."""
    (tmp_path / "file").write_text("")
    (tmp_path / "round").symlink_to("round")
    found = walk(tmp_path / name)
    assert found.paths == []
    ((told),) = found.diagnostics
    assert (told.path, told.code, told.severity) == ("", "missing-folder", "error")
    assert ("is not a folder" if name == "file" else "does not exist") in told.message
    assert not found.covers("a.md")
    assert not is_folder(tmp_path / name)


def test_names_that_are_no_text(tmp_path):
    """Files whose names are not UTF-8 are told, with something that can be shown."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/sub\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xe9.md")).write_text("")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/sub\xff/b.md")).write_text("")
    (tmp_path / "é.md").write_text("")
    found = walk(tmp_path)
    assert found.paths == ["é.md"]
    assert [(one.path, one.code) for one in found.diagnostics] == [
        ("a�.md", "bad-file-name"),
        ("sub�/b.md", "bad-file-name"),
    ]


@pytest.mark.parametrize(
    ("unread", "path", "covered"),
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
def test_covers(unread, path, covered):
    """Of what lies in a folder that could not be read, nobody can say that it is gone."""
    assert Walk(unread=unread).covers(path) == covered
