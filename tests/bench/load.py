"""Runs wrk, which repeats a request on several connections, and parses its result."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.errors import MeasurementError
from tests.bench.paths import BENCH_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

_FUTURE_TIMES = (1_900_000_000, 3_900_000_000)
"""Range of Unix times after all documents: the years 2030 to 2093."""


class LoadError(MeasurementError):
    """wrk is missing, or failed."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request: a POST if it has a body, else a GET."""

    url: str
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one run of wrk.

    Attributes:
        rate: successful responses per second.
        p50, p99: percentiles of the response time, in milliseconds.
        bytes: mean size of a response with its headers.
        errors: connections that were refused or broken, timeouts, and statuses of 400 or more.
        timeouts: requests that took more than two seconds; they are among the errors.
        load_share: CPU seconds that wrk used per second.
        share: CPU seconds that the service used per second.
    """

    rate: float
    p50: float
    p99: float
    bytes: float
    errors: int
    timeouts: int
    load_share: float
    share: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the attributes, for JSON."""
        return asdict(self)


def require_wrk() -> None:
    """Check that wrk is installed.

    Raises:
        LoadError: wrk is missing.
    """
    if shutil.which("wrk") is None:
        raise LoadError("wrk is missing; on Debian or Ubuntu: apt-get install wrk")


def run_load(request: Request, connections: int, seconds: float) -> Run:
    """Repeat a request; each connection sends the next one after a response.

    Args:
        request: the request; several bodies, one per line, are sent in turns.
        connections: number of concurrent connections.
        seconds: duration of the run.

    Raises:
        LoadError: wrk is missing or failed.
    """
    require_wrk()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = {"BENCH_HEADERS": "".join(f"{k}: {v}\n" for k, v in request.headers.items())}
        if request.body is not None:
            environment["BENCH_BODY"] = str(Path(folder) / "body.json")
            Path(environment["BENCH_BODY"]).write_text(request.body, "utf-8")
            environment["BENCH_FROM"] = str(random.randint(*_FUTURE_TIMES))  # noqa: S311 - no secret
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command += ["-s", str(BENCH_FOLDER / "wrk.lua"), request.url]
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.stdout.close()
        process.returncode = os.waitstatus_to_exitcode(status)
    lines = [line for line in output.splitlines() if line.startswith('{"requests"')]
    if process.returncode or not lines:
        raise LoadError(f"wrk failed for {request.url}:\n{output}")
    return _parse_result(json.loads(lines[-1]), usage.ru_utime + usage.ru_stime)


def _parse_result(result: Mapping[str, Any], cpu_seconds: float) -> Run:
    successful = result["requests"] - result["bad_status"]
    return Run(
        rate=successful / result["seconds"],
        p50=result["p50"],
        p99=result["p99"],
        bytes=result["bytes"] / max(1, result["requests"]),
        errors=result["refused"] + result["broken"] + result["bad_status"] + result["timeouts"],
        timeouts=result["timeouts"],
        load_share=cpu_seconds / result["seconds"],
    )
