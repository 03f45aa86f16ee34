"""`newsgraph serve --workers`: several processes, a store, a socket."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from newsgraph.gql.options import DEFAULTS
from newsgraph.server.config.settings import Settings
from newsgraph.server.errors import WorkerFailed
from newsgraph.server.runtime.runner import run_until_signal
from newsgraph.server.runtime.sockets import bind
from newsgraph.server.runtime.supervisor import serve_with_workers
from newsgraph.store.errors import DatabaseUnusable
from tests.server.cli.test_serve import COMMAND, address_of, serving
from tests.server.conftest import SEEDS
from tests.server.live import SECONDS, WITHOUT_TLS, import_beside
from tests.store.archive import Archive

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(
        not Path("/proc/self/task").exists(), reason="tells processes apart by /proc"
    ),
]


@pytest.fixture(autouse=True)
def temporary(monkeypatch, tmp_path_factory):
    """Where processes put temporary files: a parent that is killed cannot clear up."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def workers_of(process):
    """The processes that serve."""
    found = []
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        try:
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
        except FileNotFoundError:
            continue
    return found


def sockets_of(pid):
    """How many sockets a process has open; -1 when it has gone."""
    try:
        names = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
    except FileNotFoundError:
        return -1
    return sum(name.startswith("socket:") for name in names)


def soon(condition):
    """Wait until something holds."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def are_gone(pids):
    """Whether none of some processes is left."""
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def client_of(address):
    """A client with a connection of its own."""
    return httpx.Client(base_url=address, trust_env=False, verify=WITHOUT_TLS, timeout=SECONDS)


def ready(address, process):
    """Wait until both workers take connections; give clients with one each, half to each."""
    soon(lambda: len(workers_of(process)) == 2)
    first, second = workers_of(process)
    while True:
        before = sockets_of(first), sockets_of(second)
        stack = ExitStack()
        clients = [stack.enter_context(client_of(address)) for _ in range(6)]
        for client in clients:
            client.get("/healthz").raise_for_status()
        grown = sockets_of(first) - before[0], sockets_of(second) - before[1]
        # A worker that is still about to begin opens others, too.
        if min(grown) > 0 and sum(grown) == len(clients):
            return stack, clients
        stack.close()
        time.sleep(0.1)


def test_all_serve_and_one_that_dies_is_replaced(tmp_path, temporary):
    """An import beside them is in the next answer of each; the counts are of all.

    Nobody is turned away while the place of one is empty, and the log tells. SIGTERM ends all,
    with connections open too; nothing stays behind, be it processes or files.
    """
    archive = Archive(tmp_path / "other")
    archive.write("new.md", title="Brand new", publishedDateTime="2030-01-01")
    (tmp_path / "work").mkdir()
    words = ("--port", 0, "--workers", 2, "--access-log", "--database", "sqlite:///live.db")
    with serving(tmp_path / "work", SEEDS, *words) as process:
        address = address_of(process)
        stack, clients = ready(address, process)
        with stack:
            for client in clients:
                assert client.get("/feeds/all.rss").text.count("<item>") == 4
            import_beside(tmp_path / "work", archive.folder)
            for client in clients:
                assert "Brand new" in client.get("/feeds/all.rss").text
            counts = clients[0].get("/metrics").text
            first, second = workers_of(process)
            os.kill(first, signal.SIGKILL)
            while first in workers_of(process) or len(workers_of(process)) < 2:
                with client_of(address) as client:
                    client.get("/healthz").raise_for_status()
            assert second in workers_of(process)
        stack, _ = ready(address, process)
        with stack:
            pids = workers_of(process)
            process.terminate()
            assert process.wait(SECONDS) == 0
        soon(lambda: are_gone(pids))
        log = process.stderr.read()
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["live.db"]
    assert list(temporary.iterdir()) == []
    lines = re.findall(r'(\d+) INFO uvicorn.access: .*"GET /feeds/all.rss', log)
    assert len(lines) == 12
    assert len(set(lines)) == 2
    (line,) = [line for line in log.splitlines() if "uvicorn.access" not in line]
    assert line.endswith(f"worker {first} ended by SIGKILL; another takes its place")
    answered = re.findall(
        r'^newsgraph_request_seconds_count\{.*kind="feed".*\} (.*)$', counts, re.MULTILINE
    )
    assert sum(map(float, answered)) == 12


@pytest.mark.parametrize("delay", [0, 0.3, None])
def test_ctrl_c_ends_all(tmp_path, temporary, delay):
    """A terminal sends it to all processes, also to those that have only begun.

    Where there is no delay to wait for, all of them serve, and have connections.
    """
    environment = os.environ | {"PYTHONPATH": str(SEEDS.parent)}
    with subprocess.Popen(
        [*COMMAND, SEEDS, "--port", "0", "--workers", "2"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            if delay is None:
                stack, _ = ready(address_of(process), process)
            else:
                stack = ExitStack()
                while process.stdout.readline() != "Ctrl-C stops.\n":
                    pass
                time.sleep(delay)
            with stack:
                os.killpg(process.pid, signal.SIGINT)
                assert process.wait(SECONDS) == 0
        finally:
            process.kill()
        assert process.stderr.read() == ""
    if delay is None:
        files = {path.name for path in tmp_path.iterdir()}
        # SQLite may leave its log where two processes close a database at the same time.
        assert files - {"newsgraph.db-wal", "newsgraph.db-shm"} == {"newsgraph.db"}
        assert list(temporary.iterdir()) == []


def test_workers_end_with_their_parent(tmp_path):
    """Also when it had no time to tell them."""
    with serving(tmp_path, SEEDS, "--port", 0, "--workers", 2) as process:
        stack, _ = ready(address_of(process), process)
        with stack:
            pids = workers_of(process)
            process.kill()
            process.wait(SECONDS)
            soon(lambda: are_gone(pids))


@dataclass
class Broken:
    """What cannot be served."""

    settings: Settings = field(default_factory=lambda: Settings(workers=2))
    graph: object = DEFAULTS
    port: int = 0

    async def open(self):
        """Fail."""
        raise DatabaseUnusable("it is broken")


def test_a_worker_that_cannot_begin_ends_all():
    """Its reason is told, once."""
    with bind("127.0.0.1", 0) as listening, pytest.raises(WorkerFailed, match=r"^it is broken$"):
        run_until_signal(lambda signals: serve_with_workers(Broken(), listening, signals))
