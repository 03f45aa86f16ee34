"""Services as processes: started, waited for, looked at, ended."""

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

from tests.bench.errors import CannotMeasure
from tests.bench.places import MADE, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START_SECONDS = 120.0
_TICK = os.sysconf("SC_CLK_TCK")


class CannotStart(CannotMeasure):
    """A service did not come up."""


class Service:
    """A process that answers HTTP; use it as a context manager.

    Args:
        name: of its log in .bench/logs.
        command: what to run; ``{port}`` stands for its port.
        environment: what it has besides ours.
        ready: a path that it answers as soon as it is up.
        pinned: the cores that it may use, as taskset writes them; all if None.
        folder: where it is started.
        port: where it listens; a free one if None.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        ready: str = "/",
        pinned: str | None = None,
        folder: Path = ROOT,
        port: int | None = None,
    ) -> None:
        self.name, self.port = name, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        core = [] if pinned is None else ["taskset", "-c", pinned]
        self._command = [*core, *(part.replace("{port}", str(self.port)) for part in command)]
        self._environment = {**os.environ, **(environment or {}), "PORT": str(self.port)}
        self._ready, self._folder = ready, folder
        self._log = MADE / "logs" / f"{name}.log"

    def __enter__(self) -> Self:
        """Start it, and wait until it answers.

        Raises:
            CannotStart: it ended, or did not answer in time.
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
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it and all that it started."""
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
    def memory(self) -> float:
        """What it and its children hold in memory now, in MB (RSS)."""
        return sum(_resident(pid) for pid in self._pids()) / 1e6

    @property
    def busy(self) -> float:
        """Seconds of processor that it and its children have taken."""
        return sum(_busy(pid) for pid in self._pids())

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                httpx.get(self.url + self._ready, timeout=5)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        last = self._log.read_text("utf-8", "replace")[-2000:]
        raise CannotStart(f"{self.name} did not come up ({self._log}):\n{last}")

    def _pids(self) -> list[int]:
        """Return the processes of its session, its own first."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                pid = int(folder.name)
                try:
                    if os.getsid(pid) == self._process.pid:
                        found.append(pid)
                except ProcessLookupError:
                    continue
        return found


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def _busy(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK
