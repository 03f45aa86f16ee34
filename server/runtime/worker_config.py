"""The configuration of a server process, which can be sent to a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import metrics_folder
from newsgraph.server.runtime.runner import serve
from newsgraph.server.runtime.sockets import listen_error
from newsgraph.store.store import Store

if TYPE_CHECKING:
    import socket

    from newsgraph.gql.options import Options
    from newsgraph.server.config.settings import Settings
    from newsgraph.server.runtime.accept_balancer import ConnectionCounts
    from newsgraph.server.runtime.runner import ShutdownSignals


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """Everything that a process needs to serve a store; it can be pickled.

    Attributes:
        settings: settings of the server.
        graphql_options: options of the GraphQL endpoint.
        port: port that the server listens on.
    """

    settings: Settings
    graphql_options: Options
    port: int

    @property
    def site_url(self) -> str:
        """Base URL of the site, without a trailing slash."""
        return self.settings.site_url(self.port)

    async def open_store(self) -> Store:
        """Open the store.

        Raises:
            StoreError: the store cannot be opened.
        """
        return await Store.open(self.settings.database, self.site_url, self.settings.workers)

    async def serve(
        self,
        store: Store,
        listening_socket: socket.socket,
        signals: ShutdownSignals,
        connection_counts: ConnectionCounts | None = None,
    ) -> None:
        """Serve a store on a bound socket until a signal arrives.

        Args:
            store: an open store.
            listening_socket: a bound socket; with `connection_counts` it listens already.
            signals: stop the server.
            connection_counts: number of connections of each process, if several accept from the
                socket.

        Raises:
            ListenError: another program has started to listen there since the socket was bound.
        """
        settings = self.settings
        app = create_app(
            store,
            self.site_url,
            settings.feed_entries,
            self.graphql_options,
            settings.cache_options(),
            feed_related=settings.feed_related,
            pictures=settings.pictures,
            hub_options=settings.hub_options(),
            metrics_folder=metrics_folder(),
        )
        try:
            await serve(
                app,
                listening_socket,
                signals,
                access_log=settings.access_log,
                max_message_bytes=self.graphql_options.max_body_bytes,
                connection_counts=connection_counts,
            )
        except OSError as error:
            raise listen_error(settings.host, self.port, error) from error
