"""Puts together what peers need, in .bench/, from the lock files here; once for each lock."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from tests.bench.errors import CannotMeasure
from tests.bench.places import BENCH, MADE, PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PEERS = BENCH / "peers"
_OPEN_SQLITE = ("node", "-e", "new (require('better-sqlite3'))(':memory:')")
_NODE_HEADERS = Path("/usr/include/node/node.h")


class Missing(CannotMeasure):
    """A peer cannot run here; the message says what it lacks."""


def mercurius() -> Path:
    """Return the node_modules of the mercurius peer.

    Raises:
        Missing: there is no Node.js, or something does not install.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Missing(f"{program} is missing; on Debian or Ubuntu: apt-get install nodejs npm")
    # Headers that came with Node.js need no download.
    headers = {"npm_config_nodedir": "/usr"} if _NODE_HEADERS.exists() else {}
    compile_ = ["npm", "rebuild", "better-sqlite3", "--build-from-source"]
    return _node_modules("mercurius", [(compile_, headers), (_OPEN_SQLITE, {})])


def postgraphile() -> tuple[Path, Path]:
    """Return a Node.js of at least version 22, and the folder of the PostGraphile peer.

    Raises:
        Missing: something does not install.
    """
    node = python("tools").with_name("node")
    modules = _node_modules("postgraphile", [])
    # An ES module finds what it imports beside itself only.
    shutil.copy(PEERS / "postgraphile" / "graphile.config.mjs", modules.parent)
    return node, modules.parent


def _node_modules(name: str, steps: Sequence[tuple[Sequence[str], dict[str, str]]]) -> Path:
    names = ("package.json", "package-lock.json", ".npmrc")
    folder = MADE / f"{name}-{_digest(PEERS / name / one for one in names)}"
    if not (folder / "done").exists():
        if shutil.which("npm") is None:
            raise Missing("npm is missing; on Debian or Ubuntu: apt-get install npm")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for one in names:
            shutil.copy(PEERS / name / one, folder)
        Console().print(f"Installing {name} ...")
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        _run(["npm", "ci", "--ignore-scripts", *quiet], folder)
        for command, environment in steps:
            _run(command, folder, environment)
        (folder / "done").touch()
    return folder / "node_modules"


def python(name: str) -> Path:
    """Return the Python of a virtual environment with peers/NAME.lock in it.

    Raises:
        Missing: something does not install.
    """
    lock = PEERS / f"{name}.lock"
    folder = MADE / f"venv-{name}-{_digest([lock])}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        Console().print(f"Installing {lock.name} ...")
        _run([PYTHON, "-m", "venv", str(folder)], MADE)
        quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
        pip = [str(folder / "bin" / "python"), "-m", "pip", *quiet]
        # A lock is complete: without a resolver, newer releases on the index change nothing.
        locked = ["--no-deps", "--no-build-isolation", "--require-hashes", "--requirement"]
        _run([*pip, "install", *locked, str(lock)], MADE)
        _run([*pip, "check"], MADE)
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
        shown = " ".join(command[:4])
        raise Missing(f"{shown} ended with {run.returncode}:\n{(run.stderr or run.stdout)[-1500:]}")
