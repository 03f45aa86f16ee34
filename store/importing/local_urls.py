"""URLs that lead to this server, in rows of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.store.bodies.context import SITE_SCHEME

if TYPE_CHECKING:
    from newsgraph.store.bodies.context import LocalFile


def is_local_url(url: str) -> bool:
    """Return whether a URL in a row leads to this server: it is read with its public URL."""
    return url.startswith(SITE_SCHEME)


def local_url(file: LocalFile) -> str:
    """Return the URL of a file, as rows have it."""
    return SITE_SCHEME + file.url_path
