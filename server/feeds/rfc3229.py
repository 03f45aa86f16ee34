"""Delta encoding of feeds (RFC 3229 with the instance manipulation ``feed``).

A client sends the ETag of the feed that it has, which contains a revision of the store. If since
that revision articles were only added to the feed or updated, the delta has all of these. It may
repeat entries whose visible content is the same, because a field that feeds do not show changed or
a change was reverted. After any other change, such as a deletion or a renamed topic, the client
gets the full feed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.server.feeds.last_modified import LastChange

Articles: TypeAlias = "Sequence[Mapping[str, Any]]"
"""Articles as rows read from the store."""

DELTA_SUFFIXES = ("rss", "atom")
"""Suffixes of the formats that ``feed`` is defined for."""


def accepts_delta(a_im: str | None) -> bool:
    """Check whether a client accepts deltas of feeds.

    Args:
        a_im: the ``A-IM`` header (RFC 3229 section 10.5.3).
    """
    for item in (a_im or "").lower().split(","):
        name, _, parameters = item.partition(";")
        if name.strip() == "feed":
            quality = parameters.replace(" ", "").removeprefix("q=")
            return not quality or quality.strip("0.") != ""
    return False


def select_delta(
    articles: Articles, client_revision: int | None, last_change: LastChange | None
) -> Articles | None:
    """Return the articles of a feed that a client is missing; None if it needs the full feed.

    Args:
        articles: all articles of the feed.
        client_revision: revision of the client's copy of the feed; None if it is not known.
        last_change: when the feed last changed.
    """
    if (
        client_revision is None
        or last_change is None
        or not last_change.full_feed_revision <= client_revision < last_change.revision
    ):
        return None
    delta = [article for article in articles if article["source"]["revision"] > client_revision]
    # If all are newer, there may be more which the feed does not show. If none is, the feed does
    # not show the article that changed.
    return delta if 0 < len(delta) < len(articles) else None
