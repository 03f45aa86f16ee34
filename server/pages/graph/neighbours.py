"""Who is around a story: what it links to and what links to it, each once. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.store.documents.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TOLD = ("publishedAt", "quality", "provider", "images")

Key: TypeAlias = tuple[str, ...]
"""What tells a story from others: its name in the archive, else its address, else what is said."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A story that this one links to, or that links to it.

    Attributes:
        title: its headline.
        slug: its name in the archive; None where the archive does not have it.
        url: where it appeared, if that is an address that a browser may open.
        published: aware, or None.
        provider, domain: who published it.
        image: the address of a picture.
        quality: the collection's rating.
        linked: whether this story links to it.
        links_here: whether it links to this story.
    """

    title: str
    slug: str | None = None
    url: str | None = None
    published: datetime | None = None
    provider: str | None = None
    domain: str | None = None
    image: str | None = None
    quality: int | None = None
    linked: bool = False
    links_here: bool = False

    @property
    def mutual(self) -> bool:
        """Whether each links to the other."""
        return self.linked and self.links_here

    @property
    def relation(self) -> str:
        """How it stands to this story, in words."""
        if self.mutual:
            return "links here and is linked from here"
        return "links here" if self.links_here else "linked from here"


def neighbours(article: Mapping[str, Any]) -> dict[Key, Neighbour]:
    """Return what an article links to, in the file's order, and then what only links to it.

    Args:
        article: as `server.pages.graph.select.coverage` takes it.
    """
    found: dict[Key, Neighbour] = {}
    own = _own_keys(article)
    for link in article["related"]:
        key = key_of(link, link["article"])
        if key not in own and key not in found:
            found[key] = _neighbour(link, link["article"], linked=True)
    back = [*nodes(article["linking"])]
    back += [one["article"] for one in article["among"] if one["article"]]
    for one in back:
        key = key_of(one, one)
        if key in own or not _links_to(one, own):
            continue
        if key in found:
            found[key] = replace(found[key], links_here=True)
        elif "title" in one:
            found[key] = _neighbour(one, one, links_here=True)
    return found


def key_of(story: Mapping[str, Any], own: Mapping[str, Any] | None) -> Key:
    """Return what tells a story from others.

    Args:
        story: a link, or an article.
        own: the archive's article that it is, if it is one.
    """
    if own is not None:
        return ("slug", own["slug"])
    if (url := canonical(story["webUrl"] or "")) is not None:
        return ("url", url)
    return ("title", story.get("title") or "", story.get("publishedAt") or "")


def title_of(story: Mapping[str, Any], own: Mapping[str, Any] | None) -> str:
    """Return a story's title; the archive's, where a link says nothing but an address.

    Args:
        story: as `key_of` takes it.
        own: likewise, with its ``title``.
    """
    title: str = story["title"]
    return own["title"] if own is not None and canonical(title) is not None else title


def nodes(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what is on a page of a connection."""
    return [edge["node"] for edge in page["edges"]]


def moment(text: str | None) -> datetime | None:
    """Return a time as the graph tells it; None for none."""
    return datetime.fromisoformat(text) if text else None


def _own_keys(article: Mapping[str, Any]) -> set[Key]:
    own: set[Key] = {("slug", article["slug"])}
    if (url := canonical(article["webUrl"])) is not None:
        own.add(("url", url))
    return own


def _links_to(one: Mapping[str, Any], own: set[Key]) -> bool:
    # What the store has found to link here may do so further down than is looked.
    return "title" in one or any(key_of(link, link["article"]) in own for link in one["related"])


def _neighbour(
    story: Mapping[str, Any],
    own: Mapping[str, Any] | None,
    *,
    linked: bool = False,
    links_here: bool = False,
) -> Neighbour:
    # Files often say less of what they link to than the archive knows.
    said = {name: story[name] or (own or story)[name] for name in _TOLD}
    provider = said["provider"] or {"name": None, "domain": None}
    url = story["webUrl"]
    return Neighbour(
        title=title_of(story, own),
        slug=own["slug"] if own else None,
        url=url if url and canonical(url) is not None else None,
        published=moment(said["publishedAt"]),
        provider=provider["name"],
        domain=provider["domain"],
        image=_image(said["images"]),
        quality=said["quality"],
        linked=linked,
        links_here=links_here,
    )


def _image(images: Sequence[Mapping[str, Any]]) -> str | None:
    return next((one["url"] for one in images if canonical(one["url"]) is not None), None)
