"""What the rendering of a body has to know about its document and its archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.document import JsonValue

SITE_SCHEME: Final = "newsgraph-site:"
"""Begins the URLs in stored HTML that lead to this server; its public URL takes its place."""

DOCUMENT_SCHEME: Final = "newsgraph-document:"
"""Begins a link to a document in expanded templates; its path in the archive follows."""


LEFT_OUT_URL: Final = "newsgraph-left-out:"
"""The destination of a link or picture in expanded templates, if all of it is left out."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file in the archive that documents can refer to.

    Attributes:
        path: the path in the archive, with ``/``.
        sha256: the SHA-256 digest of the contents, as 64 hexadecimal digits.
        media_type: for example ``image/png``.
        size: in bytes.
        width: in pixels, if it is an image; None if unknown.
        height: in pixels, if it is an image; None if unknown.
    """

    path: str
    sha256: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None

    @property
    def url_path(self) -> str:
        """The path of the file's URL on this server."""
        return f"/files/{self.sha256}/{quote(self.path.rpartition('/')[2])}"


class SiteValue(NamedTuple):
    """A value that templates find in the site's configuration, or in a data file.

    Attributes:
        value: the value.
        length: how many of the names led to it; the others are names in it.
    """

    value: JsonValue
    length: int


class LinkTargets(Protocol):
    """Finds what relative links in one document lead to."""

    def find_document(self, name: str) -> str | None:
        """Return the path in the archive of the document that is meant, or None.

        Args:
            name: what `ref`, `link` and `post_url` call a document, such as ``2024-05-02-bridge``,
                or a path without fragment: relative to the document or, with ``/`` before it, to
                the folder of content or of the archive; the suffix may be missing.
        """

    def find_file(self, url: str) -> LocalFile | None:
        """Return the file in the archive that a relative URL means, or None."""

    def read_include(self, name: str, *, relative: bool) -> str | None:
        """Return the text of an included file, without front matter, or None.

        Args:
            name: the path below ``_includes``.
            relative: whether the path is relative to the document instead.
        """

    def find_site_value(self, names: Sequence[str]) -> SiteValue | None:
        """Return what the first names mean in the variable `site` of templates, or None.

        Args:
            names: for example ``("data", "releases", "stable")``: a file ``_data/releases.yml``
                is found by the first two.
        """


class NoTargets:
    """Finds nothing: for a body without an archive around it."""

    def find_document(self, name: str) -> str | None:  # noqa: ARG002 - the protocol has it
        """Return None."""
        return None

    def find_file(self, url: str) -> LocalFile | None:  # noqa: ARG002 - the protocol has it
        """Return None."""
        return None

    def read_include(self, name: str, *, relative: bool) -> str | None:  # noqa: ARG002 - see above
        """Return None."""
        return None

    def find_site_value(self, names: Sequence[str]) -> SiteValue | None:  # noqa: ARG002 - see above
        """Return None."""
        return None


@dataclass(frozen=True, slots=True)
class BodyContext:
    """A document and its archive.

    Attributes:
        path: the document's path in the archive, with ``/``.
        kind: the kind of the archive.
        page_path: the path of the article's page on this server, such as ``/articles/bridge``.
        story_url: the URL of the original story, if it has one.
        site_url: the URL of the archive's own site, if it is known.
        base_path: what precedes all paths on that site: Jekyll's ``baseurl``, or an empty text.
        targets: finds what relative links lead to.
        site_title: the title of the site, if it is known.
        root_key: key of the root, if it is not the first one: others can have documents with the
            same paths as those to which links lead.
        variables: values of the front matter, by what templates call them, such as ``page.image``.
        pictures: URLs of the article's pictures in the front matter, as they are stored.
    """

    path: str
    kind: ArchiveKind
    page_path: str = "/"
    story_url: str | None = None
    site_url: str | None = None
    base_path: str = ""
    targets: LinkTargets = field(default_factory=NoTargets)
    site_title: str | None = None
    root_key: int | None = None
    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    pictures: frozenset[str] = frozenset()
