"""The version of the program."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("newsgraph")
except PackageNotFoundError:
    # A checkout that runs without being installed.
    VERSION = "0+checkout"
