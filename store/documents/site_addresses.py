"""URLs and paths of the pages that documents have on the sites of their generators. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from newsgraph.store.documents.aliases import normalize_path
from newsgraph.store.documents.uri_encoding import iri_to_uri
from newsgraph.store.documents.urls import domain_from_url

if TYPE_CHECKING:
    from newsgraph.store.documents.document import SiteAddress

_SAFE_IN_PATHS: Final = "/:@!$&'()*+,;="
_PAGE_SUFFIX: Final = re.compile(r"\.x?html?$", re.IGNORECASE)
_PLACEHOLDER_HOSTS: Final = re.compile(
    r"""localhost | (?:.+\.)?(?:localhost|local|test|invalid) | 127\.[\d.]+ | 0\.0\.0\.0 | \[::1?\]
    | (?:.+\.)?example\.(?:com|org|net) | your-?(?:site|domain|blog|docusaurus-test-site)\.com
    | (?:my-?site|my-?domain)\.com""",
    re.VERBOSE,
)
"""Hosts of computers at home, and those that the templates of generators contain."""


def page_url(address: SiteAddress, site_url: str | None) -> str | None:
    """Return the URL of a page.

    Args:
        address: the address of the page.
        site_url: base URL of the site.

    Returns:
        The URL; None if the site's is unknown, is that of a computer at home, or comes from the
        template of a generator.
    """
    if site_url is None or is_placeholder_url(site_url):
        return None
    return url_of_path(address.path, site_url)


def url_of_path(path: str, site_url: str) -> str:
    """Return the URL of a path below the base URL of a site; it is percent-encoded here."""
    return f"{iri_to_uri(site_url).rstrip('/')}{_encode(path)}"


def request_paths(address: SiteAddress, site_url: str | None) -> tuple[str, ...]:
    """Return the paths at which a server has a page, as `normalize_path` returns them.

    They are below the base URL of the site, and below its host. Web servers have a page ``a.html``
    as ``a``, too. A slash at the end and ``index.html`` do not matter.

    Args:
        address: the address of the page.
        site_url: base URL of the site; None if it is not known.
    """
    base_path = address.base_path if site_url is None else urlsplit(iri_to_uri(site_url)).path
    paths = [address.path]
    if _PAGE_SUFFIX.search(address.path):
        paths.append(_PAGE_SUFFIX.sub("", address.path))
    elif not address.path.endswith("/"):
        paths.append(f"{address.path}.html")
    encoded = [_encode(path) for path in paths]
    bases = dict.fromkeys(("", base_path.rstrip("/")))
    normalized = (normalize_path(f"{base}{path}") for base in bases for path in encoded)
    return tuple(dict.fromkeys(path for path in normalized if path))


def is_placeholder_url(url: str) -> bool:
    """Return whether a site's URL is no public one, or one that a generator's template contains."""
    host = domain_from_url(url)
    return host is None or _PLACEHOLDER_HOSTS.fullmatch(host) is not None


def _encode(path: str) -> str:
    return quote(path, safe=_SAFE_IN_PATHS, errors="replace")
