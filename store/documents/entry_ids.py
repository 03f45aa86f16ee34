"""The ids of feed entries that documents state, and those of a site's old feed. Pure.

A reader shows an entry again if its id changes, so the readers of a site that moves here need the
ids that they know. Sources: the templates and programs of jekyll-feed, Hugo (``rss.xml``), Pelican
(``writers.py``, and `get_tag_uri` of feedgenerator) and WordPress (``wp_insert_post``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from newsgraph.store.documents.permalinks.base import read_text
from newsgraph.store.documents.site_addresses import page_url, url_of_path
from newsgraph.store.documents.text_cleaning import strip_invalid_characters
from newsgraph.store.documents.urls import is_http_url

if TYPE_CHECKING:
    from newsgraph.store.documents.document import Article
    from newsgraph.store.documents.field_keys import Keys
    from newsgraph.store.documents.fields import FieldReader

EntryIds: TypeAlias = Literal["newsgraph", "permalink", "jekyll-feed", "pelican", "wordpress"]
"""Where the ids of a collection's feed entries come from."""

ENTRY_IDS: Final[tuple[EntryIds, ...]] = get_args(EntryIds)

USUAL_ENTRY_IDS: Final[dict[str, EntryIds]] = {
    "jekyll": "jekyll-feed",
    "hugo": "permalink",
    "zola": "permalink",
    "hexo": "permalink",
    "eleventy": "permalink",
    "astro": "permalink",
    "docusaurus": "permalink",
    "mkdocs": "permalink",
    "pelican": "pelican",
}
"""By the kind of archive, the ids that the usual feed of its generator has."""

_WORDPRESS_ID_KEYS: Final = ("wordpress_id", "post_id", "id")
_NUMBER: Final = re.compile(r"[1-9]\d{0,19}", re.ASCII)
_IRI: Final = re.compile(
    r"""[A-Za-z][A-Za-z0-9+.-]*:
    (?: [A-Za-z0-9\-._~!$&'()*+,;=:@/?] | %[0-9A-Fa-f]{2}
      | [\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd] )+
    (?: \# (?: [A-Za-z0-9\-._~!$&'()*+,;=:@/?] | %[0-9A-Fa-f]{2}
      | [\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd] )* )?""",
    re.VERBOSE,
)
"""An IRI as Atom requires it (RFC 3987 section 2.2), without literal IPv6 addresses."""


def is_iri(text: str) -> bool:
    """Return whether a text is an IRI with a scheme, as the id of an Atom entry must be."""
    if _IRI.fullmatch(text) is None:
        return False
    return is_http_url(text) or not text.lower().startswith(("http:", "https:"))


def parse_guid(fields: FieldReader, keys: Keys) -> str | None:
    """Read the id that a document states for its feed entries.

    WordPress stores ``&`` as a character reference, which its feeds resolve.
    """
    text = " ".join(strip_invalid_characters(fields.get_text(*keys) or "").split())
    return _decode_ampersands(text) if is_http_url(text) else text or None


def parse_wordpress_id(fields: FieldReader) -> str | None:
    """Read the id that a post had in WordPress: a URL or a number, as exporters write it."""
    url = read_text(fields, "wordpress_url")
    if url and is_http_url(url):
        return _decode_ampersands(url)
    ids = (read_text(fields, key) for key in _WORDPRESS_ID_KEYS)
    return next((text for text in ids if text and _NUMBER.fullmatch(text)), None)


def requested_entry_id(article: Article, entry_ids: EntryIds, site_url: str | None) -> str | None:
    """Return the id that a document or the settings request for its feed entries.

    Args:
        article: the article.
        entry_ids: the setting of its collection.
        site_url: base URL of the documents' site.

    Returns:
        The id; None for that of newsgraph, also if the requested one is not known.
    """
    return article.guid or _old_entry_id(article, entry_ids, site_url)


def _old_entry_id(article: Article, entry_ids: EntryIds, site_url: str | None) -> str | None:
    if entry_ids == "newsgraph":
        return None
    if entry_ids == "wordpress":
        return _wordpress_guid(article.wordpress_id, site_url)
    address = article.address
    url = page_url(address, site_url) if address else None
    if address is None or url is None or site_url is None:
        return None
    if entry_ids == "jekyll-feed" and address.entry_path is not None:
        return url_of_path(address.entry_path, site_url)
    if entry_ids == "pelican":
        parts = urlsplit(url)
        # Without the percent-encoding of the path, which Pelican does not add.
        path = f"{urlsplit(site_url).path.rstrip('/')}{address.path}"
        return f"tag:{parts.hostname},{address.date}:{path}" if address.date else None
    return url


def _wordpress_guid(wordpress_id: str | None, site_url: str | None) -> str | None:
    if wordpress_id is None or is_http_url(wordpress_id):
        return wordpress_id
    return f"{site_url.rstrip('/')}/?p={wordpress_id}" if site_url else None


def _decode_ampersands(url: str) -> str:
    return url.replace("&#038;", "&").replace("&amp;", "&")
