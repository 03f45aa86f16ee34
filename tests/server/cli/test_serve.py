"""Tests of `newsgraph serve` as a process."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from newsgraph.server.cli.main import app
from newsgraph.store.store import Store
from tests.server.conftest import SEEDS
from tests.server.live import NO_CERTIFICATES, TIMEOUT_SECONDS

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-W", "error", "-m", "newsgraph", "serve"]


def process_environment():
    """Return the environment of a command, whose store is in its working folder by default."""
    return os.environ | {"PYTHONPATH": str(ROOT), "NEWSGRAPH_DATABASE": "sqlite:///newsgraph.db"}


@contextmanager
def server_process(folder, *arguments, prefix=()):
    """Run `newsgraph serve` in a folder; yields the process, and kills it in the end.

    Args:
        folder: the working folder.
        *arguments: arguments of the command.
        prefix: a program that runs the command, with its arguments.
    """
    environment = process_environment()
    with subprocess.Popen(
        [*prefix, *COMMAND, *map(str, arguments)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_url(process, port=None):
    """Return the URL that a server process prints, after the server has responded there.

    With --public-url the process prints that URL, so the caller has to pass the port.
    """
    output = ""
    while not output.endswith("Press Ctrl-C to stop.\n"):
        line = process.stdout.readline()
        assert line, process.stderr.read()
        output += line
    url = f"http://127.0.0.1:{port}" if port else re.search(r"http://127\.0\.0\.1:\d+", output)[0]
    deadline = time.monotonic() + TIMEOUT_SECONDS
    with httpx.Client(trust_env=False, verify=NO_CERTIFICATES, timeout=TIMEOUT_SECONDS) as client:
        while time.monotonic() < deadline:
            try:
                client.get(f"{url}/healthz").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return url
    pytest.fail("no response")
    return None


@pytest.mark.process
def test_serves_until_a_signal(tmp_path):
    """A signal ends the server with exit code 0 and closes the database without a WAL file.

    Without a folder the articles of an earlier import are served. Requests are logged only with
    --access-log, as a log shows who reads what.
    """
    logged = ("--access-log", "--workers", 1)
    for number, arguments in ((signal.SIGTERM, (SEEDS,)), (signal.SIGINT, logged)):
        with server_process(tmp_path, *arguments, "--port", 0) as process:
            url = wait_for_url(process)
            with httpx.Client(base_url=url, trust_env=False, verify=NO_CERTIFICATES) as client:
                assert client.get("/feeds/topics/ai.rss").text.count("<item>") == 4
                # The connection is kept alive; it must not delay the shutdown.
                process.send_signal(number)
                assert process.wait(TIMEOUT_SECONDS) == 0
            log = process.stderr.read()
        assert [path.name for path in tmp_path.iterdir()] == ["newsgraph.db"]
        if arguments == logged:
            # With one worker there is no worker process: the lines have no process id.
            assert re.search(r'(?m)^\S+ \S+ INFO .*"GET /feeds/topics/ai.rss HTTP/1.1" 200', log)
        else:
            assert log == ""


@pytest.mark.process
def test_invalid_documents_do_not_stop_the_server(tmp_path):
    """The server starts even if a document has errors."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "bad.md").write_text("---\ntitle: [\n---\n", "utf-8")
    (content / "good.md").write_text("---\ntitle: Good\n---\n", "utf-8")
    with server_process(tmp_path, content, "--port", 0) as process:
        url = wait_for_url(process)
        assert "Good" in httpx.get(url, trust_env=False).text


def test_a_taken_port(tmp_path):
    """A taken port is an error before the import, with one line and exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = CliRunner().invoke(app, ["serve", str(SEEDS), "--port", str(port)])
    assert result.exit_code == 2
    assert result.stderr.startswith(
        f"newsgraph: port {port} of 127.0.0.1 is taken by another program"
    )
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
def test_a_signal_ends_the_import(tmp_path):
    """A signal during an import ends the process, and the store stays at its revision."""
    content = tmp_path / "content"
    content.mkdir()
    for number in range(3000):
        text = f"---\ntitle: Document {number}\n---\n{'Many words. ' * 100}"
        (content / f"{number}.md").write_text(text, "utf-8")
    with server_process(tmp_path, content, "--port", 0) as process:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not has_tables(tmp_path / "newsgraph.db") and time.monotonic() < deadline:
            time.sleep(0.01)
        # The import has started by then, and takes much longer than this.
        time.sleep(0.2)
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""
        assert "Articles" not in process.stdout.read()
    with closing(sqlite3.connect(tmp_path / "newsgraph.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert state_of(tmp_path / "newsgraph.db").revision == 0


def has_tables(path):
    """Return whether a process has created the tables of a store."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM state").fetchone() is not None
    except sqlite3.OperationalError:
        return False


def state_of(path):
    """Open a store, and return its state."""

    async def read():
        store = await Store.open(f"sqlite:///{path}", "https://unused.example")
        try:
            return await store.state()
        finally:
            await store.close()

    return asyncio.run(read())
