"""Which page of a list is asked for, and where the pages beside it are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from newsgraph.store.query.selection import (
    Arguments,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
    TotalCount,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.store.query.filter import Filter
    from newsgraph.store.query.selection import Constant

_AROUND = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")


@dataclass(frozen=True, slots=True)
class Turn:
    """A page of a list.

    Attributes:
        after: the cursor that it begins after.
        before: the cursor that it ends before; only where there is no `after`.
    """

    after: str | None = None
    before: str | None = None

    @property
    def query(self) -> str:
        """The page's part of its address: empty for the first page."""
        if self.after is not None:
            return f"after={quote(self.after)}"
        return "" if self.before is None else f"before={quote(self.before)}"

    def arguments(
        self,
        rows: int,
        *,
        by: tuple[str, str] | None = None,
        filter: Filter | None = None,  # noqa: A002 - as the store calls it
    ) -> Arguments:
        """Return what the store is asked for.

        Args:
            rows: how many a page has.
            by: what to find rows by, as of `Arguments`.
            filter: what they have to be.
        """
        if self.before is not None:
            return Arguments(last=rows, before=self.before, by=by, filter=filter)
        return Arguments(first=rows, after=self.after, by=by, filter=filter)


def turn_of(query: str) -> Turn:
    """Return which page an address asks for."""
    told = dict(parse_qsl(query))
    if "after" in told:
        return Turn(after=told["after"])
    return Turn(before=told.get("before"))


def page_of(node: Selection, *more: Constant | Field) -> Page:
    """Ask for a page's rows, how many there are on all pages, and where it lies.

    Args:
        node: what is wanted of each row.
        more: what is wanted of the edge to it.
    """
    around = PageInfo("pageInfo", tuple(Field(name, name) for name in _AROUND))
    return Page((TotalCount("totalCount"), around, Edges("edges", (*more, Node("node", node)))))


@dataclass(frozen=True, slots=True)
class Beside:
    """The pages beside one, as addresses below the site.

    Attributes:
        newer: the page before it.
        older: the page after it.
    """

    newer: str | None
    older: str | None


def beside(path: str, page: Mapping[str, Any]) -> Beside:
    """Return the addresses of the pages beside one.

    Args:
        path: the list's own address, with what of its query stays.
        page: as the store answers `page_of`.
    """
    around = page["pageInfo"]
    newer = older = None
    if around["hasPreviousPage"]:
        newer = joined(path, Turn(before=around["startCursor"]).query)
    if around["hasNextPage"]:
        older = joined(path, Turn(after=around["endCursor"]).query)
    return Beside(newer, older)


def joined(path: str, *queries: str) -> str:
    """Put parts of a query behind an address."""
    query = "&".join(filter(None, queries))
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path
