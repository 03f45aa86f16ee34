"""Error pages: not found, and other errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgraph.server.pages.metadata import PageMetadata
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import PageRenderer

_MAX_WORDS = 8

_WORD = re.compile(r"[^\W\d_]{2,}")
"""A word in a path: two letters or more, without digits, so that dates are skipped."""


class ErrorPages:
    """Renders the pages for errors."""

    def __init__(self, renderer: PageRenderer) -> None:
        self._renderer = renderer

    async def render_not_found(self, path: str, message: str) -> Response:
        """Return the 404 page, with a search form that has the words of the path.

        Args:
            path: path of the request.
            message: what does not exist, for readers.
        """
        try:
            state = await self._renderer.store.state()
        except StoreError:
            state = None
        return self._renderer.render_page(
            "not_found.html",
            PageMetadata("/", title="Not found", is_indexable=False),
            state,
            404,
            message=message,
            search_text=search_words(path),
        )

    def render_error(self, title: str, message: str, status_code: int) -> Response:
        """Return the page for any other error.

        Args:
            title: a few words.
            message: for readers, without internal details.
            status_code: HTTP status of the response.
        """
        head = PageMetadata("/", title=title, is_indexable=False)
        return self._renderer.render_page("error.html", head, None, status_code, message=message)


def search_words(path: str) -> str:
    """Return the words of a path's last segment, to search for them."""
    segment = path.rstrip("/").rpartition("/")[2]
    return " ".join(_WORD.findall(segment.rpartition(".")[0] or segment)[:_MAX_WORDS])
