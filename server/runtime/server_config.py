"""A store served by one process: all that it has to be told, and how it goes about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.server.app import create_app
from newsgraph.server.runtime.runner import serve
from newsgraph.server.runtime.sockets import cannot_listen
from newsgraph.store.store import Store

if TYPE_CHECKING:
    import socket

    from newsgraph.gql.options import Options
    from newsgraph.server.config.settings import Settings
    from newsgraph.server.runtime.accept_balancer import Share
    from newsgraph.server.runtime.runner import Signals


@dataclass(frozen=True, slots=True)
class Service:
    """What is served; it can be handed to another process.

    Attributes:
        settings: of the server.
        graph: what clients of the graph may do.
        port: where it listens.
    """

    settings: Settings
    graph: Options
    port: int

    @property
    def site(self) -> str:
        """What addresses of our own begin with."""
        return self.settings.site(self.port)

    async def open(self) -> Store:
        """Open the store.

        Raises:
            StoreError: it cannot be opened.
        """
        return await Store.open(self.settings.database, self.site, self.settings.workers)

    async def serve(
        self,
        store: Store,
        listening: socket.socket,
        signals: Signals,
        share: Share | None = None,
    ) -> None:
        """Serve an open store on a bound socket until a signal comes.

        Args:
            store: what is served.
            listening: bound; with a share it listens already.
            signals: what ends it.
            share: of the connections, where other processes take from the socket too.

        Raises:
            CannotListen: another program listens there since the socket was bound.
        """
        settings = self.settings
        application = create_app(
            store,
            self.site,
            settings.feed_entries,
            self.graph,
            settings.delivery(),
            feed_related=settings.feed_related,
            pictures=settings.pictures,
            hub_options=settings.hub_options(),
        )
        try:
            await serve(
                application,
                listening,
                signals,
                access_log=settings.access_log,
                max_message=self.graph.max_body_bytes,
                share=share,
            )
        except OSError as error:
            raise cannot_listen(settings.host, self.port, error) from error
