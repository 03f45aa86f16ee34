"""Installs the peers into .bench/ from the lock files here, once for each version of a lock."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from tests.bench.errors import MeasurementError
from tests.bench.paths import BENCH_FOLDER, PYTHON, WORK_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PEERS = BENCH_FOLDER / "peers"
_OPEN_SQLITE = ("node", "-e", "new (require('better-sqlite3'))(':memory:')")
_NODE_HEADERS = Path("/usr/include/node/node.h")


class PeerUnavailable(MeasurementError):
    """A peer cannot run on this machine; the message says what is missing."""


def install_mercurius() -> Path:
    """Install mercurius, and return its node_modules.

    Raises:
        PeerUnavailable: there is no Node.js, or the installation failed.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise PeerUnavailable(
                f"{program} is missing; on Debian or Ubuntu: apt-get install nodejs npm"
            )
    # The headers of an installed Node.js need no download.
    headers = {"npm_config_nodedir": "/usr"} if _NODE_HEADERS.exists() else {}
    compile_ = ["npm", "rebuild", "better-sqlite3", "--build-from-source"]
    return _install_node_modules("mercurius", [(compile_, headers), (_OPEN_SQLITE, {})])


def install_postgraphile() -> tuple[Path, Path]:
    """Install PostGraphile, and return a Node.js of version 22 or newer and its folder.

    Raises:
        PeerUnavailable: the installation failed.
    """
    node = install_python_packages("tools").with_name("node")
    modules = _install_node_modules("postgraphile", [])
    # An ES module only finds imports relative to its own folder.
    shutil.copy(PEERS / "postgraphile" / "graphile.config.mjs", modules.parent)
    return node, modules.parent


def _install_node_modules(name: str, steps: Sequence[tuple[Sequence[str], dict[str, str]]]) -> Path:
    file_names = ("package.json", "package-lock.json", ".npmrc")
    folder = WORK_FOLDER / f"{name}-{_digest(PEERS / name / file for file in file_names)}"
    if not (folder / "done").exists():
        if shutil.which("npm") is None:
            raise PeerUnavailable("npm is missing; on Debian or Ubuntu: apt-get install npm")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in file_names:
            shutil.copy(PEERS / name / file, folder)
        Console().print(f"Installing {name} ...")
        quiet_options = ("--no-audit", "--no-fund", "--loglevel=error")
        _run(["npm", "ci", "--ignore-scripts", *quiet_options], folder)
        for command, environment in steps:
            _run(command, folder, environment)
        (folder / "done").touch()
    return folder / "node_modules"


def install_python_packages(name: str) -> Path:
    """Install peers/NAME.lock into a virtual environment, and return its Python.

    Raises:
        PeerUnavailable: the installation failed.
    """
    lock = PEERS / f"{name}.lock"
    folder = WORK_FOLDER / f"venv-{name}-{_digest([lock])}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        Console().print(f"Installing {lock.name} ...")
        _run([PYTHON, "-m", "venv", str(folder)], WORK_FOLDER)
        quiet_options = ["--quiet", "--no-input", "--disable-pip-version-check"]
        pip = [str(folder / "bin" / "python"), "-m", "pip", *quiet_options]
        # A lock is complete; without a resolver, newer releases on the index change nothing.
        lock_options = ["--no-deps", "--no-build-isolation", "--require-hashes", "--requirement"]
        _run([*pip, "install", *lock_options, str(lock)], WORK_FOLDER)
        _run([*pip, "check"], WORK_FOLDER)
        (folder / "done").touch()
    return folder / "bin" / "python"


def _digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def _run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    run = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        summary = " ".join(command[:4])
        raise PeerUnavailable(
            f"{summary} ended with {run.returncode}:\n{(run.stderr or run.stdout)[-1500:]}"
        )
