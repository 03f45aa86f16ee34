"""GraphiQL's default tabs: queries that teach, with variables that fit the store's content."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUERY_FOLDER = Path(__file__).parent / "queries"

_NO_TOPIC = {"slug": "news", "name": "news"}
"""Used for a store without topics: the queries then return no articles, but no error either."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A default tab of GraphiQL.

    Attributes:
        query: the GraphQL document, with comments that explain it.
        variables: variables to run it with.
    """

    query: str
    variables: Mapping[str, Any]


def build_tabs(result: bytes) -> list[Tab]:
    """Return the default tabs, in their order.

    Args:
        result: result of the selection of all topics, as JSON.
    """
    topics = [edge["node"] for edge in json.loads(result)["topics"]["edges"]]
    largest = max(topics, key=lambda topic: topic["articleCount"], default=_NO_TOPIC)
    variables: dict[str, dict[str, Any]] = {
        "2-stories-of-a-topic": {"slug": largest["slug"]},
        "3-search": {"words": largest["name"]},
    }
    return [
        Tab(path.read_text("utf-8"), variables.get(path.stem, {}))
        for path in sorted(_QUERY_FOLDER.glob("*.graphql"))
    ]
