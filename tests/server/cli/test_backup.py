"""``backup`` and ``restore`` find the store by the same rule as the other commands."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from newsgraph.server.cli.main import app
from tests.server.cli.test_serve import server_process, wait_for_url


@pytest.fixture
def newsgraph():
    """A function that runs a command in an empty folder."""
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def blog(tmp_path):
    """A folder with a document."""
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: A\ndate: 2021-01-01\n---\n", "utf-8")
    return folder


def test_the_store_of_a_folder(newsgraph, tmp_path, blog):
    """A lost store comes back, and an import of the folder finds nothing to do."""
    newsgraph("import", blog)
    file = tmp_path / "blog.backup"
    result = newsgraph("backup", file, blog)
    (store,) = (tmp_path / "data" / "newsgraph").iterdir()
    size = f"{file.stat().st_size:,}"
    assert result.stdout == f"{file}: revision 1 of sqlite:///{store}, {size} bytes\n"
    refused = newsgraph("backup", file, blog)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"newsgraph: {file} exists already; --force replaces it\n"
    assert newsgraph("backup", file, blog, "--force").exit_code == 0
    store.unlink()
    store.parent.rmdir()
    result = newsgraph("restore", file, blog)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"sqlite:///{store}: revision 1 of {file}\n"
    assert "1 unchanged" in newsgraph("import", blog).stdout
    refused = newsgraph("restore", file, blog)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"newsgraph: {store} exists already; --force replaces it\n"
    assert newsgraph("restore", file, blog, "--force").exit_code == 0


def test_a_named_store(newsgraph, tmp_path, blog, monkeypatch):
    """The option, the variable and the folder's newsgraph.toml name it; without any, an error."""
    newsgraph("import", blog, "--database", "sqlite:///x.db")
    assert "sqlite:///x.db" in newsgraph("backup", "1", "--database", "sqlite:///x.db").stdout
    for command in ("backup", "restore"):
        nameless = newsgraph(command, "1")
        assert nameless.exit_code == 2
        assert "name a folder, or a store with --database" in nameless.stderr
        typo = newsgraph(command, "1", tmp_path / "blgo")
        assert typo.exit_code == 2
        assert f"did you mean {blog}?" in typo.stderr
    (blog / "newsgraph.toml").write_text('database = "sqlite:///y.db"', "utf-8")
    assert "sqlite:///y.db" in newsgraph("restore", "1", blog).stdout
    monkeypatch.setenv("NEWSGRAPH_DATABASE", "sqlite:///z.db")
    assert "sqlite:///z.db" in newsgraph("restore", "1").stdout


@pytest.mark.process
def test_a_store_that_is_served(newsgraph, tmp_path, blog):
    """A backup needs no pause; a restored store does, so it is refused."""
    database = ("--database", f"sqlite:///{tmp_path}/x.db")
    newsgraph("import", blog, *database)
    with server_process(tmp_path, blog, *database, "--port", 0) as process:
        wait_for_url(process)
        assert newsgraph("backup", "1", *database).exit_code == 0
        refused = newsgraph("restore", "1", *database, "--force")
        assert refused.exit_code == 2
        assert "is in use by another process; stop it" in refused.stderr
        assert process.poll() is None
    # The server was killed, so its write-ahead log is still there.
    assert newsgraph("restore", "1", *database, "--force").exit_code == 0
    assert "1 unchanged" in newsgraph("import", blog, *database).stdout
