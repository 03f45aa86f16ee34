"""Tests of the commands and their options."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from typer.testing import CliRunner

from newsgraph.gql.executable_schema import sdl
from newsgraph.server.cli.main import app
from newsgraph.server.version import VERSION
from tests.server.conftest import SEEDS


@pytest.fixture
def newsgraph():
    """A function that runs a command in an empty folder."""
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def documents(tmp_path):
    """A folder with one valid document and twelve with invalid YAML."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.md").write_text("---\ntitle: Good\n---\n", "utf-8")
    for number in range(12):
        (folder / f"bad-{number:02}.md").write_text("---\ntitle: [\n---\n", "utf-8")
    return folder


def test_version(newsgraph):
    """The option --version prints the program's name and version."""
    assert newsgraph("--version").stdout == f"newsgraph {VERSION}\n"


def test_schema(newsgraph):
    """The command prints the SDL and nothing else, so that it can be piped into a file."""
    assert newsgraph("schema").stdout == sdl()


@pytest.mark.slow
def test_import_prints_counts(newsgraph, tmp_path):
    """The report has the number of documents by outcome; a second import changes none."""
    first = newsgraph("import", SEEDS)
    assert first.exit_code == 0, first.output
    counts = "4 created, 0 updated, 0 unchanged, 0 removed, 0 failed, 0 hidden; revision 1"
    (store,) = (tmp_path / "data" / "newsgraph").iterdir()
    assert first.stdout == f"Database:  sqlite:///{store}\n{counts}\n"
    assert re.fullmatch(r"newsgraph-seeds-[0-9a-f]{8}\.db", store.name)
    assert "0 created, 0 updated, 4 unchanged" in newsgraph("import", SEEDS).stdout


@pytest.mark.parametrize("command", ["import", "check"])
def test_a_broken_configuration(newsgraph, tmp_path, command):
    """Nothing is imported; the message has file, line, column and what to do."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "_config.yml").write_text("title: S\nexclude: [\n", "utf-8")
    (folder / "a.md").write_text("---\ntitle: A\n---\n", "utf-8")
    result = newsgraph(command, folder)
    assert result.exit_code == 1
    # `check` is run for its diagnostics; those of an import are beside its result.
    diagnostics = result.stdout if command == "check" else result.stderr
    assert f"{folder}/_config.yml:3:1: error: The configuration cannot be read." in diagnostics
    assert "[broken-configuration]\n    Correct the file." in diagnostics
    assert "no document of this folder was imported. [unchanged-folder]\n" in diagnostics
    assert " 1 created" not in f" {result.stdout}"


def test_import_limits_the_diagnostics_of_one_code(newsgraph, documents):
    """Valid documents are imported; errors are printed up to a limit and set the exit code."""
    result = newsgraph("import", documents)
    assert result.exit_code == 1
    assert "1 created, 0 updated, 0 unchanged, 0 removed, 12 failed" in result.stdout
    assert result.stderr.count("[broken-yaml]\n    3 | ---\n      | ^\n    Correct") == 10
    assert "… and 2 more like this [broken-yaml]; `newsgraph check` shows all" in result.stderr
    assert f"{documents}/bad-00.md:" in result.stderr


@pytest.mark.slow
def test_check_prints_all_diagnostics_and_creates_no_database(newsgraph, documents, tmp_path):
    """The command prints every diagnostic, and leaves no file behind."""
    result = newsgraph("check", documents)
    assert result.exit_code == 1
    assert result.stdout.count("[broken-yaml]") == 12
    assert "revision" not in result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["documents"]
    assert newsgraph("check", SEEDS).exit_code == 0


def test_check_ends_in_words(newsgraph, tmp_path):
    """The last line says how many documents are fine, and what the others are."""
    folder = tmp_path / "site"
    folder.mkdir()
    for name, text in (
        ("good.md", "---\ntitle: Good\n---\n"),
        ("draft.md", "---\ntitle: Draft\ndraft: true\n---\n"),
        ("later.md", "---\ntitle: Later\ndate: 2999-01-01\n---\n"),
        ("wrong.md", "---\ntitle: a\ntitle: b\ndate: soon\n---\n"),
        ("twice.md", "---\ntitle: a\ntitle: b\n---\n"),
        ("broken.md", "---\ntitle: [\n---\n"),
        ("README.md", "No front matter\n"),
    ):
        (folder / name).write_text(text, "utf-8")
    result = newsgraph("check", folder)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == (
        "3 documents are fine, 1 has warnings, 1 has errors, 1 is refused. "
        "2 documents are hidden, 1 of them until its time comes. "
        "1 warning is about folders or files that are no documents."
    )
    (folder / "broken.md").unlink()
    (folder / "wrong.md").unlink()
    assert newsgraph("check", folder).exit_code == 0


@pytest.mark.parametrize("output_format", ["json", "sarif"])
def test_check_prints_only_the_object(newsgraph, tmp_path, output_format):
    """Programs read it from standard output; the exit code is the same as for text."""
    folder = tmp_path / "blog"
    (folder / "_posts").mkdir(parents=True)
    post = folder / "_posts" / "2024-05-02-a.md"
    for text, exit_code in (("---\ntitle: [\n---\n", 1), ("---\ntitle: A\n---\n", 0)):
        post.write_text(text, "utf-8")
        result = newsgraph("check", "--format", output_format, folder)
        assert result.exit_code == exit_code
        assert result.stderr == ""
        value = json.loads(result.stdout)
        results = value["diagnostics"] if output_format == "json" else value["runs"][0]["results"]
        assert len(results) == exit_code
        assert result.stdout.isascii()


def test_check_prints_only_workflow_commands(newsgraph, documents):
    """Each problem is one line, with a path relative to the working directory."""
    lines = newsgraph("check", "--format", "github", documents).stdout.splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("::error file=documents/bad-00.md,line=3,col=1,title=broken-yaml::")
    (documents.parent / "empty").mkdir()
    result = newsgraph("check", "--format", "github", "empty")
    assert result.stdout.startswith("::error file=empty,title=no-documents::")
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "import", "serve"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("docments", "there is no folder docments; did you mean documents?"),
        ("nowhere", "there is no folder nowhere"),
        ("documents/good.md", "documents/good.md is a file; name the folder that contains it"),
    ],
)
def test_a_mistyped_folder_leaves_nothing_behind(
    newsgraph, documents, tmp_path, command, name, message
):
    """The message names a similar folder; neither a store nor a folder is created."""
    result = newsgraph(command, name)
    assert (result.exit_code, result.stderr) == (2, f"newsgraph: {message}\n")
    assert list(tmp_path.iterdir()) == [documents]


def test_the_kind_of_an_archive_is_printed(newsgraph, tmp_path):
    """The report names the generator and the file that shows it, without control characters."""
    folder = tmp_path / "blog\x1b[31m"
    (folder / "_posts").mkdir(parents=True)
    (folder / "_posts" / "2024-05-02-a.md").write_text("---\n---\nText\n", "utf-8")
    for command in ("check", "import"):
        result = newsgraph(command, folder)
        assert result.exit_code == 0
        assert (
            rf"{tmp_path}/blog\x1b[31m: read as an archive of Jekyll, because of "
            rf"{tmp_path}/blog\x1b[31m/_posts"
        ) in result.stdout
        assert "\x1b" not in result.stdout


def test_an_emptied_folder_changes_nothing(newsgraph, documents):
    """The exit code is 3 until the removal is allowed."""
    newsgraph("import", documents)
    (documents / "good.md").unlink()
    for path in documents.iterdir():
        path.unlink()
    result = newsgraph("import", documents)
    assert result.exit_code == 3
    assert "lacks 1 of the 1 documents" in result.stderr
    result = newsgraph("import", "--allow-removals", documents)
    assert result.exit_code == 1
    assert "1 removed" in result.stdout
    assert "[no-documents]" in result.stderr


def test_control_characters_in_file_names_are_escaped(newsgraph, documents):
    """A file name with an escape sequence does not change the terminal's state."""
    shutil.copy(documents / "bad-00.md", documents / "\x1b[31m[red].md")
    output = newsgraph("check", documents).stdout
    assert r"\x1b[31m[red].md:" in output
    assert "\x1b" not in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", SEEDS, "--database", "mysql://x"], "'mysql://x' is not a database URL"),
        (["serve", "--database", "sqlite:///no.db"], "no.db cannot be used"),
        (["serve", "--public-url", "news.example"], "--public-url should be a complete URL"),
        (["serve", "--port", "70000"], "--port should be less than or equal to 65535"),
        (["serve", SEEDS, "--host", "192.0.2.1"], "this machine has no address 192.0.2.1"),
        (["serve", SEEDS, "--host", "a..b"], "no address is known for the host 'a..b'"),
        (["import"], "Missing argument 'PATH'"),
        (["import", "bad-toml"], "there is no setting 'titel'; did you mean 'title'?"),
        (["serve", "bad-toml"], "there is no setting 'titel'; did you mean 'title'?"),
        (["check", "bad-toml"], "there is no setting 'titel'; did you mean 'title'?"),
        (["serv"], "No such command 'serv'. Did you mean 'serve'?"),
        (
            ["bad-toml"],
            "No such command 'bad-toml'. To serve this folder: newsgraph serve bad-toml",
        ),
        (["."], "No such command '.'. To serve this folder: newsgraph serve ."),
        (["./none", "--port", "1"], "No such command './none'"),
        (["check", SEEDS, "--format", "xml"], "'xml' is not one of 'text', 'json', 'github', 's"),
        (["serve"], "name a folder, or a store with --database"),
        (["serve", "--database", "sqlite:///none.db"], "there is no store none.db"),
        (["serve", SEEDS, "--config", "none.toml"], "there is no file none.toml"),
        (["import", SEEDS, "--config", "bad-toml/newsgraph.toml"], "no setting 'titel'"),
        (["forget", "blog"], "there is no folder 'blog' in the stores of this user"),
    ],
)
def test_usage_errors(newsgraph, tmp_path, arguments, message):
    """A usage error prints a message without a traceback, and the exit code is 2."""
    (tmp_path / "bad-toml").mkdir()
    (tmp_path / "bad-toml" / "newsgraph.toml").write_text("titel = 'x'\n", "utf-8")
    (tmp_path / "no.db").write_text("This is no database.\n" * 100, "utf-8")
    result = newsgraph(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_settings_of_the_content_folder(newsgraph, tmp_path):
    """The newsgraph.toml of the folder sets the database; an option overrides it."""
    content = tmp_path / "content"
    shutil.copytree(SEEDS, content)
    with (content / "newsgraph.toml").open("a", encoding="utf-8") as file:
        file.write('\ndatabase = "sqlite:///file.db"\n')
    newsgraph("import", content)
    assert (tmp_path / "file.db").is_file()
    newsgraph("import", content, "--database", "sqlite:///option.db")
    assert (tmp_path / "option.db").is_file()
