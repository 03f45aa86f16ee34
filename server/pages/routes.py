"""All pages, and the addresses that they are at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.pages.article import Articles
from newsgraph.server.pages.diagnostics import Diagnostics
from newsgraph.server.pages.directory import Names
from newsgraph.server.pages.error_pages import Failures
from newsgraph.server.pages.home import Home
from newsgraph.server.pages.listings import Listings
from newsgraph.server.pages.renderer import Frame
from newsgraph.server.pages.search import Search

if TYPE_CHECKING:
    from starlette.routing import Route

    from newsgraph.server.http_cache.conditional_get import Answers
    from newsgraph.server.urls import Addresses
    from newsgraph.store.limits import Limits
    from newsgraph.store.store import Store


class Pages:
    """The pages of a store.

    Attributes:
        frame: that all of them share.
        failures: what is shown instead of a page.
    """

    def __init__(
        self,
        store: Store,
        answers: Answers,
        addresses: Addresses,
        limits: Limits,
        *,
        pictures: bool = True,
        introspection: bool = True,
    ) -> None:
        """Serve the pages of a store.

        Args:
            store: what is served.
            answers: answers what follows from it.
            addresses: our own.
            limits: what a search may take.
            pictures: whether those of publishers are shown.
            introspection: whether the schema is there to be linked to.
        """
        self.frame = frame = Frame(
            store, answers, addresses, pictures=pictures, introspection=introspection
        )
        groups = (Home, Names, Listings, Articles, Diagnostics)
        self._groups = (*(group(frame) for group in groups), Search(frame, limits))
        self.failures = Failures(frame)

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [route for group in self._groups for route in group.routes()]
