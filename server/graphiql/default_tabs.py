"""What GraphiQL begins with: queries that teach, with variables that fit the archive."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent / "queries"

_NO_TOPIC = {"slug": "news", "name": "news"}
"""Stands where there is no topic yet: these queries find nothing then, and say no error."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A query to begin with.

    Attributes:
        query: the document, with its comments.
        variables: what it is run with.
    """

    query: str
    variables: Mapping[str, Any]


def tabs(answer: bytes) -> list[Tab]:
    """Return the queries, in their order.

    Args:
        answer: the store's, to what all topics are.
    """
    found = [edge["node"] for edge in json.loads(answer)["topics"]["edges"]]
    largest = max(found, key=lambda topic: topic["articleCount"], default=_NO_TOPIC)
    variables: dict[str, dict[str, Any]] = {
        "2-stories-of-a-topic": {"slug": largest["slug"]},
        "3-search": {"words": largest["name"]},
    }
    return [
        Tab(path.read_text("utf-8"), variables.get(path.stem, {}))
        for path in sorted(_FOLDER.glob("*.graphql"))
    ]
