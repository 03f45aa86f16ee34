"""The configuration of a server process, which can be sent to a worker process."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import metrics_folder
from newsgraph.server.graceful_shutdown import Shutdown
from newsgraph.server.runtime.open_files import limit_open_files
from newsgraph.server.runtime.server_config import Server, ServerConfig, ServerLimits
from newsgraph.store.store import Store

if TYPE_CHECKING:
    from newsgraph.gql.options import Options
    from newsgraph.server.config.settings import Settings


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """Everything that a process needs to serve a store; it can be pickled.

    Attributes:
        settings: settings of the server.
        graphql_options: options of the GraphQL endpoint.
        port: port that the server listens on.
        imported_folders: names of the folders that are imported when the server starts.
    """

    settings: Settings
    graphql_options: Options
    port: int
    imported_folders: tuple[str, ...] = ()

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

    def create_server(self, store: Store) -> Server:
        """Create the server of an open store."""
        settings, shutdown = self.settings, Shutdown()
        open_files = limit_open_files(settings.max_connections)
        app = create_app(
            store,
            self.site_url,
            settings.feed_entries,
            self.graphql_options,
            settings.cache_options(),
            feed_related=settings.feed_related,
            feed_summaries=settings.feed_content == "summary",
            pictures=settings.pictures,
            hub_options=settings.hub_options(),
            metrics_folder=metrics_folder(),
            shutdown=shutdown,
            max_file_transfers=open_files.file_transfers,
            imported_folders=self.imported_folders,
        )
        limits = ServerLimits(
            grace_seconds=settings.grace_seconds,
            request_seconds=settings.request_seconds,
            max_connections=open_files.connections,
            max_message_bytes=self.graphql_options.max_body_bytes,
        )
        if settings.access_log:
            logging.getLogger("uvicorn.access").setLevel(logging.INFO)
        return Server(ServerConfig(app, limits, shutdown, access_log=settings.access_log))
