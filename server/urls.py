"""Addresses of our own. All begin with the site's, never with a request's Host header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import quote, urlsplit

Kind: TypeAlias = Literal["all", "topics", "providers"]
"""What a feed is of."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is.

    Attributes:
        site: what every address begins with; no slash at the end.
    """

    site: str

    @property
    def prefix(self) -> str:
        """The path that every address begins with; links from page to page need no host."""
        return urlsplit(self.site).path

    def at(self, path: str) -> str:
        """Return the whole address of a path that needs no encoding."""
        return f"{self.site}{path}"

    def feed(self, kind: Kind, name: str, suffix: str) -> str:
        """Return the whole address of a feed."""
        return self.at(f"{feed_path(kind, name)}.{suffix}")

    def page_of(self, kind: Kind, name: str) -> str:
        """Return the whole address of the page that a feed belongs to."""
        return self.at("/" if kind == "all" else page_path(kind, name))


def feed_path(kind: Kind, name: str) -> str:
    """Return the path of a feed without its suffix."""
    return "/feeds/all" if kind == "all" else f"/feeds/{kind}/{encoded(name, '+,')}"


def page_path(kind: Literal["topics", "providers", "articles"], name: str) -> str:
    """Return the path of a page."""
    return f"/{kind}/{encoded(name)}"


def encoded(name: str, joints: str = "") -> str:
    """Write slugs or domains as a part of a path (RFC 3986 section 3.3), slashes kept.

    Args:
        name: one, or several that are joined.
        joints: what joins them.
    """
    return quote(name, safe=f"/-._~{joints}")
