"""The commands, as people type them."""

from __future__ import annotations

import shutil

import pytest
from typer.testing import CliRunner

from newsgraph.gql import sdl
from newsgraph.server.cli.main import app
from newsgraph.server.version import VERSION
from tests.server.conftest import SEEDS


@pytest.fixture
def newsgraph():
    """Run a command in an empty folder."""
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def documents(tmp_path):
    """A folder with one good document and twelve without a title."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.md").write_text("---\ntitle: Good\n---\n", "utf-8")
    for number in range(12):
        (folder / f"bad-{number:02}.md").write_text("---\ntype: article\n---\n", "utf-8")
    return folder


def test_version(newsgraph):
    """What a report of a fault begins with."""
    assert newsgraph("--version").stdout == f"newsgraph {VERSION}\n"


def test_schema(newsgraph):
    """The SDL and nothing else: it is piped into files."""
    assert newsgraph("schema").stdout == sdl()


@pytest.mark.slow
def test_import_says_what_it_did(newsgraph, tmp_path):
    """The second time nothing changes, the revision included."""
    first = newsgraph("import", SEEDS)
    assert first.exit_code == 0, first.output
    numbers = "4 created, 0 updated, 0 unchanged, 0 removed, 0 failed, 0 hidden; revision 1"
    assert first.stdout == f"{numbers}\n"
    assert (tmp_path / "newsgraph.db").is_file()
    assert "0 created, 0 updated, 4 unchanged" in newsgraph("import", SEEDS).stdout


def test_import_tells_failures_and_folds_them(newsgraph, documents):
    """The exit code says that something was left out; the rest went in."""
    result = newsgraph("import", documents)
    assert result.exit_code == 1
    assert "1 created, 0 updated, 0 unchanged, 0 removed, 12 failed" in result.stdout
    assert result.stdout.count("[missing-title]\n    Give") == 10
    assert "… and 2 more like this [missing-title]; `newsgraph check` shows all" in result.stdout
    assert f"{documents}/bad-00.md:" in result.stdout


@pytest.mark.slow
def test_check_tells_all_and_keeps_nothing(newsgraph, documents, tmp_path):
    """Whoever mends a folder sees every fault; no database is made."""
    result = newsgraph("check", documents)
    assert result.exit_code == 1
    assert result.stdout.count("[missing-title]") == 12
    assert "revision" not in result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["documents"]
    assert newsgraph("check", SEEDS).exit_code == 0


def test_a_folder_that_is_not_there_is_a_failure(newsgraph, tmp_path):
    """Not a traceback, and not silence."""
    result = newsgraph("import", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "nowhere: error: " in result.stdout


def test_names_cannot_command_the_terminal(newsgraph, documents):
    """A file's name may hold anything but a slash and NUL."""
    shutil.copy(documents / "bad-00.md", documents / "\x1b[31m[red].md")
    output = newsgraph("check", documents).stdout
    assert r"\x1b[31m[red].md:" in output
    assert "\x1b" not in output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["import", SEEDS, "--database", "mysql://x"], "'mysql://x' is no database address"),
        (["serve", "--database", "sqlite:///no.db"], "no.db cannot be used"),
        (["serve", "--public-url", "news.example"], "--public-url should be a whole address"),
        (["serve", "--port", "70000"], "--port should be less than or equal to 65535"),
        (["serve", "--host", "192.0.2.1"], "this machine has no address 192.0.2.1"),
        (["serve", "--host", "a..b"], "no address is known for the host 'a..b'"),
        (["import"], "Missing argument 'PATH'"),
        (["import", "bad-toml"], "there is no setting 'titel'; did you mean 'title'?"),
        (["serve", "bad-toml"], "there is no setting 'titel'; did you mean 'title'?"),
        (["check", "bad-toml"], "there is no setting 'titel'; did you mean 'title'?"),
        (["serv"], "No such command 'serv'"),
    ],
)
def test_wrong_use_is_told_in_a_line(newsgraph, tmp_path, words, message):
    """Exit code 2 and what to do; a traceback is for our mistakes."""
    (tmp_path / "bad-toml").mkdir()
    (tmp_path / "bad-toml" / "newsgraph.toml").write_text("titel = 'x'\n", "utf-8")
    (tmp_path / "no.db").write_text("This is no database.\n" * 100, "utf-8")
    result = newsgraph(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_settings_beside_the_content_count(newsgraph, tmp_path):
    """The file says where the database is; an option says otherwise."""
    content = tmp_path / "content"
    shutil.copytree(SEEDS, content)
    with (content / "newsgraph.toml").open("a", encoding="utf-8") as file:
        file.write('\ndatabase = "sqlite:///theirs.db"\n')
    newsgraph("import", content)
    assert (tmp_path / "theirs.db").is_file()
    newsgraph("import", content, "--database", "sqlite:///mine.db")
    assert (tmp_path / "mine.db").is_file()
