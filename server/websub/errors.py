"""Errors of the hub.

HubError
├── HubRequestError          a request to the hub is invalid or not allowed
├── CallbackError            a callback did not return an HTTP response in time
│   └── PrivateAddressError  its host resolves to an address that is not public
└── TopicUnavailable         the application cannot return a feed at the moment
"""

from __future__ import annotations


class HubError(Exception):
    """Base class of this package's errors; the message is for people."""


class HubRequestError(HubError):
    """A request to the hub is rejected.

    Attributes:
        status: HTTP status code of the response, whose text is the message.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class CallbackError(HubError):
    """A callback did not return an HTTP response."""


class PrivateAddressError(CallbackError):
    """A callback's host resolves to an address that the hub sends no requests to."""


class TopicUnavailable(HubError):
    """A feed cannot be read at the moment; a retry may succeed."""
