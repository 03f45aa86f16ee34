"""Which version of the program runs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("newsgraph")
except PackageNotFoundError:
    # A checkout that is run without being installed.
    VERSION = "0+checkout"
