"""Paths and URIs of files in diagnostics."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

import pytest

from newsgraph.server.cli.diagnostic_formats.locations import path_from_here, relative_uri


@pytest.mark.parametrize(
    ("folder", "path", "expected", "uri"),
    [
        ("site", "a/b.md", "site/a/b.md", "site/a/b.md"),
        (".", "a.md", "a.md", "a.md"),
        (".", "", ".", "./"),
        ("site", "", "site", "site/"),
        ("site/../site", "../hugo.toml", "hugo.toml", "hugo.toml"),
        (
            "my site",
            "a:b, 100% #1?[ü].md",
            "my site/a:b, 100% #1?[ü].md",
            "my%20site/a%3Ab%2C%20100%25%20%231%3F%5B%C3%BC%5D.md",
        ),
    ],
)
def test_paths_are_relative_to_the_working_directory(tmp_path, folder, path, expected, uri):
    """It does not matter how the folder was named."""
    (tmp_path / folder.partition("/")[0]).mkdir(exist_ok=True)
    for named in (Path(folder), tmp_path / folder):
        assert path_from_here(named, path) == Path(expected)
        assert relative_uri(named, path) == uri


def test_the_working_directory_is_behind_a_link(tmp_path):
    """Its own path is the real one, while the folder is named through the link."""
    (tmp_path / "real" / "site").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with chdir(tmp_path / "real"):
        assert relative_uri(tmp_path / "link" / "site", "a.md") == "site/a.md"


def test_files_elsewhere_have_their_full_path(tmp_path):
    """A relative path would lead above the working directory."""
    (tmp_path / "here").mkdir()
    (tmp_path / "site").mkdir()
    for folder in (tmp_path / "site", Path("../site")):
        with chdir(tmp_path / "here"):
            assert path_from_here(folder, "ä.md") == tmp_path / "site" / "ä.md"
            assert relative_uri(folder, "ä.md") == f"{tmp_path.as_uri()}/site/%C3%A4.md"
            assert relative_uri(folder, "") == f"{tmp_path.as_uri()}/site/"
