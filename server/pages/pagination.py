"""Cursor pagination of lists: a page's URL, the store's arguments, links to adjacent pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from newsgraph.store.query.selection import (
    EdgeArguments,
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

_PAGE_INFO_FIELDS = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")


@dataclass(frozen=True, slots=True)
class PageCursor:
    """The position of a page in a list.

    Attributes:
        after: cursor of the row that the page starts after.
        before: cursor of the row that the page ends before; used only without `after`.
    """

    after: str | None = None
    before: str | None = None

    @property
    def query_string(self) -> str:
        """The cursor as a URL's query string; empty for the first page."""
        if self.after is not None:
            return f"after={quote(self.after)}"
        return "" if self.before is None else f"before={quote(self.before)}"

    def arguments(
        self,
        page_size: int,
        *,
        lookup: tuple[str, str] | None = None,
        filter: Filter | None = None,  # noqa: A002 - the store's name for it
    ) -> EdgeArguments:
        """Return the arguments that read this page from the store.

        Args:
            page_size: number of rows on a page.
            lookup: kind and value of the key to look rows up by, as in `EdgeArguments`.
            filter: condition that rows have to meet.
        """
        if self.before is not None:
            return EdgeArguments(last=page_size, before=self.before, lookup=lookup, filter=filter)
        return EdgeArguments(first=page_size, after=self.after, lookup=lookup, filter=filter)


def parse_page_params(query_string: str) -> PageCursor:
    """Return the page that a URL's query string requests."""
    params = dict(parse_qsl(query_string))
    if "after" in params:
        return PageCursor(after=params["after"])
    return PageCursor(before=params.get("before"))


def select_page(node: Selection, *edge_fields: Constant | Field, with_total: bool = True) -> Page:
    """Select a page's rows, its page info and the number of rows on all pages.

    Args:
        node: fields of each row.
        edge_fields: fields of the edge to each row.
        with_total: whether to count the rows on all pages.
    """
    page_info = PageInfo("pageInfo", tuple(Field(name, name) for name in _PAGE_INFO_FIELDS))
    edges = Edges("edges", (*edge_fields, Node("node", node)))
    total = (TotalCount("totalCount"),) if with_total else ()
    return Page((*total, page_info, edges))


@dataclass(frozen=True, slots=True)
class AdjacentPages:
    """Paths of the pages before and after a page, with query strings, relative to the site.

    Attributes:
        newer_path: the previous page; None on the first page.
        older_path: the next page; None on the last page.
    """

    newer_path: str | None
    older_path: str | None


def adjacent_pages(path: str, connection: Mapping[str, Any]) -> AdjacentPages:
    """Return the paths of the pages before and after a page.

    Args:
        path: path of the list, with the part of its query string that all pages share.
        connection: the store's result for a `select_page`.
    """
    page_info = connection["pageInfo"]
    newer_path = older_path = None
    if page_info["hasPreviousPage"]:
        newer_path = append_query(path, PageCursor(before=page_info["startCursor"]).query_string)
    if page_info["hasNextPage"]:
        older_path = append_query(path, PageCursor(after=page_info["endCursor"]).query_string)
    return AdjacentPages(newer_path, older_path)


def append_query(path: str, *parameters: str) -> str:
    """Append encoded parameters to a path that may have a query string; skip empty ones."""
    query_string = "&".join(filter(None, parameters))
    return f"{path}{'&' if '?' in path else '?'}{query_string}" if query_string else path
