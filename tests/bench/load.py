"""Load by wrk: one request again and again on some connections, and what came of it."""

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

from tests.bench.errors import CannotMeasure
from tests.bench.places import BENCH

if TYPE_CHECKING:
    from collections.abc import Mapping

_FUTURE = (1_900_000_000, 3_900_000_000)
"""Seconds since 1970 that moments after all documents begin at: the years 2030 to 2093."""


class CannotLoad(CannotMeasure):
    """wrk is missing, or did not tell what it measured."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: a POST where there is a body, else a GET."""

    url: str
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of wrk measured.

    Attributes:
        rate: answers a second.
        p50, p99: of the time to an answer, in milliseconds.
        bytes: of an answer, its head included.
        errors: requests that were refused, cut off, timed out, or answered with 400 or more.
        timeouts: those of them that took more than two seconds.
        load_share: the seconds of processor that wrk itself took, of each second.
        share: the seconds of processor that the service took, of each second.
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
        """Return it for JSON."""
        return asdict(self)


def need_wrk() -> None:
    """Go on if wrk is there.

    Raises:
        CannotLoad: it is missing.
    """
    if shutil.which("wrk") is None:
        raise CannotLoad("wrk is missing; on Debian or Ubuntu: apt-get install wrk")


def load(request: Request, connections: int, seconds: float) -> Run:
    """Ask again and again, each connection as soon as it was answered.

    Args:
        request: what to ask.
        connections: how many ask side by side.
        seconds: for how long.

    Raises:
        CannotLoad: wrk is missing or failed.
    """
    need_wrk()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        told = {"BENCH_HEADERS": "".join(f"{k}: {v}\n" for k, v in request.headers.items())}
        if request.body is not None:
            told["BENCH_BODY"] = str(Path(folder) / "body.json")
            Path(told["BENCH_BODY"]).write_text(request.body, "utf-8")
            told["BENCH_FROM"] = str(random.randint(*_FUTURE))  # noqa: S311 - no secret
        run = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        run += ["-s", str(BENCH / "wrk.lua"), request.url]
        process = subprocess.Popen(
            run, env={**os.environ, **told}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None
        out = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.stdout.close()
        process.returncode = os.waitstatus_to_exitcode(status)
    lines = [line for line in out.splitlines() if line.startswith('{"requests"')]
    if process.returncode or not lines:
        raise CannotLoad(f"wrk could not ask {request.url}:\n{out}")
    return _read(json.loads(lines[-1]), usage.ru_utime + usage.ru_stime)


def _read(told: Mapping[str, Any], busy: float) -> Run:
    good = told["requests"] - told["bad_status"]
    return Run(
        rate=good / told["seconds"],
        p50=told["p50"],
        p99=told["p99"],
        bytes=told["bytes"] / max(1, told["requests"]),
        errors=told["refused"] + told["broken"] + told["bad_status"] + told["timeouts"],
        timeouts=told["timeouts"],
        load_share=busy / told["seconds"],
    )
