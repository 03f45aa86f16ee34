"""Errors while the server starts.

    StartupError
    ├── SettingsError   invalid newsgraph.toml, NEWSGRAPH_ variable or option
    │   └── DatabaseNotNamed   neither a folder nor a store is named
    ├── ListenError     the host and port are not available
    └── WorkerError     a worker process failed to start

Errors of the store are in `store.errors`.
"""

from __future__ import annotations


class StartupError(Exception):
    """Base class of the server's errors; the message is one line for the operator."""


class SettingsError(StartupError):
    """A setting cannot be read or has an invalid value."""


class DatabaseNotNamed(SettingsError):
    """A command has neither a folder nor the URL of a store."""


class ListenError(StartupError):
    """The host and port to serve on are taken, forbidden or do not exist."""


class WorkerError(StartupError):
    """A worker process failed to start; the message is that of its own error."""
