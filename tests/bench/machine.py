"""Describes the machine, and the versions of all programs and packages."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.paths import ROOT
from tests.bench.peers.install import PEERS

_PROGRAMS = {
    "wrk": ["wrk", "-v"],
    "nginx": ["/usr/sbin/nginx", "-v"],
    "Node.js": ["node", "--version"],
}
_PACKAGES = ("newsgraph", "strawberry-graphql", "uvicorn", "uvloop", "httptools", "aiosqlite")


def describe_machine() -> dict[str, str]:
    """Return the facts about the machine, by name."""
    facts = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "commit": _output_of(["git", "-C", str(ROOT), "describe", "--always", "--dirty"]),
    }
    for name in _PACKAGES:
        try:
            facts[name] = version(name)
        except PackageNotFoundError:
            continue
    facts |= {name: _find_version(_output_of(command)) for name, command in _PROGRAMS.items()}
    facts |= _locked_versions()
    if paths := sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        facts["PostgreSQL"] = _find_version(_output_of([str(paths[-1]), "--version"]))
    return {name: value for name, value in facts.items() if value}


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor()
    match = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return match[1] if match else platform.machine()


def _locked_versions() -> dict[str, str]:
    """Return the versions of the peers from their lock files."""
    versions = {}
    for folder, names in {
        "mercurius": ("mercurius", "fastify", "better-sqlite3"),
        "postgraphile": ("postgraphile",),
    }.items():
        lock = json.loads((PEERS / folder / "package-lock.json").read_text("utf-8"))
        for name in names:
            versions[name] = lock["packages"][f"node_modules/{name}"]["version"]
    for line in (PEERS / "datasette.lock").read_text("utf-8").splitlines():
        if line.startswith("datasette-graphql=="):
            versions["datasette-graphql"] = line.partition("==")[2].split()[0]
    return versions


def _output_of(command: list[str]) -> str:
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except OSError:
        return ""
    return (run.stdout or run.stderr).strip()


def _find_version(text: str) -> str:
    match = re.search(r"\d+(\.\d+)+", text)
    return match[0] if match else ""
