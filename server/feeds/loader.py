"""Reads a part of a feed: its stories, and where it lies among the others."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from newsgraph.feeds import Paging
from newsgraph.server.feeds import selections
from newsgraph.server.feeds.rfc5005 import NEWEST, Window, paging
from newsgraph.store.errors import BadCursor
from newsgraph.store.query.selection import Arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newsgraph.server.article_query import Subject
    from newsgraph.store.limits import Limits
    from newsgraph.store.query.selection import Page
    from newsgraph.store.store import Store


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a feed.

    Attributes:
        revision: that it was read at.
        answers: the store's, as it gave them.
        owner: what the feed's subject is called; None where it does not exist.
        nodes: articles, the newest first.
        paging: where the feed's other documents are.
    """

    revision: int
    answers: tuple[bytes, ...]
    owner: Mapping[str, Any] | None
    nodes: Sequence[Mapping[str, Any]] = ()
    paging: Paging = field(default_factory=Paging)


class Parts:
    """Reads parts of feeds."""

    def __init__(self, store: Store, entries: int, limits: Limits) -> None:
        """Read parts of a store's feeds.

        Args:
            store: what is read.
            entries: how many stories a page has at most; archives have their own ends.
            limits: what reading one takes at most.
        """
        self._store, self._entries, self._limits = store, entries, limits

    async def read(
        self, subject: Subject, window: Window, address: Callable[[Window], str]
    ) -> Told:
        """Read a part of a feed, all at one revision.

        Args:
            subject: what the feed is of.
            window: the part.
            address: tells where a part of this feed is.

        Raises:
            HTTPException: 404, there is no such part.
            StoreError: the store could not be read.
        """
        reading = self._archive if window.part == "archive" else self._page
        try:
            while True:
                told = await reading(subject, window, address)
                if told is not None:
                    return told
        except BadCursor as error:
            raise _no_such(window) from error

    async def _page(
        self, subject: Subject, window: Window, address: Callable[[Window], str]
    ) -> Told | None:
        """Read a page; None where an import came in between."""
        match window.part:
            case "newer":
                asked = Arguments(last=self._entries, before=window.cursor)
            case "oldest":
                asked = Arguments(last=self._entries)
            case _:
                asked = Arguments(first=self._entries, after=window.cursor)
        revision, answer, owner = await self._ask(
            subject, page=(selections.STORIES[subject.collapse], asked)
        )
        if owner is None:
            return Told(revision, (answer,), None)
        page = owner["page"]
        nodes = [edge["node"] for edge in page["edges"]]
        info, answers, before = page["pageInfo"], [answer], Window("archive")
        if not nodes and window.part != "newest":
            raise _no_such(window)
        if info["hasNextPage"]:
            last, ends = info["endCursor"], selections.ENDS
            then, answer, marks = await self._ask(
                subject,
                older=(selections.MARK, Arguments(first=1, after=last, filter=ends)),
                newest=(selections.MARK, Arguments(first=1, filter=ends)),
            )
            if then != revision or marks is None:
                return None
            answers.append(answer)
            older = _cursor(marks["older"])
            has_ended = older != _cursor(marks["newest"])
            before = Window("archive", older, None if has_ended else last)
        return Told(revision, tuple(answers), owner, nodes, paging(info, before, address))

    async def _archive(
        self, subject: Subject, window: Window, address: Callable[[Window], str]
    ) -> Told | None:
        """Read an archive: what is newer than its cursor, to the next that ends one."""
        start, ends = window.cursor, selections.ENDS
        marked = selections.MARKED[subject.collapse]
        asked = {"newer": (marked, Arguments(last=1, before=start, filter=ends))}
        if start is not None:
            asked["older"] = selections.MARK, Arguments(first=1, after=start, filter=ends)
        revision, first, owner = await self._ask(subject, **asked)
        if owner is None:
            return Told(revision, (first,), None)
        newest, end = owner["newer"]["edges"], _cursor(owner["newer"])
        if window.until is not None:
            newest, end = [], window.until
        between = Arguments(first=selections.MOST_IN_ARCHIVE, after=end, before=start)
        asked = {"between": (selections.STORIES[subject.collapse], between)}
        if end is not None:
            asked["beyond"] = selections.MARK, Arguments(last=1, before=end, filter=ends)
        then, second, found = await self._ask(subject, **asked)
        if then != revision or found is None:
            return None
        nodes = [edge["node"] for edge in (*newest, *found["between"]["edges"])]
        if not nodes:
            raise _no_such(window)
        # What is newer is an archive at this address only where it has ended.
        has_newer = bool(newest) and _cursor(found["beyond"]) is not None
        return Told(
            revision,
            (first, second),
            owner,
            nodes,
            Paging(
                current=address(NEWEST),
                prev_archive=address(Window("archive", _cursor(owner["older"]))) if start else None,
                next_archive=address(Window("archive", end)) if has_newer else None,
            ),
        )

    async def _ask(
        self, subject: Subject, **asked: tuple[Page, Arguments]
    ) -> tuple[int, bytes, Mapping[str, Any] | None]:
        reading = await self._store.read(selections.of(subject, **asked), limits=self._limits)
        answer = reading.answers[0]
        return reading.revision, answer, selections.answered(subject, json.loads(answer))


def _cursor(page: Mapping[str, Any]) -> str | None:
    edges = page["edges"]
    return edges[0]["cursor"] if edges else None


def _no_such(window: Window) -> HTTPException:
    what = "archive" if window.part == "archive" else "page"
    return HTTPException(
        404, f"This feed has no such {what}; follow its links from one to another."
    )
