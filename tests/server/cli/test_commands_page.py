"""docs/commands.md has every option as `--help` prints it, and all exit codes."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from newsgraph.server.cli.main import app
from newsgraph.server.config.settings import Settings
from tests.server.cli.commands_page import (
    COMMANDS,
    documented_commands,
    documented_exit_codes,
    print_help,
    update_help,
)
from tests.server.live import TIMEOUT_SECONDS

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "commands.md"

EXIT_CODE_RUNS = {
    ("import", 0): "import blog",
    ("import", 1): "import broken",
    ("import", 2): "import typo",
    ("import", 3): "import blog; empty blog; import blog",
    ("check", 0): "check blog",
    ("check", 1): "check broken",
    ("check", 2): "check blog --format xml",
    ("serve", 2): "serve typo",
    ("init", 0): "init blog",
    ("init", 1): "empty blog; init blog",
    ("init", 2): "init blog; init blog",
    ("backup", 0): "import blog; backup news.backup blog",
    ("backup", 2): "backup news.backup blog",
    ("restore", 0): "import blog; backup a.backup blog; restore a.backup --database sqlite:///b.db",
    ("restore", 2): "restore none.backup blog",
    ("roots", 0): "roots",
    ("roots", 2): "roots --database sqlite:///none.db",
    ("forget", 0): "import blog; forget blog",
    ("forget", 2): "forget blog",
    ("schema", 0): "schema",
    ("schema", 2): "schema --all",
}
"""Commands, separated by semicolons, of which the last one has the exit code."""

EXIT_CODE_TESTS = {
    ("serve", 0): ("test_serve.py", "test_serves_until_a_signal"),
    ("import", 130): ("test_commands_page.py", "test_ctrl_c_stops_a_command"),
    ("check", 130): ("test_commands_page.py", "test_ctrl_c_stops_a_command"),
}
"""Tests of exit codes that need a process."""


def test_the_help_of_each_command_is_documented():
    """An option is in the page as soon as it exists; `UPDATE_GOLDENS=1` writes it."""
    page = PAGE.read_text("utf-8")
    if os.environ.get("UPDATE_GOLDENS"):
        page = update_help(page)
        PAGE.write_text(page, "utf-8")
    # A new command needs a section with `<!-- newsgraph NAME --help -->` and an empty block.
    assert documented_commands(page) == [None, *COMMANDS]
    assert update_help(page) == page


@pytest.mark.parametrize("command", COMMANDS)
def test_everything_has_a_help_text(command):
    """It is a sentence, and the list of commands has all of its first one."""
    definition = typer.main.get_command(app).commands[command]
    for parameter in definition.params:
        assert parameter.help, parameter.name
        assert parameter.help.endswith("."), parameter.name
    assert definition.help.endswith(".")
    # Types of Python, which a command with `cls=Command` leaves out.
    assert "<" not in print_help(command)
    first_sentence = f"{definition.help.partition('. ')[0].rstrip('.')}."
    assert re.search(rf"^  {command} +{re.escape(first_sentence)}$", print_help(None), re.MULTILINE)


def test_defaults_in_help_texts():
    """They are those of the settings, which options override."""
    options = {
        item.name: item.help for item in typer.main.get_command(app).commands["serve"].params
    }
    for name in ("host", "port", "workers"):
        assert f"Default: {Settings.model_fields[name].default}." in options[name]
    assert Settings.model_fields["access_log"].default is False
    assert "Default: --no-access-log." in options["access_log"]


def test_every_exit_code_is_tested():
    """The page has the exit codes that tests produce, and no others."""
    tested = EXIT_CODE_RUNS.keys() | EXIT_CODE_TESTS.keys()
    assert documented_exit_codes(PAGE.read_text("utf-8")) == tested
    for file, name in EXIT_CODE_TESTS.values():
        assert f"def {name}(" in Path(__file__).with_name(file).read_text("utf-8")


@pytest.mark.parametrize(("command", "code"), EXIT_CODE_RUNS)
def test_exit_codes(tmp_path, command, code):
    """A command ends with the documented exit code."""
    for name, title in (("blog", "The plan"), ("broken", "[")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(f"---\ntitle: {title}\n---\n", "utf-8")
    exit_code = None
    for line in EXIT_CODE_RUNS[command, code].split("; "):
        if line.startswith("empty "):
            (tmp_path / line.removeprefix("empty ") / "a.md").unlink()
        else:
            exit_code = CliRunner().invoke(app, shlex.split(line)).exit_code
    assert exit_code == code


@pytest.mark.process
@pytest.mark.parametrize("command", ["import", "check"])
def test_ctrl_c_stops_a_command(tmp_path, command):
    """It prints nothing, and leaves no temporary files."""
    content = tmp_path / "content"
    content.mkdir()
    for number in range(3000):
        text = f"---\ntitle: Document {number}\n---\n{'Many words. ' * 100}"
        (content / f"{number}.md").write_text(text, "utf-8")
    (tmp_path / "temporary").mkdir()

    def stores():
        return [*tmp_path.glob("data/newsgraph/*.db"), *tmp_path.glob("temporary/*/*.db")]

    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen(
        [sys.executable, "-m", "newsgraph", command, content],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A test can run in the background, where this signal is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not stores() and time.monotonic() < deadline:
            time.sleep(0.01)
        # It has started to read the documents by then, and takes much longer than this.
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=TIMEOUT_SECONDS)
    assert output == (b"", b"")
    assert process.returncode == 130
    assert list((tmp_path / "temporary").iterdir()) == []
