"""External programs and files that some tests need and that pip does not install."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from newsgraph.server.graphiql.manifest import read_files

CLIENTS = Path(__file__).resolve().parent / "clients"
"""Folder into which `make npm` installs npm packages."""

EXECUTABLE_NAMES = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "nginx": ("nginx", "/usr/sbin/nginx"),
}
APT_PACKAGES = {
    "node": "nodejs",
    "prlimit": "util-linux",
    "r2e": "rss2email",
    "sfeed_update": "sfeed",
    "sfeed_web": "sfeed",
}


def require_tool(tool: str) -> str:
    """Return the path of a program; without it, skip the test, or fail it in CI."""
    path = next(filter(None, map(shutil.which, EXECUTABLE_NAMES.get(tool, (tool,)))), None)
    return path or skip_or_fail(
        f"{tool} is not installed: apt-get install {APT_PACKAGES.get(tool, tool)}"
    )


def require_npm_package(package: str) -> Path:
    """Return the folder of the npm packages; without this one, skip the test, or fail it in CI."""
    if not (CLIENTS / "node_modules" / package).is_dir():
        skip_or_fail(f"the npm package {package} is not installed: make npm")
    return CLIENTS


def require_graphiql() -> None:
    """Without GraphiQL's files, skip the test, or fail it in CI."""
    if read_files() is None:
        skip_or_fail("GraphiQL's files are not there: make graphiql")


def skip_or_fail(message: str) -> NoReturn:
    """Skip the test, or fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
