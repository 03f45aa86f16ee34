"""Each folder has a store of its own; the commands that list and remove folders."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import httpx
import pytest
from typer.testing import CliRunner

from newsgraph.server.cli.main import app
from tests.server.cli.test_serve import server_process, wait_for_url
from tests.server.live import NO_CERTIFICATES, TIMEOUT_SECONDS


@pytest.fixture
def newsgraph():
    """A function that runs a command in an empty folder."""
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def blog(tmp_path):
    """A folder with two documents, one of them hidden."""
    return create_folder(tmp_path / "blog")


def create_folder(folder, toml=""):
    """Create a folder with two documents, one of them hidden."""
    folder.mkdir()
    name = folder.name
    (folder / f"{name}-a.md").write_text("---\ntitle: A\n---\n", "utf-8")
    (folder / f"{name}-b.md").write_text("---\ntitle: B\npublished: false\n---\n", "utf-8")
    if toml:
        (folder / "newsgraph.toml").write_text(toml, "utf-8")
    return folder


def stores(tmp_path):
    """Return the names of the stores in the user's data, without their digests."""
    return sorted(path.stem[:-9] for path in (tmp_path / "data" / "newsgraph").iterdir())


def test_each_folder_has_its_own_store(newsgraph, tmp_path, blog):
    """Folders with the same name have different ones; the store of an id moves with the folder."""
    (tmp_path / "other").mkdir()
    same_name = create_folder(tmp_path / "other" / "blog")
    with_id = create_folder(tmp_path / "news", 'id = "daily"')
    for folder in (blog, same_name, with_id):
        assert "2 created" in newsgraph("import", folder).stdout
    assert stores(tmp_path) == ["blog", "blog", "daily"]
    moved = with_id.rename(tmp_path / "moved")
    result = newsgraph("import", moved)
    assert "2 unchanged" in result.stdout
    assert "also contains" not in result.stdout
    assert len(stores(tmp_path)) == 3


def test_a_folder_that_gets_an_id_keeps_store_and_documents(newsgraph, tmp_path, blog):
    """Nothing is refused, and the store gets the name of the id; a dry run changes nothing."""
    newsgraph("import", blog)
    (blog / "newsgraph.toml").write_text('id = "daily"', "utf-8")
    dry = newsgraph("import", blog, "--dry-run")
    assert stores(tmp_path) == ["blog"]
    result = newsgraph("import", blog)
    assert stores(tmp_path) == ["daily"]
    assert (result.exit_code, result.stderr) == (0, "")
    in_dry_run = dry.stdout.replace("revision 1", "revision 2").splitlines()[1:]
    assert result.stdout.splitlines()[1:] == in_dry_run
    assert in_dry_run[0] == (
        f"Feed readers show entries of {blog} again, as the ids that newsgraph gives them have "
        "changed. With the id 'blog' they stay as they were."
    )
    assert "0 created, 2 updated, 0 unchanged, 0 removed, 0 failed" in result.stdout
    assert "also contains" not in result.stdout
    assert f"    daily: {blog}: 2 documents" in newsgraph("roots").stdout
    assert "2 unchanged" in newsgraph("import", blog).stdout


@pytest.mark.process
def test_a_server_keeps_its_store_when_the_folder_gets_an_id(newsgraph, tmp_path, blog):
    """An import meanwhile goes into the server's store, which gets its new name later."""
    own_store = ("env", "-u", "NEWSGRAPH_DATABASE")
    with server_process(tmp_path, blog, "--port", 0, prefix=own_store) as process:
        url = wait_for_url(process)
        (blog / "newsgraph.toml").write_text('id = "daily"\ntitle = "Daily"', "utf-8")
        assert "0 created, 2 updated" in newsgraph("import", blog).stdout
        assert "Daily" in httpx.get(url, trust_env=False).text
        (blog / "newsgraph.toml").write_text('id = "weekly"\ntitle = "Weekly"', "utf-8")
        assert "0 created, 2 updated" in newsgraph("import", blog).stdout
        assert "Weekly" in httpx.get(url, trust_env=False).text
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
    assert stores(tmp_path) == ["blog"]
    assert "2 unchanged" in newsgraph("import", blog).stdout
    assert stores(tmp_path) == ["weekly"]


def test_a_store_with_other_folders_says_so(newsgraph, tmp_path, blog):
    """The import names them, and how to remove them."""
    other = create_folder(tmp_path / "other")
    database = ("--database", "sqlite:///both.db")
    newsgraph("import", blog, *database)
    output = newsgraph("import", other, *database).stdout
    assert f"The store also contains the documents of {blog}. `newsgraph forget`" in output


def test_a_folder_with_another_id(newsgraph, blog):
    """It is not another folder, also in a dry run, and the import names the store."""
    database = ("--database", "sqlite:///x.db")
    for collection_id in ("seven", "eight"):
        (blog / "newsgraph.toml").write_text(f'id = "{collection_id}"', "utf-8")
        for option in ("--dry-run", "--allow-removals"):
            output = newsgraph("import", blog, *database, option).stdout
            assert output.startswith("Database:  sqlite:///x.db\n")
            assert "also contains" not in output
    assert newsgraph("roots", *database).stdout.splitlines()[1:] == [
        f"    eight: {blog}: 2 documents, 1 of them hidden"
    ]
    assert newsgraph("import", blog, *database, "--quiet").stdout == ""
    result = newsgraph("forget", blog, *database)
    assert result.stdout == "2 documents of eight removed from sqlite:///x.db\n"


def test_several_ids_of_one_folder(newsgraph, tmp_path, blog):
    """Such as of collections that were in its place one after the other: one has to be named."""
    database = ("--database", "sqlite:///x.db")
    newsgraph("import", blog, *database)
    for collection_id in ("seven", "eight"):
        other = create_folder(tmp_path / collection_id, f'id = "{collection_id}"')
        newsgraph("import", other, *database)
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection, connection:
        connection.execute("UPDATE root SET folder = ?", (str(blog),))
    shutil.rmtree(blog)
    output = newsgraph("import", tmp_path / "eight", *database).stdout
    assert f"The store also contains the documents of {blog}, {blog} with the id seven." in output
    result = newsgraph("forget", blog, *database)
    assert f"2 documents of {blog} removed" in result.stdout
    # The import has set the folder of the other one.
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection, connection:
        connection.execute("UPDATE root SET folder = ?", (str(blog),))
    result = newsgraph("forget", blog, *database)
    assert result.exit_code == 2
    assert "was imported with several ids: seven, eight; name one of them" in result.stderr
    assert newsgraph("forget", "seven", *database).exit_code == 0
    assert newsgraph("forget", blog, *database).exit_code == 0
    assert "no folders" in newsgraph("roots", *database).stdout


def test_roots_lists_all_stores(newsgraph, tmp_path, blog):
    """It shows ids, folders, numbers of documents, and folders that are gone."""
    assert newsgraph("roots").stdout.startswith("There are no stores yet")
    with_id = create_folder(tmp_path / "news", 'id = "daily"')
    newsgraph("import", blog)
    newsgraph("import", with_id)
    shutil.rmtree(with_id)
    output = newsgraph("roots").stdout
    assert f"    {blog}: 2 documents, 1 of them hidden\n" in output
    assert f"    daily: {with_id}: 2 documents, 1 of them hidden, the folder is gone\n" in output
    assert output.count("sqlite:///") == 2
    (tmp_path / "data" / "newsgraph" / "broken.db").write_text("no database " * 100)
    broken = newsgraph("roots")
    assert broken.exit_code == 0
    assert "broken.db cannot be used" in broken.stdout
    assert newsgraph("roots", "--database", "sqlite:///none.db").exit_code == 2


@pytest.mark.parametrize("named_by", ["id", "folder"])
def test_forget_removes_a_folder(newsgraph, tmp_path, blog, named_by):
    """Its documents are gone, those of other folders stay, and it can be imported again."""
    with_id = create_folder(tmp_path / "news", 'id = "daily"')
    database = ("--database", "sqlite:///both.db")
    newsgraph("import", blog, *database)
    newsgraph("import", with_id, *database)
    root = "daily" if named_by == "id" else with_id
    result = newsgraph("forget", root, *database)
    assert result.stdout == "2 documents of daily removed from sqlite:///both.db\n"
    output = newsgraph("roots", *database).stdout
    assert str(blog) in output
    assert "daily" not in output
    assert newsgraph("forget", root, *database).exit_code == 2
    assert "2 unchanged" in newsgraph("import", blog, *database).stdout
    assert "2 created" in newsgraph("import", with_id, *database).stdout


def test_forget_finds_the_store(newsgraph, tmp_path, blog):
    """A folder in several stores has to be named with one of them."""
    newsgraph("import", blog)
    data = tmp_path / "data" / "newsgraph"
    (store,) = data.iterdir()
    shutil.copy(store, data / "copy.db")
    result = newsgraph("forget", blog)
    assert result.exit_code == 2
    assert f"{str(blog)!r} is in several stores: sqlite:///{store}" in result.stderr
    (data / "copy.db").unlink()
    assert newsgraph("forget", blog).exit_code == 0
    assert "no folders" in newsgraph("roots").stdout


def test_a_dry_run_changes_nothing(newsgraph, blog):
    """Its report is that of an import, with diagnostics that need all documents."""
    database = ("--database", "sqlite:///x.db")
    newsgraph("import", blog, *database)
    (blog / "c.md").write_text("---\ntitle: C\nwebUrl: https://a.example/1\n---\n", "utf-8")
    (blog / "d.md").write_text("---\ntitle: D\nwebUrl: https://a.example/1\n---\n", "utf-8")
    dry = newsgraph("import", blog, *database, "--dry-run")
    assert "2 created, 0 updated, 2 unchanged" in dry.stdout
    assert "revision 1" in dry.stdout
    assert "[same-url]" in dry.stderr
    real = newsgraph("import", blog, *database)
    assert (real.stdout, real.stderr) == (
        dry.stdout.replace("revision 1", "revision 2"),
        dry.stderr,
    )


def test_json_and_quiet(newsgraph, blog):
    """The JSON has the counts and all diagnostics; --quiet prints errors alone."""
    for number in range(12):
        (blog / f"bad-{number:02}.md").write_text("---\ntitle: [\n---\n", "utf-8")
    (blog / "warn.md").write_text("---\ntitle: W\nimage: 5\n---\n", "utf-8")
    result = newsgraph("import", blog, "--json")
    report = json.loads(result.stdout)
    assert (report["created"], report["failed"], report["hidden"]) == (3, 12, 1)
    assert report["roots"] == [{"name": str(blog), "folder": str(blog), "kind": "plain"}]
    assert len([item for item in report["diagnostics"] if item["code"] == "broken-yaml"]) == 12
    assert result.stderr == ""
    quiet = newsgraph("import", blog, "--quiet")
    assert (quiet.exit_code, quiet.stdout) == (1, "")
    assert quiet.stderr.count(": error: ") == 12
    assert ": warning: " not in quiet.stderr


@pytest.mark.process
def test_settings_travel_with_the_store(newsgraph, tmp_path):
    """Without a folder, the server has the settings of the folder's last import, or of a file."""
    folder = create_folder(
        tmp_path / "news", 'title = "Daily"\nintrospection = false\nhub = "none"'
    )
    database = ("--database", "sqlite:///moved.db")
    newsgraph("import", folder, *database)
    # The file of the working folder counts only if it is named.
    (tmp_path / "newsgraph.toml").write_text('introspection = true\ntitle = "Other"', "utf-8")
    shutil.rmtree(folder)
    for config, expected in ((), 404), (("--config", "newsgraph.toml"), 200):
        with server_process(tmp_path, *database, *config, "--port", 0) as process:
            url = wait_for_url(process)
            with httpx.Client(base_url=url, trust_env=False, verify=NO_CERTIFICATES) as client:
                assert client.get("/schema.graphql").status_code == expected
                assert "Daily" in client.get("/").text
