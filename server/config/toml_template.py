"""Builds the newsgraph.toml that `newsgraph init` writes. Pure.

Only the id is set, and what an existing file sets. All else is in comments: with the file, a folder
is imported as without it.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from newsgraph.server.config.settings import NewsgraphToml
from newsgraph.server.config.toml_text import format_value
from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.entry_ids import USUAL_ENTRY_IDS
from newsgraph.store.documents.identity import topic_slug
from newsgraph.store.documents.languages import merge_languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from newsgraph.store.documents.collection_settings import Collection, ImportRoot

_WIDTH: Final = 100
_MAX_NAME: Final = 32

_HEADER: Final = (
    "Settings of newsgraph for this folder. A line that begins with # does not count: to use a "
    "setting, remove the # before it. docs/settings.md of newsgraph describes all of them."
)
_ID: Final = (
    "newsgraph recognizes the folder by its id, also after it was moved or renamed. The id is part "
    "of the ids of all entries in feeds, and its store is named after it. Never change it: feed "
    "readers would show all entries again as new ones."
)


@dataclass(frozen=True, slots=True)
class _Setting:
    """A setting in the file: its key, what it is for, and an example or the default."""

    key: str
    meaning: str
    example: object


_ENTRY_IDS: Final = _Setting(
    "entry_ids",
    "The ids that the entries of feeds have. Readers of the site's old feed need those that it "
    "has; `newsgraph check --against FEED` compares them.",
    "newsgraph",
)
_SITE: Final = (
    _Setting("title", "The title of the site, on pages and in feeds.", "My archive"),
    _Setting("description", "What the site is about, in a sentence.", "News of our town"),
    _Setting("copyright", "The copyright notice of the site, in feeds.", "© My archive"),
    _Setting("author", "Who is the author of the site, in feeds.", "Ann Lee"),
    _Setting("author_url", "The URL of the author's page, in feeds.", "https://ann.example/"),
    _Setting("email", "The address of the author, which feeds show.", "ann@town.example"),
    _Setting("icon", "A square picture of the site for feeds: a file or a URL.", "images/icon.png"),
    _Setting("logo", "A picture that may be wider than high.", "images/logo.png"),
    _Setting(
        "url", "The site that the documents belong to, for relative URLs.", "https://town.example/"
    ),
    _Setting("language", "The language of documents that state none.", "en"),
    _Setting("languages", "All languages of the documents, the default one first.", ["en", "de"]),
    _Setting("time_zone", "The zone of times without one.", "Europe/Berlin"),
    _Setting("unpublished", '"serve" shows drafts and unpublished documents, too.', "hide"),
    _Setting("future", '"show" or "hide": documents before their date of publication.', "show"),
)
_DOCUMENTS: Final = (
    _Setting(
        "exclude",
        "Documents that are not imported: patterns of paths below this folder.",
        ["README.md", "drafts/*"],
    ),
    _Setting("private_fields", "Front matter that is stored, and never served.", ["secured"]),
    _Setting(
        "keys",
        "Your own names for fields of an article, which are read before the usual ones.",
        {"title": ["headline"], "image": ["photo.url"]},
    ),
    _Setting(
        "file_titles",
        "Whether feeds show a title that is only the name of the file; otherwise such entries have "
        "none.",
        True,
    ),
    _ENTRY_IDS,
    _Setting("files", "false: pictures and other files of this folder are not served.", True),
)
_SERVER: Final = (
    _Setting(
        "public_url",
        "The public URL of the newsgraph server, for links in feeds and pages.",
        "https://news.example.com",
    ),
    _Setting("host", "The address to listen on; 0.0.0.0 is reachable from others.", "127.0.0.1"),
    _Setting("port", "The port to listen on.", 8000),
    _Setting("workers", "Number of processes that serve.", 1),
    _Setting("database", "The store, if it is not the folder's own.", "sqlite:///news.db"),
    _Setting("feed_entries", "Maximum number of entries in a feed.", 50),
    _Setting("hub", 'Who pushes feeds to subscribers: "own", "none" or the URL of a hub.', "own"),
    _Setting("introspection", "false: GraphQL clients cannot read the schema.", True),
)
_KIND: Final = "The generator whose rules the documents are read by."


def suggest_id(root: ImportRoot, number: int) -> str:
    """Return an id for a folder: the title of its site, or else the folder's name, and digits.

    Args:
        root: the folder.
        number: the digits, at most eight.
    """
    names = (root.collection.title or "", root.folder.absolute().resolve().name)
    name = next((name for name in names if any(map(str.isalnum, name))), "archive")
    slug = topic_slug(name)
    if len(slug) > _MAX_NAME:
        # At the end of a word, if there is one.
        slug = slug[:_MAX_NAME].rpartition("-")[0] or slug[:_MAX_NAME]
    return f"{slug}-{number:08d}"


def build_toml(root: ImportRoot, collection_id: str, values: Mapping[str, object]) -> str:
    """Return the text of a newsgraph.toml.

    Args:
        root: the folder.
        collection_id: its id.
        values: the keys and values of its file, if it has one; they stay.
    """
    detected = find_detected_values(root.collection, values)
    known = [setting for setting in _SITE if setting.key in detected]
    unknown = [setting for setting in _SITE if setting.key not in detected]
    lines = [*_comment(_HEADER), "", *_comment(_ID), f"id = {format_value(collection_id)}", ""]
    if known:
        source = root.config_file.name if root.config_file else "the files of the archive"
        lines += _comment(
            f"These values come from {source}, and count without being repeated here. To use "
            "another one, change it, and remove the sign before it."
        )
        lines += _lines(known, values, detected)
    lines += _comment("About the site. The values are examples.")
    archive_kind = root.collection.archive_kind
    lines += _lines(unknown, values, {"future": "hide" if archive_kind.hides_future else "show"})
    lines += _comment("About the documents. The values are the defaults, or examples.")
    kind = _Setting("kind", _describe_kind(root), root.collection.kind)
    suggested = {
        "file_titles": archive_kind.has_file_titles,
        "entry_ids": USUAL_ENTRY_IDS.get(root.collection.kind, _ENTRY_IDS.example),
    }
    lines += _lines((kind, *_DOCUMENTS), values, suggested)
    lines += _comment("About the server. The values are the defaults, or examples.")
    lines += _lines(_SERVER, values, {})
    shown = {"id", "kind", *(setting.key for setting in (*_SITE, *_DOCUMENTS, *_SERVER))}
    others = {key: value for key, value in values.items() if key not in shown}
    lines += [f"{key} = {format_value(value)}" for key, value in others.items()]
    return "\n".join(lines).rstrip("\n") + "\n"


def find_detected_values(collection: Collection, values: Mapping[str, object]) -> dict[str, Any]:
    """Return what the configuration of the generator sets, as newsgraph.toml would.

    Values that a newsgraph.toml cannot have are left out, such as an unknown time zone.

    Args:
        collection: the settings of the folder.
        values: those that its newsgraph.toml sets.
    """
    languages = [language.code for language in collection.languages or ()]
    detected: dict[str, Any] = {
        "title": collection.title,
        "description": collection.description,
        "copyright": collection.copyright,
        "author": collection.author,
        "author_url": collection.author_url,
        "email": collection.email,
        "icon": collection.icon,
        "logo": collection.logo,
        "url": collection.url,
        "language": collection.language,
        "languages": languages or None,
        "time_zone": collection.time_zone,
        "unpublished": "serve" if collection.serve_unpublished else None,
        "future": collection.future,
    }
    return {
        key: value
        for key, value in detected.items()
        if value is not None and key not in values and is_valid_value(key, value, collection)
    }


def is_valid_value(key: str, value: str | list[str], collection: Collection) -> bool:
    """Return whether a value in newsgraph.toml would mean the same as the detected one.

    Args:
        key: the key.
        value: the detected value.
        collection: the settings of the folder.
    """
    try:
        format_value(value)
        parsed = getattr(NewsgraphToml.model_validate({key: value}), key)
    except (UnicodeEncodeError, ValidationError):
        return False
    if key == "languages":
        return merge_languages(parsed, collection.languages) == collection.languages
    return bool(parsed == value)


def _describe_kind(root: ImportRoot) -> str:
    if root.evidence is None:
        return _KIND
    generator = KINDS[root.collection.kind].generator
    return f"{_KIND} It was recognized by {root.evidence.name}: {generator}."


def _lines(
    settings: Iterable[_Setting], values: Mapping[str, object], detected: Mapping[str, object]
) -> Iterator[str]:
    """Yield the lines of settings, in comments unless the existing file has them."""
    for setting in settings:
        yield from _comment(setting.meaning)
        if setting.key in values:
            yield f"{setting.key} = {format_value(values[setting.key])}"
        else:
            value = detected.get(setting.key, setting.example)
            yield f"# {setting.key} = {format_value(value)}"
    yield ""


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH - 2)]
