"""What is shown instead of a page: there is none, or it cannot be made now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgraph.server.pages.metadata import Head
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import Frame

_MOST_WORDS = 8

_WORD = re.compile(r"[^\W\d_]{2,}")
"""Words of an address: no dates, and nothing that only computers say."""


class Failures:
    """Pages for those who do not get what they asked for."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def not_found(self, path: str, message: str) -> Response:
        """Return the page that says that there is no such page, and where to look.

        Args:
            path: that was asked for.
            message: what is not there.
        """
        try:
            state = await self._frame.store.state()
        except StoreError:
            state = None
        return self._frame.render(
            "not_found.html",
            Head("/", title="Not found", is_listed=False),
            state,
            404,
            message=message,
            words=words_of(path),
        )

    def failed(self, title: str, message: str, status: int) -> Response:
        """Return the page that says that something did not work, and what to do.

        Args:
            title: in a few words.
            message: for people, without anything of what is inside.
            status: of the answer.
        """
        head = Head("/", title=title, is_listed=False)
        return self._frame.render("failed.html", head, None, status, message=message)


def words_of(path: str) -> str:
    """Return the words of an address' last part, which may be worth a search."""
    last = path.rstrip("/").rpartition("/")[2]
    return " ".join(_WORD.findall(last.rpartition(".")[0] or last)[:_MOST_WORDS])
