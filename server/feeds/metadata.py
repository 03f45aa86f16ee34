"""What a feed says of itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgraph.feeds import Channel, Paging
from newsgraph.server.feeds.entries import UNTITLED, feed_id
from newsgraph.server.urls import page_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.feeds import Story
    from newsgraph.server.article_query import Subject
    from newsgraph.server.urls import Addresses
    from newsgraph.store.documents.collection import Collection


@dataclass(frozen=True, slots=True)
class Announcing:
    """What all feeds of a server say.

    Attributes:
        addresses: our own.
        hub: the WebSub hub, if there is one.
        ttl_minutes: how long readers may wait until they ask again; None says nothing.
        with_related: whether what stories lead on to is listed below them.
    """

    addresses: Addresses
    hub: str | None = None
    ttl_minutes: int | None = None
    with_related: bool = True


@dataclass(frozen=True, slots=True)
class About:
    """What one feed is of, in words.

    Attributes:
        id: names the feed below the site, whatever its format.
        title: what it is of; None for everything.
        description: in a sentence.
        home: the path of the page for people that it belongs to.
    """

    id: str
    title: str | None
    description: str
    home: str


def channel(
    announcing: Announcing,
    collection: Collection,
    about: About,
    self_path: str,
    stories: Sequence[Story],
    paging: Paging,
) -> Channel:
    """Return what a feed document says of itself.

    Args:
        announcing: what all feeds say.
        collection: the store's first.
        about: what this one is of.
        self_path: where this very document is, below the site.
        stories: those that it carries.
        paging: the feed's other documents.
    """
    addresses = announcing.addresses
    whole = collection.title or UNTITLED
    return Channel(
        id=feed_id(collection, addresses.site, about.id),
        title=whole if about.title is None else f"{about.title} — {whole}",
        description=about.description,
        self_url=addresses.at(self_path),
        home_url=addresses.at(about.home),
        author=whole,
        language=collection.language,
        updated=max((one.updated for one in stories), default=None),
        hub=announcing.hub,
        ttl_minutes=announcing.ttl_minutes,
        paging=paging,
        with_related=announcing.with_related,
    )


def about(subject: Subject, answer: Mapping[str, Any], collection: Collection) -> About:
    """Return what a feed is of, in words.

    Args:
        subject: what it is of.
        answer: as `server.feeds.selections.answered` gives it.
        collection: the store's first.
    """
    whole = collection.title or UNTITLED
    if subject.owner is None:
        title = _title(subject, answer["owners"])
        return About(subject.id, title, f"Articles {title}, from {whole}", "/")
    kind, name = subject.owner
    if kind == "all":
        told = collection.description or f"The newest articles of {whole}"
        return About(subject.id, None, told, "/")
    said = "on" if kind == "topics" else "from"
    told = answer["description"] or f"Articles {said} {answer['name']}, from {whole}"
    return About(subject.id, answer["name"], told, page_path(kind, name))


def _title(subject: Subject, owners: Mapping[tuple[str, str], str]) -> str:
    def named(kind: str, names: Sequence[str], joint: str) -> str:
        return joint.join(owners[kind, name] for name in names)

    parts = []
    if subject.topics:
        joint = " and " if subject.every else " or "
        parts.append(f"on {named('topics', subject.topics, joint)}")
    if subject.providers:
        parts.append(f"from {named('providers', subject.providers, ' or ')}")
    if subject.words:
        parts.append(f"with “{subject.words}”")
    if subject.quality is not None:
        parts.append(f"rated {subject.quality} or more")
    if subject.without:
        parts.append(f"but not on {named('topics', subject.without, ' or ')}")
    return ", ".join(parts)
