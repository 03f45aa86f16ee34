"""The neighbors of an article: the stories that it links to or that link to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.server.pages.story_heading import story_heading
from newsgraph.store.documents.urls import canonicalize_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INHERITED_FIELDS = ("publishedAt", "quality", "provider", "images")
"""Fields that a link takes from the linked article if it does not have them itself."""

StoryKey: TypeAlias = tuple[str, ...]
"""Identifies a story: by its slug in the archive, else its canonical URL, else its title."""


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A story that the page's article links to, or that links to it.

    Attributes:
        title: its title, or the start of its text; never empty.
        slug: its slug in the archive; None if it is not in the archive.
        url: where it was published; None without a URL that a browser can open.
        published_at: when it was published; timezone-aware, or None if unknown.
        provider_name, provider_domain: its publisher; None if unknown.
        image_url: URL of an image, or None.
        quality: the collection's rating, or None.
        is_link_target: whether the article links to it.
        is_link_source: whether it links to the article.
    """

    title: str
    slug: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    provider_name: str | None = None
    provider_domain: str | None = None
    image_url: str | None = None
    quality: int | None = None
    is_link_target: bool = False
    is_link_source: bool = False

    @property
    def is_mutual(self) -> bool:
        """Whether the article and the neighbor link to each other."""
        return self.is_link_target and self.is_link_source

    @property
    def relation(self) -> str:
        """The links between the neighbor and the article, in words for screen readers."""
        if self.is_mutual:
            return "links here and is linked from here"
        return "links here" if self.is_link_source else "linked from here"


def find_neighbors(article: Mapping[str, Any]) -> dict[StoryKey, Neighbor]:
    """Return the stories that an article links to, in order, then those that only link to it.

    Args:
        article: result of `article_page_selection.select_article`.
    """
    neighbors: dict[StoryKey, Neighbor] = {}
    own_keys = _keys_of(article)
    for link in article["related"]:
        key = story_key(link, link["article"])
        if key not in own_keys and key not in neighbors:
            neighbors[key] = _create_neighbor(link, link["article"], is_link_target=True)
    candidates = [*nodes_of(article["linkingArticles"])]
    candidates += [link["article"] for link in article["linkedArticles"] if link["article"]]
    for candidate in candidates:
        key = story_key(candidate, candidate)
        if key in own_keys or not _links_to(candidate, own_keys):
            continue
        if key in neighbors:
            neighbors[key] = replace(neighbors[key], is_link_source=True)
        elif _is_linking_article(candidate):
            neighbors[key] = _create_neighbor(candidate, candidate, is_link_source=True)
    return neighbors


def story_key(story: Mapping[str, Any], article: Mapping[str, Any] | None) -> StoryKey:
    """Return the key that identifies a story.

    Args:
        story: a link or an article.
        article: the article of the archive that the story is; None if it is not in the archive.
    """
    if article is not None:
        return ("slug", article["slug"])
    if (url := canonicalize_url(story["webUrl"] or "")) is not None:
        return ("url", url)
    return ("title", story.get("title") or "", story.get("publishedAt") or "")


def nodes_of(connection: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the nodes of a connection's edges."""
    return [edge["node"] for edge in connection["edges"]]


def parse_time(timestamp: str | None) -> datetime | None:
    """Parse an ISO 8601 timestamp of the graph; return None for None or ''."""
    return datetime.fromisoformat(timestamp) if timestamp else None


def _keys_of(article: Mapping[str, Any]) -> set[StoryKey]:
    """Return the keys by which links can refer to an article."""
    keys: set[StoryKey] = {("slug", article["slug"])}
    if (url := canonicalize_url(article["webUrl"])) is not None:
        keys.add(("url", url))
    return keys


def _is_linking_article(candidate: Mapping[str, Any]) -> bool:
    """Return whether the store has found that a candidate links to the page's article.

    Only these have a title; candidates that the article links to are read without one.
    """
    return "title" in candidate


def _links_to(candidate: Mapping[str, Any], keys: set[StoryKey]) -> bool:
    # The link of a linking article may be further down than the links that are read.
    return _is_linking_article(candidate) or any(
        story_key(link, link["article"]) in keys for link in candidate["related"]
    )


def _create_neighbor(
    story: Mapping[str, Any],
    article: Mapping[str, Any] | None,
    *,
    is_link_target: bool = False,
    is_link_source: bool = False,
) -> Neighbor:
    # The archive often knows more about a story than the document that links to it.
    values = {name: story[name] or (article or story)[name] for name in _INHERITED_FIELDS}
    provider = values["provider"] or {"name": None, "domain": None}
    url = story["webUrl"]
    return Neighbor(
        title=story_heading(story, article),
        slug=article["slug"] if article else None,
        url=url if url and canonicalize_url(url) is not None else None,
        published_at=parse_time(values["publishedAt"]),
        provider_name=provider["name"],
        provider_domain=provider["domain"],
        image_url=_first_image_url(values["images"]),
        quality=values["quality"],
        is_link_target=is_link_target,
        is_link_source=is_link_source,
    )


def _first_image_url(images: Sequence[Mapping[str, Any]]) -> str | None:
    return next(
        (image["url"] for image in images if canonicalize_url(image["url"]) is not None), None
    )
