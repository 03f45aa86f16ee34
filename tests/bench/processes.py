"""Services as processes: starts them, waits until they are ready, and stops them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import httpx

from tests.bench.errors import MeasurementError
from tests.bench.paths import ROOT, WORK_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START_TIMEOUT_SECONDS = 120.0
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class StartError(MeasurementError):
    """A service did not start."""


class Service:
    """A process that serves HTTP; use it as a context manager.

    Args:
        name: name of its log in .bench/logs.
        command: the command; ``{port}`` is replaced by the port.
        environment: variables in addition to those of this process.
        ready_path: path that has a response as soon as the service has started.
        cpu_list: cores that it may use, in the syntax of taskset; all if None.
        folder: working directory.
        port: port that it listens on; a free one if None.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        ready_path: str = "/",
        cpu_list: str | None = None,
        folder: Path = ROOT,
        port: int | None = None,
    ) -> None:
        self.name, self.port = name, port or find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        pinning = [] if cpu_list is None else ["taskset", "-c", cpu_list]
        self._command = [*pinning, *(part.replace("{port}", str(self.port)) for part in command)]
        self._environment = {**os.environ, **(environment or {}), "PORT": str(self.port)}
        self._ready_path, self._folder = ready_path, folder
        self._log = WORK_FOLDER / "logs" / f"{name}.log"

    def __enter__(self) -> Self:
        """Start it, and wait until it responds.

        Raises:
            StartError: it ended, or did not respond in time.
        """
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and all processes that it started."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):  # it ended just now
                os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    @property
    def memory_mb(self) -> float:
        """Current memory of it and its children (RSS), in MB."""
        return sum(_resident_bytes(pid) for pid in self._pids()) / 1e6

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds that it and its children have used."""
        return sum(_cpu_seconds(pid) for pid in self._pids())

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                httpx.get(self.url + self._ready_path, timeout=5)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        log_end = self._log.read_text("utf-8", "replace")[-2000:]
        raise StartError(f"{self.name} did not start ({self._log}):\n{log_end}")

    def _pids(self) -> list[int]:
        """Return the ids of the processes of its session."""
        pids = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                pid = int(folder.name)
                try:
                    if os.getsid(pid) == self._process.pid:
                        pids.append(pid)
                except ProcessLookupError:
                    continue
        return pids


def find_free_port() -> int:
    """Return a port of this machine that no process listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _resident_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND
