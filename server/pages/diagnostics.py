"""What an import found wrong, for whoever runs this, and how the store stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.pages import selections
from newsgraph.server.pages.metadata import Head
from newsgraph.server.pages.pagination import beside, joined, turn_of
from newsgraph.server.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import Frame
    from newsgraph.store.store import Reading, State

PATH = "/diagnostics"


class Diagnostics:
    """The page for whoever runs this."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(PATH, self._diagnostics)]

    async def _diagnostics(self, request: Request) -> Response:
        turn = turn_of(request.url.query)
        resource = joined(PATH, turn.query)

        async def page(state: State, reading: Reading) -> Response:
            store = json.loads(reading.answers[0])["store"]
            near = beside(PATH, store["diagnostics"])
            head = Head(
                resource,
                title="Diagnostics",
                is_listed=False,
                newer=near.newer,
                older=near.older,
            )
            return self._frame.render(
                "diagnostics.html",
                head,
                state,
                store=store,
                found=_alike(store["diagnostics"]),
                version=VERSION,
            )

        return await self._frame.give(request, resource, (selections.diagnostics(turn),), page)


def _alike(page: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Return what was found, each with the places where the same was found, errors first."""
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for edge in page["edges"]:
        one = edge["node"]
        said = one["severity"], one["code"], one["message"], one["advice"]
        alike.setdefault(said, []).append(one)
    found = [(places[0], places) for places in alike.values()]
    return sorted(found, key=lambda pair: (pair[0]["severity"] != "ERROR", -len(pair[1])))
