"""newsgraph as others have it: a wheel, installed where the checkout is not."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 60

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


@contextmanager
def made_once(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all workers of a run have in common, and whether this one has to fill it.

    The others wait meanwhile. Where filling it fails, the next worker begins anew.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, done = base / name, base / f"{name}-is-made"
    with (base / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_new = not done.exists()
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        yield folder, is_new
        done.touch()


@pytest.fixture(scope="session")
def distributions(tmp_path_factory) -> Path:
    """The folder of the source distribution of the checkout, and of the wheel made from that."""
    with made_once(tmp_path_factory, "dist") as (out, is_new):
        if is_new:
            run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    return out


@pytest.fixture(scope="session")
def wheel(distributions) -> Path:
    """The wheel."""
    return next(distributions.glob("newsgraph-*.whl"))


@pytest.fixture(scope="session")
def newsgraph(wheel, tmp_path_factory) -> Path:
    """The `newsgraph` command of a new virtual environment that holds the wheel.

    What `requirements.lock` lists is linked from the environment of the tests, and nothing else
    is: whether pip can install the list is `make check-locks`'s to say.
    """
    with made_once(tmp_path_factory, "installed") as (folder, is_new):
        venv = folder / "venv"
        if is_new:
            run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=folder)
            link_locked(next(venv.glob("lib/python*/site-packages")))
            pip = (sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "--quiet")
            run(*pip, "install", "--no-index", "--no-deps", wheel, cwd=folder)
            run(*pip, "check", cwd=folder)
    return venv / "bin" / "newsgraph"


def link_locked(site_packages: Path) -> None:
    """Link the packages of `requirements.lock` into an environment."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for line in re.findall(r"^[a-z].*==.*(?= \\$)", lock, re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate():
            continue
        distribution = metadata.distribution(requirement.name)
        assert distribution.version in requirement.specifier, f"make setup: {line} is not here"
        for name in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            link = site_packages / name
            if not link.exists():
                link.symlink_to(Path(distribution.locate_file(name)))


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
    with httpx.Client(trust_env=False, timeout=START_SECONDS) as client:
        while time.monotonic() < deadline:
            ended = process.poll() is not None
            assert not ended, f"serve ended with {process.returncode}:\n{log.read_text('utf-8')}"
            try:
                if client.get(f"{address}/healthz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    pytest.fail(f"no /healthz within {START_SECONDS} s:\n{log.read_text('utf-8')}")
