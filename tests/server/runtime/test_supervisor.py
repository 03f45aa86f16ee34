"""Tests of `newsgraph serve --workers`: several processes on one store and one socket."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.server.cli.test_serve import (
    COMMAND,
    process_environment,
    server_process,
    wait_for_url,
)
from tests.server.conftest import SEEDS
from tests.server.live import NO_CERTIFICATES, TIMEOUT_SECONDS, import_externally
from tests.store.archive import Archive

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(
        not Path("/proc/self/task").exists(), reason="identifies processes by /proc"
    ),
]


@pytest.fixture(autouse=True)
def temporary_folder(monkeypatch, tmp_path_factory):
    """Folder for the processes' temporary files: a killed supervisor cannot remove them."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def worker_pids(process):
    """Return the process ids of a server's workers."""
    pids = []
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        try:
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                pids.append(int(child))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return pids


def socket_count(pid):
    """Return the number of open sockets of a process; -1 if it has ended."""
    try:
        targets = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return -1
    return sum(target.startswith("socket:") for target in targets)


def wait_until(condition):
    """Wait until a condition is true."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def have_ended(pids):
    """Return whether all of the processes have ended."""
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def create_client(url):
    """Create a client, which opens its own connection."""
    return httpx.Client(
        base_url=url, trust_env=False, verify=NO_CERTIFICATES, timeout=TIMEOUT_SECONDS
    )


def connect_to_both_workers(url, process):
    """Open six connections, of which each of two workers has some, once both serve.

    Returns:
        An exit stack that closes the clients, and the clients.
    """
    wait_until(lambda: len(worker_pids(process)) == 2)
    first, second = worker_pids(process)
    while True:
        before = socket_count(first), socket_count(second)
        stack = ExitStack()
        clients = [stack.enter_context(create_client(url)) for _ in range(6)]
        for client in clients:
            client.get("/healthz").raise_for_status()
        added = socket_count(first) - before[0], socket_count(second) - before[1]
        # A worker that is still starting opens other sockets, too.
        if min(added) > 0 and sum(added) == len(clients):
            return stack, clients
        stack.close()
        time.sleep(0.1)


def count_feed_requests(client):
    """Return how many requests for feeds all workers have counted."""
    metrics = client.get("/metrics").text
    pattern = r'^newsgraph_request_seconds_count\{.*kind="feed".*\} (.*)$'
    return sum(map(float, re.findall(pattern, metrics, re.MULTILINE)))


def test_workers_serve_and_are_replaced(tmp_path, temporary_folder):
    """All workers see an external import immediately, and respond with the metrics of all.

    While a dead worker is replaced, no connection is refused, and the log has a line. SIGTERM
    ends all workers, even with open connections, and no processes or files remain.
    """
    archive = Archive(tmp_path / "other")
    archive.write_article("new.md", title="Brand new", publishedDateTime="2024-01-01")
    (tmp_path / "work").mkdir()
    arguments = ("--port", 0, "--workers", 2, "--access-log", "--database", "sqlite:///live.db")
    with server_process(tmp_path / "work", SEEDS, *arguments) as process:
        url = wait_for_url(process)
        stack, clients = connect_to_both_workers(url, process)
        with stack:
            for client in clients:
                assert client.get("/feeds/all.rss").text.count("<item>") == 4
            import_externally(tmp_path / "work", archive.folder)
            for client in clients:
                assert "Brand new" in client.get("/feeds/all.rss").text
            # A response is counted after it was sent.
            wait_until(lambda: count_feed_requests(clients[0]) == 12)
            first, second = worker_pids(process)
            os.kill(first, signal.SIGKILL)
            while first in worker_pids(process) or len(worker_pids(process)) < 2:
                with create_client(url) as client:
                    client.get("/healthz").raise_for_status()
            assert second in worker_pids(process)
        stack, _ = connect_to_both_workers(url, process)
        with stack:
            pids = worker_pids(process)
            process.terminate()
            assert process.wait(TIMEOUT_SECONDS) == 0
        wait_until(lambda: have_ended(pids))
        log = process.stderr.read()
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["live.db"]
    assert list(temporary_folder.iterdir()) == []
    lines = re.findall(r'(\d+) INFO uvicorn.access: .*"GET /feeds/all.rss', log)
    assert len(lines) == 12
    assert len(set(lines)) == 2
    (line,) = [line for line in log.splitlines() if "uvicorn.access" not in line]
    assert line.endswith(f"worker {first} ended by SIGKILL; replacing it")


@pytest.mark.parametrize("delay", [0, 0.3, None])
def test_ctrl_c_ends_all_processes(tmp_path, temporary_folder, delay):
    """Ctrl-C, which a terminal sends to all processes, ends them, even while they start.

    Without a delay all workers serve and have connections when it is sent.
    """
    environment = process_environment()
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
                stack, _ = connect_to_both_workers(wait_for_url(process), process)
            else:
                stack = ExitStack()
                while process.stdout.readline() != "Press Ctrl-C to stop.\n":
                    pass
                time.sleep(delay)
            with stack:
                os.killpg(process.pid, signal.SIGINT)
                assert process.wait(TIMEOUT_SECONDS) == 0
        finally:
            process.kill()
        assert process.stderr.read() == ""
    if delay is None:
        files = {path.name for path in tmp_path.iterdir()}
        # SQLite may leave the WAL behind if two processes close a database at the same time.
        assert files - {"newsgraph.db-wal", "newsgraph.db-shm"} == {"newsgraph.db"}
        assert list(temporary_folder.iterdir()) == []


def test_workers_end_with_their_supervisor(tmp_path):
    """Workers end even if the supervisor is killed."""
    with server_process(tmp_path, SEEDS, "--port", 0, "--workers", 2) as process:
        stack, _ = connect_to_both_workers(wait_for_url(process), process)
        with stack:
            pids = worker_pids(process)
            process.kill()
            process.wait(TIMEOUT_SECONDS)
            wait_until(lambda: have_ended(pids))


def test_a_worker_that_fails_to_start_ends_all(tmp_path):
    """The exit code says that serving failed, and the log why."""
    # The supervisor opens the store before; so its file is replaced while workers start.
    with server_process(tmp_path, SEEDS, "--port", 0, "--workers", 2) as process:
        while process.stdout.readline() != "Press Ctrl-C to stop.\n":
            pass
        (tmp_path / "newsgraph.db").write_bytes(b"not a database" * 100)
        status = process.wait(TIMEOUT_SECONDS)
        log = process.stderr.read()
    assert status == 2, log
    assert "is not a database" in log or "cannot be used" in log
    assert log.splitlines()[-1].startswith("newsgraph: a worker process could not start")


class Load:
    """Clients that send requests all the time, each on a connection of its own.

    Attributes:
        failures: exceptions and statuses of requests that failed.
        request_count: number of requests.
    """

    def __init__(self, url, client_count=4):
        self.failures, self.request_count = [], 0
        self._url, self._is_over = url, threading.Event()
        self._threads = [threading.Thread(target=self._send) for _ in range(client_count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception):
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _send(self):
        with create_client(self._url) as client:
            while not self._is_over.is_set():
                self.request_count += 1
                try:
                    response = client.get("/feeds/all.rss")
                except httpx.TransportError as error:
                    self.failures.append(error)
                else:
                    if response.status_code != httpx.codes.OK:
                        self.failures.append(response.status_code)


def test_sighup_reads_the_settings_again(tmp_path):
    """All workers are replaced without a failed request, and use the new settings.

    Invalid settings are reported, and the workers stay as they are.
    """
    toml = tmp_path / "newsgraph.toml"
    toml.write_text("max_age_seconds = 60\n", "utf-8")
    database = ("--database", f"sqlite:///{tmp_path}/live.db")
    with server_process(tmp_path, SEEDS, "--port", 0, "--workers", 1, *database) as process:
        wait_for_url(process)
    config = ("--config", toml)
    with server_process(tmp_path, "--port", 0, "--workers", 2, *database, *config) as process:
        url = wait_for_url(process)
        wait_until(lambda: len(worker_pids(process)) == 2)
        with create_client(url) as client:
            headers = client.get("/feeds/all.rss").headers
            assert headers["cache-control"] == "public, max-age=60"
        before = worker_pids(process)
        toml.write_text("max_age_seconds = 30\n", "utf-8")
        with Load(url) as load:
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: have_ended(before))
            wait_until(lambda: len(worker_pids(process)) == 2)
        assert load.failures == []
        assert load.request_count > 4
        with create_client(url) as client:
            headers = client.get("/feeds/all.rss").headers
            assert headers["cache-control"] == "public, max-age=30"
        after = worker_pids(process)
        toml.write_text("max_age_seconds = -1\n", "utf-8")
        process.send_signal(signal.SIGHUP)
        lines = [process.stderr.readline(), process.stderr.readline()]
        assert lines[0].endswith("the settings are read again; replacing the workers\n")
        assert "the settings are not read again" in lines[1]
        assert "max_age_seconds" in lines[1]
        assert worker_pids(process) == after
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""


def test_a_worker_that_hangs_is_replaced(tmp_path):
    """Its event loop sends no heartbeats any more; the log has one line."""
    with server_process(tmp_path, SEEDS, "--port", 0, "--workers", 2) as process:
        url = wait_for_url(process)
        stack, _ = connect_to_both_workers(url, process)
        with stack:
            time.sleep(2)  # until there are heartbeats
            first, second = worker_pids(process)
            os.kill(first, signal.SIGSTOP)
            wait_until(lambda: first not in worker_pids(process))
            wait_until(lambda: len(worker_pids(process)) == 2)
            assert second in worker_pids(process)
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
        (line,) = process.stderr.read().splitlines()
    assert line.endswith(f"worker {first} hangs for 10 s; replacing it")
