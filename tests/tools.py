"""Programs that some tests need and that pip does not install."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from newsgraph.server.graphiql.manifest import read

CLIENTS = Path(__file__).resolve().parent / "clients"
"""Where `make npm` puts what npm installs."""

KNOWN_AS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "nginx": ("nginx", "/usr/sbin/nginx"),
}
PACKAGES = {"node": "nodejs", "r2e": "rss2email", "sfeed_update": "sfeed", "sfeed_web": "sfeed"}


def need(tool: str) -> str:
    """Return the tool's path; where it is not installed, skip the test, but fail it in CI."""
    found = next(filter(None, map(shutil.which, KNOWN_AS.get(tool, (tool,)))), None)
    return found or lack(f"{tool} is not installed: apt-get install {PACKAGES.get(tool, tool)}")


def need_npm(package: str) -> Path:
    """Return the folder of the npm packages, if this one is there; else as `need` does."""
    if not (CLIENTS / "node_modules" / package).is_dir():
        lack(f"the npm package {package} is not installed: make npm")
    return CLIENTS


def need_graphiql() -> None:
    """Go on if GraphiQL's files are there; else as `need` does."""
    if read() is None:
        lack("GraphiQL's files are not there: make graphiql")


def lack(message: str) -> NoReturn:
    """Skip the test, or fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
