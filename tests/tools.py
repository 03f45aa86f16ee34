"""Programs that some tests need and that pip does not install."""

from __future__ import annotations

import os
import shutil

import pytest

KNOWN_AS = {"chromium": ("chromium", "chromium-browser", "google-chrome")}


def need(tool: str) -> str:
    """Return the tool's path; where it is not installed, skip the test, but fail it in CI."""
    for name in KNOWN_AS.get(tool, (tool,)):
        if path := shutil.which(name):
            return path
    message = f"{tool} is not installed: apt-get install {tool}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
