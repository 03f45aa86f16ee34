"""A copy of a folder with the id of the original does not replace the original in the store."""

from __future__ import annotations

import shutil

import pytest
from typer.testing import CliRunner

from newsgraph.server.cli.main import app


@pytest.fixture
def newsgraph():
    """A function that runs a command in an empty folder."""
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def blog(newsgraph, tmp_path):
    """A folder with an id, which was imported."""
    folder = create_folder(tmp_path / "blog")
    assert newsgraph("import", folder).exit_code == 0
    return folder


def create_folder(folder):
    """Create a folder with a document and an id."""
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("---\ntitle: A\n---\n", "utf-8")
    (folder / "newsgraph.toml").write_text('id = "daily"', "utf-8")
    return folder


@pytest.mark.parametrize("command", [("import",), ("import", "--dry-run"), ("serve", "--port", 0)])
def test_a_copy(newsgraph, tmp_path, blog, command):
    """The error names both folders, and what to do; the store stays as it is."""
    copy = shutil.copytree(blog, tmp_path / "b2")
    roots = newsgraph("roots").stdout
    result = newsgraph(*command, copy)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"newsgraph: {copy} has the id 'daily', and so has {blog}, whose documents are in the "
        "store. If these are two collections, give one of them another id in its newsgraph.toml. "
        f"If {copy} replaces {blog}, remove the id from {blog}/newsgraph.toml\n"
    )
    assert newsgraph("roots").stdout == roots
    assert newsgraph("import", blog).exit_code == 0


def test_a_copy_with_another_id(newsgraph, tmp_path, blog):
    """It has a store of its own, and the original keeps its."""
    copy = shutil.copytree(blog, tmp_path / "b2")
    (copy / "newsgraph.toml").write_text('id = "weekly"', "utf-8")
    assert "1 created" in newsgraph("import", copy).stdout
    assert "1 unchanged" in newsgraph("import", blog).stdout


@pytest.mark.parametrize("change", ["gone", "empty", "no id", "another id", "no TOML"])
def test_a_folder_that_has_moved(newsgraph, tmp_path, blog, change):
    """Nothing is said if the former folder is gone, has no documents, or another id."""
    moved = shutil.copytree(blog, tmp_path / "b2")
    config = blog / "newsgraph.toml"
    match change:
        case "gone":
            shutil.rmtree(blog)
        case "empty":
            (blog / "a.md").unlink()
        case "no id":
            config.unlink()
        case "another id":
            config.write_text('id = "weekly"', "utf-8")
        case "no TOML":
            config.write_text("id = ", "utf-8")
    result = newsgraph("import", moved)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 unchanged" in result.stdout


def test_a_link_that_leads_to_another_release(newsgraph, tmp_path):
    """As on a server that keeps earlier releases, also if the site is in a folder of them."""
    current = tmp_path / "current"
    for number in (1, 2):
        create_folder(tmp_path / f"releases/{number}/content")
        current.unlink(missing_ok=True)
        current.symlink_to(tmp_path / f"releases/{number}")
        result = newsgraph("import", current / "content")
        assert (result.exit_code, result.stderr) == (0, "")
    assert f"{tmp_path}/releases/2/content: 1 document" in newsgraph("roots").stdout


def test_a_link_to_the_folder_of_both(newsgraph, tmp_path):
    """It does not lead from one to the other."""
    (tmp_path / "home").symlink_to(tmp_path)
    newsgraph("import", create_folder(tmp_path / "home" / "blog"))
    result = newsgraph("import", create_folder(tmp_path / "home" / "b2"))
    assert result.exit_code == 2
    assert f"and so has {tmp_path}/blog, whose" in result.stderr
