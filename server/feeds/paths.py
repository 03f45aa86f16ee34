"""The paths of feeds, and of the pages about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.server.article_query import (
    ArticleQuery,
    parse_author_feed,
    parse_feed_path,
    parse_search_query,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

FEED_PATHS: Final = (
    "all",
    "search",
    "topics/{topics}/providers/{providers:path}",
    "topics/{topics:path}",
    "providers/{providers:path}",
    "authors/{author:path}",
)
"""Below ``/feeds/``. A name may contain dots; only the last one starts the format suffix."""


def parse_routed_feed(path: str, params: Mapping[str, str], query_string: str) -> ArticleQuery:
    """Parse the query of a feed from a request that one of the paths matches.

    Args:
        path: decoded path of the request, with or without a format suffix.
        params: parameters of the path.
        query_string: query string of the URL.

    Raises:
        ArticleQueryError: the path or query string is invalid.
    """
    if "author" in params:
        return parse_author_feed(params["author"], query_string)
    if "topics" in params or "providers" in params:
        return parse_feed_path(params.get("topics"), params.get("providers"), query_string)
    if path.rpartition("/")[2].partition(".")[0] == "search":
        return parse_search_query(query_string)
    return parse_feed_path(None, None, query_string)
