"""Feeds that tell only what a client has not (RFC 3229 with the instance manipulation ``feed``).

A client names the tag of the feed that it has, which shows a revision of the store. As long as
since then articles only came or changed, those are all that it lacks, and more where what changed
is not shown, or has changed back. After anything else, such as a deletion or another name, it is
given the whole feed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.server.feeds.last_modified import LastChange

Nodes: TypeAlias = "Sequence[Mapping[str, Any]]"
"""Articles, as the store answers them."""

DELTAS_OF = ("rss", "atom")
"""The formats, by suffix, that ``feed`` is said of."""


def wants_delta(a_im: str | None) -> bool:
    """Tell whether a client takes deltas of feeds.

    Args:
        a_im: the header (RFC 3229 section 10.5.3).
    """
    for one in (a_im or "").lower().split(","):
        name, _, parameters = one.partition(";")
        if name.strip() == "feed":
            quality = parameters.replace(" ", "").removeprefix("q=")
            return not quality or quality.strip("0.") != ""
    return False


def lacking(nodes: Nodes, since: int | None, last: LastChange | None) -> Nodes | None:
    """Return those articles of a feed that a client has not; None where it needs the whole.

    Args:
        nodes: the feed's articles.
        since: the revision of the feed that the client has; None where it has none.
        last: when the feed last changed.
    """
    if since is None or last is None or not last.whole <= since < last.revision:
        return None
    new = [one for one in nodes if one["source"]["revision"] > since]
    # There may be more of them than the feed shows; or what changed lies beyond what it shows.
    return new if 0 < len(new) < len(nodes) else None
