"""What can go wrong before anything is served.

    ServerError
    ├── SettingsError   newsgraph.toml, a NEWSGRAPH_ variable or an option is wrong
    ├── CannotListen    the host and port cannot be had
    └── WorkerFailed    one of several processes could not begin

A failing store is told by `store.errors`.
"""

from __future__ import annotations


class ServerError(Exception):
    """The root of this package's errors; the message is for people, in one line."""


class SettingsError(ServerError):
    """A setting cannot be read or has a value that it must not have."""


class CannotListen(ServerError):
    """The host and port to serve on are taken, forbidden or do not exist."""


class WorkerFailed(ServerError):
    """A process that should have served could not begin; the message is its own."""
