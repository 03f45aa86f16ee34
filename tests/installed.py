"""newsgraph as others have it: a wheel, installed where the checkout is not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 20

DOCUMENTS = {
    "2024-02-01-tides.md": """\
---
title: "Tides turn turbines"
publishedDateTime: 2024-02-01T08:00:00Z
webUrl: "https://news.example/tides"
type: article
provider:
  name: Example News
  domain: news.example
topics: [Energy]
---
The *first* turbine turns.
""",
    "2024-02-02-snow.md": """\
---
title: "Snow & ice in <March>"
publishedDateTime: 2024-02-02T08:00:00Z
webUrl: "https://weather.example/snow"
type: article
provider:
  name: Example Weather
  domain: weather.example
topics: [Weather]
---
""",
}


def run(*command: str | Path, cwd: Path) -> None:
    """Run a command to its end; where it fails, its output is the reason given."""
    done = subprocess.run(
        command, cwd=cwd, env=plain_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def plain_environment() -> dict[str, str]:
    """The environment without what would let the checkout or its settings shine through."""
    ours = ("NEWSGRAPH_", "PYTHON", "VIRTUAL_ENV", "COV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from the checkout."""
    out = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT)
    run(*build, cwd=out)
    return next(out.glob("newsgraph-*.whl"))


@pytest.fixture(scope="session")
def newsgraph(wheel, tmp_path_factory) -> Path:
    """The `newsgraph` command of a new virtual environment that holds the wheel."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    pip = (venv / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(sys.executable, "-m", "venv", venv, cwd=venv.parent)
    locked = ("--no-deps", "--no-build-isolation", "--use-pep517", "--require-hashes")
    for lock in ("requirements-build.lock", "requirements.lock"):
        run(*pip, "install", *locked, "--requirement", ROOT / lock, cwd=venv.parent)
    run(*pip, "install", "--no-deps", wheel, cwd=venv.parent)
    run(*pip, "check", cwd=venv.parent)
    return venv / "bin" / "newsgraph"


@contextmanager
def serving(newsgraph: Path, content: Path, cwd: Path) -> Iterator[str]:
    """The address of a server of that folder, which ends cleanly on SIGTERM."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [newsgraph, "serve", content, "--host", "127.0.0.1", "--port", str(port)]
    log = cwd / "stderr.log"
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            command, cwd=cwd, env=plain_environment(), stdout=subprocess.DEVNULL, stderr=stderr
        ) as process,
    ):
        try:
            await_health(address, process, log)
            yield address
            process.send_signal(signal.SIGTERM)
            assert process.wait(STOP_SECONDS) == 0, log.read_text("utf-8")
        finally:
            process.kill()
    assert "Traceback" not in log.read_text("utf-8")


def await_health(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when /healthz answers; fail with the server's own words when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        assert not ended, f"serve ended with {process.returncode}:\n{log.read_text('utf-8')}"
        try:
            if httpx.get(f"{address}/healthz", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"no /healthz within {START_SECONDS} s:\n{log.read_text('utf-8')}")
