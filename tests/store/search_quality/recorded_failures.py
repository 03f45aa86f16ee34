"""The recorded failures: queries that the search of newsgraph does not answer as expected."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

from tests.store.search_quality.query_set import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = FOLDER / "failures.toml"
COMMENT = """\
# Queries that are not answered as expected, and the first expectation that it does not meet.
# UPDATE_GOLDENS=1 pytest tests/store/search_quality writes this file.
"""


def load_failures() -> dict[str, str]:
    """Return the recorded failures by the ids of queries."""
    return tomllib.loads(PATH.read_text("utf-8"))


def write_failures(failures: Mapping[str, str]) -> None:
    """Record failures."""
    lines = (
        f"{name} = {json.dumps(failure, ensure_ascii=False)}\n"
        for name, failure in sorted(failures.items())
    )
    PATH.write_text(COMMENT + "\n" + "".join(lines), "utf-8", newline="\n")
