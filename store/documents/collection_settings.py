"""A collection: the settings in newsgraph.toml that apply to a folder of documents."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields
from datetime import UTC, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsgraph.store.documents.archive_kinds import KINDS, PLAIN
from newsgraph.store.documents.language_tags import normalize_tag
from newsgraph.store.documents.languages import SiteLanguage, SiteLanguages

if TYPE_CHECKING:
    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.entry_ids import EntryIds
    from newsgraph.store.documents.field_keys import FieldKeySettings

PARSER_VERSION = 12
"""Version of the conversion from files to rows; incrementing it makes an import parse all files."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The settings of a folder of documents.

    Attributes:
        id: distinguishes the GUIDs of its feed entries from other collections'; must never
            change.
        title: title of the collection; by default the name of its folder.
        description: description of the collection, plain text.
        copyright: copyright notice of the site, in its feeds; plain text.
        author: name of the author of the site, in its feeds; the title by default.
        author_url: URL of the author's page.
        email: address of the author, which feeds show as that of the editor.
        icon: square picture of the site, in its feeds: a URL, or the path of a file in the folder.
        logo: picture of the site that may be wider than high, in its feeds.
        url: the site that the documents belong to; relative URLs are resolved against it.
        language: BCP 47 tag of the documents' language.
        serve_unpublished: whether documents with ``published: false`` are served.
        private_fields: front matter keys that are stored but never served.
        exclude: patterns (`fnmatch`) of paths below the folder that are not imported.
        kind: name of the kind of archive, which says how its documents are read.
        keys: front matter keys by the field of an article that they are read as, such as
            ``title = ["headline"]``; they come before the usual ones.
        time_zone: name of the zone of times without one, and of the days that pages show, such as
            ``Europe/Berlin``; UTC by default.
        document_folders: folders with documents whose names begin with an underscore, besides
            those of the kind.
        content_folder: the folder with documents that the generator's configuration names.
        is_complete: whether the folder is that of its generator's configuration, and not one in it.
        languages: the languages of the site, its default language first; by default those that the
            configuration of the generator names.
        future: whether documents are hidden until their date of publication, or shown; by default
            as the generator does.
        serve_expired: whether documents are served after their date of expiry.
        file_titles: whether feeds show a title that is only the name of the file, as the document
            states none; by default as the generator does. Otherwise the entry has no title, as a
            short note.
        files: whether pictures and other files of the folder that documents refer to are served.
        updated: where the time of the last update comes from if a document states none: at its
            first import from the last commit in git that changed it, or from imports alone.
        entry_ids: the ids of feed entries of documents without a `guid`: newsgraph's own, or those
            of the feed that the site had before.
    """

    id: str | None = None
    title: str | None = None
    description: str | None = None
    url: str | None = None
    language: str | None = None
    serve_unpublished: bool = False
    private_fields: tuple[str, ...] = ("secured",)
    exclude: tuple[str, ...] = ()
    kind: str = PLAIN.name
    keys: FieldKeySettings = ()
    time_zone: str | None = None
    document_folders: tuple[str, ...] = ()
    content_folder: str | None = None
    is_complete: bool = True
    languages: tuple[SiteLanguage, ...] | None = None
    future: Literal["show", "hide"] | None = None
    serve_expired: bool = False
    files: bool = True
    updated: Literal["git", "import"] = "git"
    file_titles: bool | None = None
    copyright: str | None = None
    author: str | None = None
    author_url: str | None = None
    email: str | None = None
    icon: str | None = None
    logo: str | None = None
    entry_ids: EntryIds = "newsgraph"

    @property
    def site_languages(self) -> SiteLanguages:
        """What the paths of documents say about their languages."""
        return SiteLanguages(self.languages, self.content_folder)

    @property
    def default_language(self) -> str | None:
        """The BCP 47 tag of documents that state no language."""
        tag = normalize_tag(self.language) if self.language else None
        return tag or self.language or self.site_languages.default_tag

    @property
    def archive_kind(self) -> ArchiveKind:
        """The kind of archive; a plain one if its name is unknown."""
        return KINDS.get(self.kind, PLAIN)

    @property
    def uses_file_titles(self) -> bool:
        """Whether titles that are only the names of files count in feeds."""
        is_set = self.file_titles is not None
        return bool(self.file_titles) if is_set else self.archive_kind.has_file_titles

    @property
    def zone(self) -> tzinfo:
        """The zone of times without one; UTC if the name of the zone is unknown."""
        try:
            return ZoneInfo(self.time_zone) if self.time_zone else UTC
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return UTC

    def to_json(self) -> str:
        """Return the settings as a JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Collection:
        """Return the collection that `to_json` wrote; unknown keys are ignored."""
        known = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        known = {name: _to_tuple(item) for name, item in known.items()}
        if languages := known.get("languages"):
            known["languages"] = tuple(SiteLanguage(**language) for language in languages)
        return cls(**known)


def _to_tuple(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Return a list, and the lists in it, as tuples; any other value as it is."""
    return tuple(map(_to_tuple, value)) if isinstance(value, list) else value


def collection_namespace(collection: Collection, folder: str | Path) -> str:
    """Return what distinguishes a collection's GUIDs and authors from those of others."""
    return collection.id or collection.url or Path(os.path.realpath(folder)).name


# Without slots, for the properties that are computed once.
@dataclass(frozen=True)
class ImportRoot:
    """A folder to import, with its collection.

    Attributes:
        folder: the folder.
        collection: its collection.
        evidence: the file that shows the kind of the archive; None if none does.
        config_file: the configuration of the archive's generator; None if there is none.
        server_settings: what its newsgraph.toml says about a server, as a JSON object. The store
            keeps it for a server that runs without the folder.
    """

    folder: Path
    collection: Collection = Collection()
    evidence: Path | None = None
    config_file: Path | None = None
    server_settings: str = "{}"

    @cached_property
    def name(self) -> str:
        """The collection's id, which survives a move of the folder, or else the folder's real path.

        By this name the store records which root a document was imported from.
        """
        return self.collection.id or os.path.realpath(self.folder)

    @cached_property
    def namespace(self) -> str:
        """The namespace of GUIDs, which distinguishes them from other collections'."""
        return collection_namespace(self.collection, self.folder)

    @cached_property
    def settings_digest(self) -> str:
        """A digest of everything except the file itself that determines a document's rows."""
        collection = self.collection
        settings = (
            PARSER_VERSION,
            self.namespace,
            collection.url,
            collection.serve_unpublished,
            collection.private_fields,
            collection.kind,
            collection.time_zone,
            collection.default_language,
            collection.languages,
            collection.content_folder,
            collection.future,
            collection.serve_expired,
            collection.file_titles,
            collection.files,
            collection.is_complete,
            collection.keys,
            collection.entry_ids,
        )
        return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]
