"""What was measured on, and which versions of what."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.peers.install import PEERS
from tests.bench.places import ROOT

_PROGRAMS = {
    "wrk": ["wrk", "-v"],
    "nginx": ["/usr/sbin/nginx", "-v"],
    "Node.js": ["node", "--version"],
}
_PACKAGES = ("newsgraph", "strawberry-graphql", "uvicorn", "uvloop", "httptools", "aiosqlite")


def machine() -> dict[str, str]:
    """Return facts by name, all as text."""
    facts = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "commit": _said(["git", "-C", str(ROOT), "describe", "--always", "--dirty"]),
    }
    for name in _PACKAGES:
        try:
            facts[name] = version(name)
        except PackageNotFoundError:
            continue
    facts |= {name: _number(_said(command)) for name, command in _PROGRAMS.items()}
    facts |= _locked()
    if found := sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        facts["PostgreSQL"] = _number(_said([str(found[-1]), "--version"]))
    return {name: value for name, value in facts.items() if value}


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor()
    found = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def _locked() -> dict[str, str]:
    """Return the versions of peers, as their locks have them."""
    found = {}
    for folder, names in {
        "mercurius": ("mercurius", "fastify", "better-sqlite3"),
        "postgraphile": ("postgraphile",),
    }.items():
        lock = json.loads((PEERS / folder / "package-lock.json").read_text("utf-8"))
        for name in names:
            found[name] = lock["packages"][f"node_modules/{name}"]["version"]
    for line in (PEERS / "datasette.lock").read_text("utf-8").splitlines():
        if line.startswith("datasette-graphql=="):
            found["datasette-graphql"] = line.partition("==")[2].split()[0]
    return found


def _said(command: list[str]) -> str:
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except OSError:
        return ""
    return (run.stdout or run.stderr).strip()


def _number(text: str) -> str:
    found = re.search(r"\d+(\.\d+)+", text)
    return found[0] if found else ""
