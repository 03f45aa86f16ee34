"""Folders with files are where Hugo's configuration mounts them."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.folder_mounts import FolderMount, read_mounts
from newsgraph.store.documents.site_config import read_configuration

MODULE = """
staticDir: ignored
module:
  mounts:
    - {source: pics, target: static/img}
    - {source: docs, target: content/posts}
    - {source: data, target: data}
    - {source: ../x, target: static}
    - {source: y}
    - {target: static}
    - {source: lib/a.png, target: assets/b.png}
    - z
"""
STATIC, ASSETS = FolderMount("static"), FolderMount("assets")


@pytest.mark.parametrize(
    ("text", "mounts"),
    [
        ("{}", [STATIC, ASSETS]),
        ("staticDir: public", [FolderMount("public"), ASSETS]),
        (
            "staticDir: [a, ./b/, a]\nstaticDir1: c",
            [FolderMount("a"), FolderMount("b"), FolderMount("c"), ASSETS],
        ),
        ("assetDir: media", [STATIC, FolderMount("media")]),
        ("staticdir: .", [FolderMount(""), ASSETS]),
        ("staticDir: [../a, /b]", [ASSETS]),
        (
            "languages: {de: {staticDir: de}, en: {staticDir: [en, de]}}",
            [FolderMount("de"), FolderMount("en"), ASSETS],
        ),
        (
            MODULE,
            [
                FolderMount("pics", "img"),
                FolderMount("lib/a.png", "b.png"),
                FolderMount("docs", "posts"),
            ],
        ),
    ],
)
def test_mounts(text, mounts):
    """Mounts take the place of a component's folder; none of them is outside of the archive."""
    fields = read_configuration(text, "hugo.yaml", "hugo.yaml").fields
    languages = fields.find_mapping("languages")
    settings = [languages.find_mapping(name) for name in languages.keys] if languages else []
    assert list(read_mounts([fields, *settings], fields.find_mapping("module"))) == mounts


@pytest.mark.parametrize(
    ("mount", "path", "result"),
    [
        (FolderMount("static"), "img/a.png", "static/img/a.png"),
        (FolderMount(""), "img/a.png", "img/a.png"),
        (FolderMount("pics", "img"), "img/a.png", "pics/a.png"),
        (FolderMount("pics", "img"), "image/a.png", None),
        (FolderMount("pics", "img"), "a.png", None),
        (FolderMount("lib/a.png", "b.png"), "b.png", "lib/a.png"),
    ],
)
def test_paths(mount, path, result):
    """A path on the site is one in the archive if it is at or below the target."""
    assert mount.find(path) == result
