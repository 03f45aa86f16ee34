"""The folders of Eleventy's configuration say which files are documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.eleventy_config import (
    find_copied_folders,
    parse_eleventy_folders,
)
from newsgraph.store.documents.folder_mounts import FolderMount
from newsgraph.store.documents.site_config import parse_site_config


@pytest.mark.parametrize(
    ("text", "folder", "skipped"),
    [
        ("return {dir: {input: 'src', includes: \"parts\"}};", "src", ("src/parts",)),
        (
            "dir: {\n  input: `.`,\n  layouts: 'a/layouts',\n  data: 'd'\n}",
            None,
            ("a/layouts", "d"),
        ),
        ('"dir": {"input": "./src/", "includes": "../parts"}', "src", ("parts",)),
        ("c.setInputDirectory('in'); c.setLayoutsDirectory('l')", "in", ("in/l",)),
        ("dir: {includes: '', output: '_site'}", None, ()),
        ("dir: {input: '../elsewhere', includes: 'parts'}", None, ()),
        ("// dir: {input: 'src'}", None, ()),
        ("dir: {input: folder}", None, ()),
        ("", None, ()),
    ],
)
def test_folders(text, folder, skipped):
    """Folders are relative to that of the configuration, and stay inside of it."""
    folders = parse_eleventy_folders(text)
    assert (folders.input, folders.skipped) == (folder, skipped)
    assert parse_site_config(text, "eleventy.config.mjs").content_folder == folder


@pytest.mark.parametrize(
    ("text", "mounts"),
    [
        ('c.addPassthroughCopy({"assets/img": "img"});', [("assets/img", "img")]),
        (
            "addPassthroughCopy({\n  './public/': '/',\n  `a.png`: `b/c.png`\n})",
            [
                ("public", ""),
                ("a.png", "b/c.png"),
            ],
        ),
        ('addPassthroughCopy("img")', []),
        ('addPassthroughCopy({"img/**/*.png": "img", "../x": "y", "z": "../z"})', []),
        ('// addPassthroughCopy({"a": "b"})', []),
        ("addPassthroughCopy({[folder]: 'x'})", []),
    ],
)
def test_copied_folders(text, mounts):
    """Folders that are copied to other paths of the site are mounts; patterns are not."""
    assert list(find_copied_folders(text)) == [FolderMount(*mount) for mount in mounts]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", "_data"),
        ("dir: {input: 'src'}", "src/_data"),
        ("dir: {input: 'src', data: '../info'}", "info"),
        ("dir: {input: '../x'}", "_data"),
    ],
)
def test_folder_of_data(text, data):
    """It is relative to the folder with documents."""
    assert parse_eleventy_folders(text).data == data


@given(st.text("dir: {}'\"input=/.a,\n", max_size=60))
def test_any_configuration(text):
    """No text raises an exception."""
    parse_eleventy_folders(text)


@given(st.text("./a", max_size=12), st.text("./a", max_size=12))
def test_any_folders(source, includes):
    """No folder is outside of that of the configuration."""
    folders = parse_eleventy_folders(f"dir: {{input: '{source}', includes: '{includes}'}}")
    assert not any(".." in folder.split("/") for folder in (*folders.skipped, folders.input or ""))
