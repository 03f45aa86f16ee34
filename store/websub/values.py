"""Requests and subscriptions as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from newsgraph.store.documents.identity import key

if TYPE_CHECKING:
    from collections.abc import Collection

Mode: TypeAlias = Literal["subscribe", "unsubscribe", "denied"]
"""What a callback is asked, or told."""

_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What has been asked of the hub, and is not verified yet.

    Attributes:
        mode: what the callback is to be asked; or that it is told of a denial.
        topic: the feed's path and query below the site.
        topic_url: the feed's address as it was asked for.
        callback: where the subscriber listens.
        host: the callback's, in lower case.
        secret: what contents are signed with, or None.
        lease_seconds: how long a subscription is to last.
        serial: random; tells this request from another for the same topic and callback.
        reason: why it is denied.
        failures: how often the callback did not answer.
    """

    mode: Mode
    topic: str
    topic_url: str
    callback: str
    host: str
    secret: str | None = field(repr=False)
    lease_seconds: int
    serial: str
    reason: str | None = None
    failures: int = 0

    @property
    def id(self) -> int:
        """The key of its topic and callback."""
        return pair(self.topic, self.callback)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A callback that gets a feed.

    Attributes:
        topic: the feed's path and query below the site.
        callback: where the subscriber listens.
        host: the callback's, in lower case.
        secret: what contents are signed with, or None.
        tag: of what it was last given, or of what was given up.
        failures: how often giving it something failed since it last got something.
        failing_tag: of what could not be given.
        failing_since: when that first failed, in UTC.
    """

    topic: str
    callback: str
    host: str
    secret: str | None = field(repr=False)
    tag: str
    failures: int = 0
    failing_tag: str | None = None
    failing_since: datetime | None = None

    @property
    def id(self) -> int:
        """The key of its topic and callback."""
        return pair(self.topic, self.callback)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Subscriptions that something is owed to.

    Attributes:
        now: those that can be given it now; who fails least comes first.
        next_at: when others may be tried again, in UTC; None where there are none, or where
            there are more that can be given it now.
    """

    now: list[Subscription]
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much there may be.

    Attributes:
        most: altogether.
        most_per_host: of callbacks on one host.
    """

    most: int
    most_per_host: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is under way already, so that it is not taken a second time.

    Attributes:
        ids: of requests or subscriptions.
        hosts: those that are not to be asked more just now.
    """

    ids: Collection[int] = ()
    hosts: Collection[str] = ()


def pair(topic: str, callback: str) -> int:
    """Return the key of a topic and a callback."""
    return key("hub", topic, callback)


def stored(moment: datetime) -> str:
    """Return a moment as tables have it: ``YYYY-MM-DDTHH:MM:SSZ``."""
    return moment.astimezone(UTC).strftime(_TIME)


def moment(text: str) -> datetime:
    """Return the moment that a table has."""
    return datetime.fromisoformat(text)
