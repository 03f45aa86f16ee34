"""newsgraph as users have it: a wheel, installed outside of the checkout."""

from __future__ import annotations

import fcntl
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 60

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


def write_documents(folder: Path) -> Path:
    """Write the documents into a new folder in `folder`, and return it."""
    content = folder / "content"
    content.mkdir()
    for name, text in DOCUMENTS.items():
        (content / name).write_text(text, "utf-8")
    return content


def run_command(*command: str | Path, cwd: Path) -> None:
    """Run a command to its end; if it fails, the error message contains its output."""
    completed = subprocess.run(
        command, cwd=cwd, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, f"{command}\n{completed.stdout}\n{completed.stderr}"


def clean_environment() -> dict[str, str]:
    """Return the environment without variables of settings, of Python and of the checkout."""
    removed = ("NEWSGRAPH_", "PYTHON", "VIRTUAL_ENV", "COV")
    return {name: value for name, value in os.environ.items() if not name.startswith(removed)}


@contextmanager
def shared_folder(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all pytest-xdist workers share, and whether this worker has to fill it.

    The other workers wait meanwhile. If filling it fails, the next worker starts again.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, done = base / name, base / f"{name}-is-complete"
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
    """Folder with the source distribution of the checkout, and the wheel built from that."""
    with shared_folder(tmp_path_factory, "dist") as (out, is_new):
        if is_new:
            run_command(
                sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out
            )
    return out


@pytest.fixture(scope="session")
def wheel(distributions) -> Path:
    """Path of the wheel."""
    return next(distributions.glob("newsgraph-*.whl"))


@pytest.fixture(scope="session")
def newsgraph(wheel, tmp_path_factory) -> Path:
    """Path of the `newsgraph` command in a new virtual environment with the wheel.

    Only the packages of `requirements.lock` are linked from the environment of the tests. Whether
    pip can install them is tested by `make check-locks`.
    """
    with shared_folder(tmp_path_factory, "installed") as (folder, is_new):
        if is_new:
            create_environment(folder, wheel)
    return folder / "venv" / "bin" / "newsgraph"


def create_environment(folder: Path, wheel: Path, *packages: Path) -> Path:
    """Create a virtual environment with the wheel and its locked packages.

    Args:
        folder: folder to create it in.
        wheel: path of the wheel.
        packages: folders with further packages, which are linked into it.

    Returns:
        The folder with its commands.
    """
    venv = folder / "venv"
    run_command(sys.executable, "-m", "venv", "--without-pip", venv, cwd=folder)
    site_packages = next(venv.glob("lib/python*/site-packages"))
    link_locked_packages(site_packages)
    for package in itertools.chain.from_iterable(map(Path.iterdir, packages)):
        link = site_packages / package.name
        if package.name not in ("bin", "__pycache__") and not link.exists():
            link.symlink_to(package)
    pip = (sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "--quiet")
    run_command(*pip, "install", "--no-index", "--no-deps", wheel, cwd=folder)
    run_command(*pip, "check", cwd=folder)
    return venv / "bin"


def link_locked_packages(site_packages: Path) -> None:
    """Link the packages of `requirements.lock` into an environment."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for line in re.findall(r"^[a-z].*==.*(?= \\$)", lock, re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate():
            continue
        distribution = metadata.distribution(requirement.name)
        assert distribution.version in requirement.specifier, f"{line} is missing: make setup"
        for name in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            link = site_packages / name
            if not link.exists():
                link.symlink_to(Path(distribution.locate_file(name)))


@contextmanager
def running_server(newsgraph: Path, content: Path, cwd: Path) -> Iterator[str]:
    """Serve a folder in a process that must end cleanly on SIGTERM; yields its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening_socket:
        port = listening_socket.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [newsgraph, "serve", content, "--host", "127.0.0.1", "--port", str(port)]
    # Not in the developer's own folder of data.
    environment = clean_environment() | {"XDG_DATA_HOME": str(cwd / "data")}
    log = cwd / "stderr.log"
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=stderr
        ) as process,
    ):
        try:
            wait_until_ready(url, process, log)
            yield url
            process.send_signal(signal.SIGTERM)
            assert process.wait(STOP_TIMEOUT_SECONDS) == 0, log.read_text("utf-8")
        finally:
            process.kill()
    assert "Traceback" not in log.read_text("utf-8")


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the import has ended; otherwise fail with the server's log."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    with httpx.Client(trust_env=False, timeout=START_TIMEOUT_SECONDS) as client:
        while time.monotonic() < deadline:
            is_running = process.poll() is None
            assert is_running, f"serve ended with {process.returncode}:\n{log.read_text('utf-8')}"
            with suppress(httpx.TransportError):
                if client.get(f"{url}/readyz").status_code == httpx.codes.OK:
                    return
            time.sleep(0.1)
    message = f"/readyz did not respond with 200 within {START_TIMEOUT_SECONDS} s"
    pytest.fail(f"{message}:\n{log.read_text('utf-8')}")
