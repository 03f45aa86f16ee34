"""The address that an archive's generator gives a document: what all generators have in common.

Each generator has a module of its own, such as `jekyll`. Where its rule cannot be
decided, as it is a program, a document has no address: a wrong one would be worse than none.
"""

from __future__ import annotations

import posixpath
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from yaml import ScalarNode

from newsgraph.store.documents import times
from newsgraph.store.documents.document import SiteAddress
from newsgraph.store.documents.fields import list_items
from newsgraph.store.documents.urls import has_scheme
from newsgraph.store.documents.yaml_tags import BOOL_TAG

if TYPE_CHECKING:
    from newsgraph.store.documents.fields import FieldReader
    from newsgraph.store.documents.languages import LanguagePath

_OTHER_SUFFIX: Final = re.compile(
    r"\.(?:json|xml|rss|atom|txt|csv|ics|js|mjs|css|md|ya?ml|toml|pdf|svg|png|jpe?g|webmanifest)$",
    re.IGNORECASE,
)
"""Names of files that are no pages, such as those of an API."""


@dataclass(frozen=True, slots=True)
class PageSource:
    """What a generator makes the address of a page from.

    Attributes:
        path: path of the file below the folder of the generator's configuration.
        location: what the path says about the language.
        path_without_language: the path without the language at the end of the file's name.
        fields: the front matter, with what the document inherits.
        title: the title, also if it is a heading or the name of the file.
        folder_topics: categories that the folders of the file are.
    """

    path: str
    location: LanguagePath
    path_without_language: str
    fields: FieldReader
    title: str
    folder_topics: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """The suffix of the file, in small letters: ``.md``."""
        return posixpath.splitext(self.path)[1].lower()

    def text(self, *keys: str) -> str | None:
        """Return the text of the first entry that has one; true and false are none."""
        return read_text(self.fields, *keys)

    def has_value(self, key: str) -> bool:
        """Return whether the front matter has a value, of any type."""
        return self.fields.find(key) is not None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list; a single text is a list of one."""
        field = self.fields.find(key)
        nodes = list_items(field[1]) if field else []
        return tuple(
            self.fields.converter.scalar_text(node).strip()
            for node in nodes
            if isinstance(node, ScalarNode)
        )

    def date(self, *keys: str) -> date | datetime | None:
        """Return the first date, in its own zone or without one; a date alone has no time."""
        return parse_written_date(self.text(*keys) or "")


class Permalinks(ABC):
    """How a generator makes addresses; an instance has what the configuration of a site says.

    Attributes:
        base_path: path of the site's base URL by the configuration, without a slash at its end.
    """

    base_path: str = ""

    @abstractmethod
    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page below the base URL, not percent-encoded; None if unknown."""

    def entry_path_of(self, page: PageSource, path: str) -> str | None:  # noqa: ARG002 - as below
        """Return what the id of its feed entry has instead of the path of a page; None if nothing.

        Args:
            page: the page.
            path: its path.
        """
        return None

    def entry_date_of(self, page: PageSource) -> str | None:  # noqa: ARG002 - subclasses use it
        """Return the date in the id of a page's feed entry, ``YYYY-MM-DD``; None if it has none."""
        return None


@dataclass(frozen=True, slots=True)
class RootPermalinks:
    """The addresses of the documents in an imported folder.

    Attributes:
        permalinks: how the generator makes them.
        prefix: path of the imported folder below that of the configuration, with ``/`` at its end,
            or an empty text.
        digest: a digest of what the addresses depend on besides the documents themselves.
    """

    permalinks: Permalinks
    prefix: str
    digest: str

    @classmethod
    def create(cls, permalinks: Permalinks, prefix: str) -> RootPermalinks:
        """Return the addresses in a folder."""
        digest = sha256(f"{permalinks!r} {prefix}".encode()).hexdigest()[:16]
        return cls(permalinks, prefix, digest)

    def address_of(
        self,
        path: str,
        location: LanguagePath,
        fields: FieldReader,
        title: str,
        folder_topics: tuple[str, ...] = (),
    ) -> SiteAddress | None:
        """Return the address of a document, or None if the generator's rule cannot be decided.

        Args:
            path: path of the document below the imported folder.
            location: what the path says about the language.
            fields: the front matter, with what the document inherits.
            title: the document's title.
            folder_topics: categories that the folders of the file are.
        """
        page = PageSource(
            f"{self.prefix}{path}",
            location,
            f"{self.prefix}{location.path}",
            fields,
            title,
            folder_topics,
        )
        address = self.permalinks.path_of(page)
        if address is None or has_scheme(address) or _OTHER_SUFFIX.search(address):
            return None
        # Slashes at the start would begin a host.
        joined = f"/{re.sub('/{2,}', '/', address).lstrip('/')}"
        return SiteAddress(
            joined,
            self.permalinks.base_path,
            self.permalinks.entry_path_of(page, joined),
            self.permalinks.entry_date_of(page),
        )


def read_text(fields: FieldReader, *keys: str) -> str | None:
    """Return the text of the first entry that is present and not empty, if it has one.

    Unlike `FieldReader.get_text`, it reports nothing: other generators use the same keys in other
    ways.
    """
    field = fields.find(*keys)
    if field is None or not isinstance(field[1], ScalarNode) or field[1].tag == BOOL_TAG:
        return None
    return fields.converter.scalar_text(field[1]).strip() or None


def parse_written_date(text: str) -> date | datetime | None:
    """Return a date or time as it is written, in its own zone or without one."""
    iso = times.to_iso8601(text)
    if iso is None:
        return None
    return date.fromisoformat(iso) if "T" not in iso else datetime.fromisoformat(iso)


def read_base_path(fields: FieldReader, *keys: str) -> str:
    """Return the path that a configuration has, or that of a URL, without a slash at its end."""
    text = read_text(fields, *keys) or ""
    return normalize_base_path(text)


def normalize_base_path(text: str) -> str:
    """Return a path, or the path of a URL, with a slash at its start and none at its end."""
    try:
        path = urlsplit(text).path if has_scheme(text) or text.startswith("//") else text
    except ValueError:
        return ""
    path = path.strip("/")
    return f"/{path}" if path else ""


def below(path: str, folder: str) -> str | None:
    """Return a path relative to a folder, or None if it is outside; ``""`` contains all paths."""
    if not folder:
        return path
    return path.removeprefix(f"{folder}/") if path.startswith(f"{folder}/") else None
