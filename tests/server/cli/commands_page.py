"""Writes what `--help` prints into docs/commands.md, for `test_commands_page.py`."""

from __future__ import annotations

import re

import typer.main
from typer.testing import CliRunner

from newsgraph.server.cli.main import app

COMMANDS = tuple(typer.main.get_command(app).commands)
"""Names of all commands, in the order of `newsgraph --help`."""

_HELP_BLOCK = re.compile(
    r"(?P<start>^<!-- newsgraph (?:(?P<command>[a-z]+) )?--help -->\n```text\n).*?(?=^```\n)",
    re.MULTILINE | re.DOTALL,
)
_EXIT_CODE_ROW = re.compile(r"^\| (?P<code>\d+) \| (?P<commands>[^|]+) \|", re.MULTILINE)


def print_help(command: str | None) -> str:
    """Return what `newsgraph COMMAND --help` prints, or `newsgraph --help` without a command."""
    arguments = [command, "--help"] if command else ["--help"]
    # A terminal with 80 columns.
    result = CliRunner().invoke(app, arguments, prog_name="newsgraph", terminal_width=78)
    assert result.exit_code == 0
    return result.stdout


def update_help(page: str) -> str:
    """Return a page with what `--help` prints in each of its blocks for that."""
    return _HELP_BLOCK.sub(lambda block: block["start"] + print_help(block["command"]), page)


def documented_commands(page: str) -> list[str | None]:
    """Return the commands whose help a page has, in its order; None is `newsgraph --help`."""
    return [block["command"] for block in _HELP_BLOCK.finditer(page)]


def documented_exit_codes(page: str) -> set[tuple[str, int]]:
    """Return each command with each of its exit codes."""
    return {
        (command, int(row["code"]))
        for row in _EXIT_CODE_ROW.finditer(page)
        for command in (
            COMMANDS if row["commands"] == "all" else re.findall("`([a-z]+)`", row["commands"])
        )
    }
