"""The diagnostics page, for operators: the imports' diagnostics and the state of the store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.pages import selections
from newsgraph.server.pages.metadata import PageMetadata
from newsgraph.server.pages.pagination import adjacent_pages, append_query, parse_page_params
from newsgraph.server.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.store.store import QueryResult, StoreState

DIAGNOSTICS_PATH = "/diagnostics"


class DiagnosticsPage:
    """Handles requests for the diagnostics page."""

    def __init__(self, renderer: PageRenderer) -> None:
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(DIAGNOSTICS_PATH, self._handle)]

    async def _handle(self, request: Request) -> Response:
        cursor = parse_page_params(request.url.query)
        resource = append_query(DIAGNOSTICS_PATH, cursor.query_string)

        async def render(state: StoreState, result: QueryResult) -> Response:
            store = json.loads(result.results[0])["store"]
            adjacent = adjacent_pages(DIAGNOSTICS_PATH, store["diagnostics"])
            head = PageMetadata(
                resource,
                title="Diagnostics",
                is_indexable=False,
                newer_path=adjacent.newer_path,
                older_path=adjacent.older_path,
            )
            return self._renderer.render_page(
                "diagnostics.html",
                head,
                state,
                store=store,
                groups=_group_diagnostics(store["diagnostics"]),
                version=VERSION,
            )

        return await self._renderer.respond(
            request, resource, (selections.select_diagnostics(cursor),), render
        )


def _group_diagnostics(
    connection: Mapping[str, Any],
) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Group diagnostics that differ only in their position in the documents.

    Returns:
        The first diagnostic of each group with all of the group; errors first, then the largest
        groups.
    """
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for edge in connection["edges"]:
        diagnostic = edge["node"]
        key = (
            diagnostic["severity"],
            diagnostic["code"],
            diagnostic["message"],
            diagnostic["advice"],
        )
        groups.setdefault(key, []).append(diagnostic)
    pairs = [(diagnostics[0], diagnostics) for diagnostics in groups.values()]
    return sorted(pairs, key=lambda pair: (pair[0]["severity"] != "ERROR", -len(pair[1])))
