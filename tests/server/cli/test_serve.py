"""`newsgraph serve`, as a process of its own."""

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
from tests.server.live import SECONDS, WITHOUT_TLS

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-W", "error", "-m", "newsgraph", "serve"]


@contextmanager
def serving(folder, *words):
    """A process that serves; ended afterwards whatever happens."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*COMMAND, *map(str, words)],
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


def address_of(process, port=None):
    """Where it says that it serves; returns when it answers there.

    What it says is its public address; where that is another, it has to be given its port.
    """
    told = ""
    while not told.endswith("Ctrl-C stops.\n"):
        line = process.stdout.readline()
        assert line, process.stderr.read()
        told += line
    address = f"http://127.0.0.1:{port}" if port else re.search(r"http://127\.0\.0\.1:\d+", told)[0]
    deadline = time.monotonic() + SECONDS
    with httpx.Client(trust_env=False, verify=WITHOUT_TLS, timeout=SECONDS) as client:
        while time.monotonic() < deadline:
            try:
                client.get(f"{address}/healthz").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return address
    pytest.fail("no answer")
    return None


@pytest.mark.process
def test_serves_until_a_signal_and_ends_well(tmp_path):
    """Stopping is no failure, and closes the database: no write-ahead log stays behind.

    Without a folder nothing is imported, and what an earlier import brought is there. Requests
    are not logged by default: a log of who reads what is nobody's business.
    """
    logged = ("--access-log", "--workers", 1)
    for number, words in ((signal.SIGTERM, (SEEDS,)), (signal.SIGINT, logged)):
        with serving(tmp_path, *words, "--port", 0) as process:
            address = address_of(process)
            with httpx.Client(base_url=address, trust_env=False, verify=WITHOUT_TLS) as client:
                assert client.get("/feeds/topics/ai.rss").text.count("<item>") == 4
                # The connection is kept alive: it must not keep the server.
                process.send_signal(number)
                assert process.wait(SECONDS) == 0
            log = process.stderr.read()
        assert [path.name for path in tmp_path.iterdir()] == ["newsgraph.db"]
        if words == logged:
            # Were it not the process itself that serves, its number would be before the level.
            assert re.search(r'(?m)^\S+ \S+ INFO .*"GET /feeds/topics/ai.rss HTTP/1.1" 200', log)
        else:
            assert log == ""


@pytest.mark.process
def test_documents_that_fail_do_not_stop_it(tmp_path):
    """One bad file must not take a site down."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "bad.md").write_text("---\ntitle: [\n---\n", "utf-8")
    (content / "good.md").write_text("---\ntitle: Good\n---\n", "utf-8")
    with serving(tmp_path, content, "--port", 0) as process:
        address = address_of(process)
        assert "Good" in httpx.get(address, trust_env=False).text


def test_a_port_that_is_taken_is_told(tmp_path):
    """Before anything is imported, in a line, with exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = CliRunner().invoke(app, ["serve", str(SEEDS), "--port", str(port)])
    assert done.exit_code == 2
    assert done.stderr.startswith(
        f"newsgraph: port {port} of 127.0.0.1 is taken by another program"
    )
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
def test_a_signal_during_the_import_ends_it(tmp_path):
    """Nobody waits for the rest of a large folder; the store stays whole."""
    content = tmp_path / "content"
    content.mkdir()
    for number in range(3000):
        text = f"---\ntitle: Document {number}\n---\n{'Many words. ' * 100}"
        (content / f"{number}.md").write_text(text, "utf-8")
    with serving(tmp_path, content, "--port", 0) as process:
        deadline = time.monotonic() + SECONDS
        while not is_open(tmp_path / "newsgraph.db") and time.monotonic() < deadline:
            time.sleep(0.01)
        # The import follows at once, and takes much longer than this.
        time.sleep(0.2)
        process.terminate()
        assert process.wait(SECONDS) == 0
        assert process.stderr.read() == ""
        assert "Home page" not in process.stdout.read()
    with closing(sqlite3.connect(tmp_path / "newsgraph.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert state_of(tmp_path / "newsgraph.db").revision == 0


def is_open(path):
    """Tell whether a process has made the tables of a store."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM state").fetchone() is not None
    except sqlite3.OperationalError:
        return False


def state_of(path):
    """Open a store, and return where it stands."""

    async def opened():
        store = await Store.open(f"sqlite:///{path}", "https://unused.example")
        try:
            return await store.state()
        finally:
            await store.close()

    return asyncio.run(opened())
