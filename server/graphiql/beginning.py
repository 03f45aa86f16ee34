"""What GraphiQL begins with: queries that teach, with variables that fit the archive."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.questions import fields
from store.reading.selection import Arguments, Edge, Edges, Node, Page, Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent / "queries"

_ALL = 1_000_000
"""More topics than any store has; a page has to be given some number."""

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


def topics() -> Selection:
    """Ask for what the variables follow from: the topics, and how many articles each has."""
    page = Page(
        (Edges("edges", (Node("node", Selection(fields("slug", "name", "articleCount"))),)),)
    )
    return Selection((Edge("topics", "topics", page, Arguments(first=_ALL)),))


def tabs(answer: bytes) -> list[Tab]:
    """Return the queries, in their order.

    Args:
        answer: the store's, to `topics`.
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
