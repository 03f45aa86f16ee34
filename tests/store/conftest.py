"""The documents of ``tests/golden/documents`` and what they come to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DOCUMENTS = Path(__file__).parents[1] / "golden" / "documents"


@pytest.fixture
def golden_document():
    """Hold text against a file of ``tests/golden/documents``.

    ``UPDATE_GOLDENS=1 pytest tests/store`` writes the files anew: read the diff.
    """

    def check(name: str, text: str) -> None:
        path = DOCUMENTS / name
        if os.environ.get("UPDATE_GOLDENS") == "1":
            path.write_text(text, "utf-8", newline="\n")
        assert text == path.read_text("utf-8")

    return check
