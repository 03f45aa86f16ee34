"""The commands in the documentation work, and print what is shown below them.

A line that begins with ``$`` is a command, lines that begin with ``>`` continue it, and the lines
below it are its output, in which ``…`` stands for any text. A block without ``$`` that calls curl
shows no output. All run against a server of the seeds.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from newsgraph.server.cli.main import app
from tests.external_programs import require_tool
from tests.server.live import running_server
from tests.store.archive import Archive
from tests.store_files import SEEDS

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))
}
DOCUMENTED_URL = "http://127.0.0.1:8000"
BLOCK = re.compile(r"(?:^(?:    .*)?\n)*^    .*\n(?:^(?:    .*)?\n)*", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMANDS = typer.main.get_command(app).commands
NEWSGRAPH = re.compile(rf"\bnewsgraph ({'|'.join(COMMANDS)})((?: (?:--?)?[\w./:=-]+)*)")
MAKE = re.compile(r"(?:^    |`)make ([a-z-]+)", re.MULTILINE)
PYTEST_PATH = re.compile(r"-m pytest (\S+)")
COMMAND_SECONDS = 300

VALIDITY = "server/feeds/test_validity.py"
RUN_ELSEWHERE = {
    "$ curl -si http://127.0.0.1:8000/feeds/topics/ai.atom": (
        "server/feeds/test_validators.py",
        "test_delta_requires_that_articles_were_only_added_or_updated",
    ),
    "$ make serve": (
        "server/graphiql/test_download.py",
        "test_without_a_network_existing_files_stay",
    ),
    "$ python3 -m venv venv && venv/bin/pip": (VALIDITY, "test_rss_has_required_elements"),
    "$ venv/bin/python src/demo.py": (VALIDITY, "test_rss_has_required_elements"),
    "$ .venv/bin/python -c 'from pathlib": (VALIDITY, "test_xml_is_well_formed"),
    "$ .venv/bin/newsgraph serve /tmp/nasty": (VALIDITY, "test_xml_is_well_formed"),
    "$ .venv/bin/python\n": (VALIDITY, "test_atom_has_required_elements"),
    "curl -N http://127.0.0.1:8000/graphql": (
        "server/test_live_subscriptions.py",
        "test_documentation_example",
    ),
    "export NEWSGRAPH_TRUSTED_DOCUMENTS": (
        "server/config/test_trusted_documents.py",
        "test_read_trusted_documents",
    ),
}
"""Beginnings of commands that need another server, or the network, and a test of what they show."""


def read_sessions(text):
    """Return the (command, output) pairs of each block of a page that shows commands.

    Output is None where a block shows none.
    """
    sessions = []
    for match in BLOCK.finditer(FENCE.sub("", text)):
        block = re.sub(r"^ {4}", "", match[0].strip("\n"), flags=re.MULTILINE)
        if block.startswith("$ "):
            for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
                command, output = split_command(part)
                sessions.append((command, output))
        elif re.search(r"^curl ", block, re.MULTILINE):
            sessions.append((block, None))
    return sessions


def split_command(part):
    """Split a command from its output: it ends where its quotes and continued lines do."""
    lines = part.splitlines()
    for count in range(1, len(lines) + 1):
        command = re.sub(r"^> ", "", "\n".join(lines[:count])[2:], flags=re.MULTILINE)
        is_complete = subprocess.run(
            ["bash", "-n"], input=command, text=True, capture_output=True, check=False
        )
        if is_complete.stderr == "" and not command.endswith("\\"):
            return command, "\n".join(lines[count:])
    raise AssertionError(f"no complete command: {part}")


def is_run_elsewhere(command):
    """Return whether another test holds a command."""
    return any(f"{command}\n".startswith(begin.removeprefix("$ ")) for begin in RUN_ELSEWHERE)


def run_session(commands, folder, url):
    """Run commands in one shell, which knows its earlier variables; return their outputs."""
    mark = "=== next ==="
    script = f"\nprintf '\\n%s\\n' '{mark}'\n".join(commands)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "XDG_DATA_HOME": str(folder / "data"),
    }
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-e", "-c", script.replace(DOCUMENTED_URL, url)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS * len(commands),
    )
    assert result.returncode == 0, (result.stdout, result.stderr)
    outputs = result.stdout.replace("\r", "").replace(url, DOCUMENTED_URL).split(f"\n{mark}\n")
    return [output.strip() for output in outputs]


def output_pattern(output):
    """Return a regular expression that matches a documented output."""
    return ".*".join(map(re.escape, output.strip().split("…")))


def prepare_documents(name, folder):
    """Make what the commands of a page work on; return the folders that the server imports."""
    if name == "docs/commands.md":
        shutil.copytree(SEEDS, folder / "seeds")
    if name != "docs/documents.md":
        return (SEEDS,)
    archive = Archive(folder / "robots")
    [taxonomy] = re.findall(r"^    (taxonomy: topic\n(?:    .+\n)+)", PAGES[name], re.MULTILINE)
    (archive.folder / "robotics.yaml").write_text(taxonomy.replace("    ", ""), "utf-8")
    archive.write_article("a.md", topics=["Robots"])
    return (archive.folder,)


@pytest.mark.process
@pytest.mark.parametrize(
    "name",
    [
        name
        for name, text in PAGES.items()
        if any(not is_run_elsewhere(command) for command, _ in read_sessions(text))
    ],
)
def test_commands_print_what_is_shown(tmp_path, name):
    """The commands of a page succeed, and their output is the documented one."""
    sessions = [pair for pair in read_sessions(PAGES[name]) if not is_run_elsewhere(pair[0])]
    for tool in ("curl", "newsboat", "sfeed_web"):
        if any(tool in command for command, _ in sessions):
            require_tool(tool)
    roots = prepare_documents(name, tmp_path)
    (tmp_path / "server").mkdir()
    with running_server(tmp_path / "server", roots=roots) as (url, _statuses):
        outputs = run_session([command for command, _ in sessions], tmp_path, url)
    assert len(outputs) == len(sessions)
    for (command, expected), output in zip(sessions, outputs, strict=True):
        if expected is not None:
            pattern = output_pattern(expected)
            assert re.fullmatch(pattern, output, re.DOTALL), (command, expected, output)


@pytest.mark.parametrize(("begin", "test"), RUN_ELSEWHERE.items())
def test_other_commands_have_a_test(begin, test):
    """A command that is not run here is in the documentation, and its test exists."""
    assert any(begin.removeprefix("$ ").strip() in text for text in PAGES.values())
    path, name = test
    assert f"def {name}(" in (ROOT / "tests" / path).read_text("utf-8")


@pytest.mark.parametrize(
    ("command", "arguments"),
    sorted({match for text in PAGES.values() for match in NEWSGRAPH.findall(text)}),
)
def test_command_lines_are_valid(command, arguments):
    """Commands have the documented options."""
    options = {name for parameter in COMMANDS[command].params for name in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", arguments)) <= options | {"--help"}


def test_make_targets_exist():
    """The documentation names only targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {target for text in PAGES.values() for target in MAKE.findall(text)}
    assert len(targets) > 8
    assert [name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_paths_of_tests_exist():
    """The documentation names only tests that exist."""
    paths = {path for text in PAGES.values() for path in PYTEST_PATH.findall(text)}
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
