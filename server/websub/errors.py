"""What can go wrong in the hub.

HubError
├── Refused              a request to the hub that it does not take
├── Unreachable          a callback did not answer as HTTP should, or not in time
│   └── AddressRefused   it is where the hub must not go
└── TopicUnavailable     our own application cannot say just now what a feed says
"""

from __future__ import annotations


class HubError(Exception):
    """The root of this package's errors; the message is for people."""


class Refused(HubError):
    """A request is not taken; the message is the answer's text, `status` its status."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status = status


class Unreachable(HubError):
    """A callback gave no answer."""


class AddressRefused(Unreachable):
    """A callback's name leads to an address that the hub does not send anything to."""


class TopicUnavailable(HubError):
    """A feed cannot be had just now; trying again may help."""
