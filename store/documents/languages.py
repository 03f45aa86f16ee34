"""The language of a document, and what it has in common with its translations.

The front matter names the language, or else the file's name (``post.de.md``), or else a folder
(``de/post.md``). Suffixes and folders are languages if the configuration of the site has them;
without such a configuration, some codes of ISO 639-1 are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yaml import ScalarNode

from newsgraph.store.documents.archive_kinds import DRAFTS_FOLDER, POSTS_FOLDER
from newsgraph.store.documents.field_keys import USUAL_FIELD_KEYS
from newsgraph.store.documents.language_tags import (
    ABBREVIATIONS,
    WORDS,
    document_tag,
    known_tag,
    normalize_tag,
    primary_subtag,
)
from newsgraph.store.documents.yaml_values import quote_for_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.field_keys import FieldKeys
    from newsgraph.store.documents.fields import FieldReader

_AMBIGUOUS_KEY: Final = "language"
"""Its value may be a programming language; that of the other keys is a language in any archive."""

_POST_FOLDERS: Final = (POSTS_FOLDER, DRAFTS_FOLDER)
_DOCUSAURUS_FOLDER: Final = re.compile(
    r"^docusaurus-plugin-content-(docs|blog|pages)(-[^/]+)?/(?:current/)?"
)
_DOCUSAURUS_FOLDERS: Final = {"docs": "docs", "blog": "blog", "pages": "src/pages"}


@dataclass(frozen=True, slots=True)
class SiteLanguage:
    """A language of a site.

    Attributes:
        code: what the suffixes of file names and the names of folders have for it, in small
            letters and with dashes.
        tag: BCP 47 tag.
        folder: the folder with its documents, relative to the root; ``""`` if it is the language
            of all documents in the root, None if it has no folder of its own.
        is_disabled: whether the site leaves out the documents in this language.
        url_folder: the first folder in the URLs of its pages; empty if there is none. Only that of
            Hugo's languages is known.
    """

    code: str
    tag: str
    folder: str | None = None
    is_disabled: bool = False
    url_folder: str = ""


@dataclass(frozen=True, slots=True)
class SiteLanguages:
    """What the paths of documents say about their languages.

    Attributes:
        languages: the languages of the site, its default language first; None if no configuration
            names them.
        content_folder: the folder with documents that the configuration names.
    """

    languages: tuple[SiteLanguage, ...] | None = None
    content_folder: str | None = None

    @property
    def default_tag(self) -> str | None:
        """The tag of the site's default language, if the configuration names one."""
        return self.languages[0].tag if self.languages else None

    def locate(self, path: str, kind: ArchiveKind) -> LanguagePath:
        """Find the parts of a path that name a language.

        Args:
            path: path of a document relative to the root, with ``/``.
            kind: how the archive's generator reads documents.
        """
        stem, dot, extension = path.rpartition(".")
        if not dot or "/" in extension:
            stem, dot, extension = path, "", ""
        stem, by_suffix = self.split_suffix(stem, kind)
        by_folder, rest = self._split_folder(stem, kind)
        language = by_suffix or by_folder
        shown = language or (self.languages[0] if self.languages else None)
        return LanguagePath(
            language.tag if language else None,
            f"{stem}{dot}{extension}",
            rest.removesuffix("/index"),
            shown.url_folder if shown else "",
        )

    def split_suffix(self, stem: str, kind: ArchiveKind) -> tuple[str, SiteLanguage | None]:
        """Return a path without the language at the end of its name, and the language.

        Args:
            stem: the path, without the suffix of the file.
            kind: how the archive's generator reads documents.
        """
        name, _, suffix = stem.rpartition(".")
        if not name or name.endswith("/") or "/" in suffix or not kind.has_language_suffixes:
            return stem, None
        if self.languages is not None:
            language = self._find(suffix)
        else:
            language = None if suffix.lower() in WORDS else _known_language(suffix)
        return (name, language) if language else (stem, None)

    def _split_folder(self, stem: str, kind: ArchiveKind) -> tuple[SiteLanguage | None, str]:
        """Return the language that a folder names, and the path without this folder."""
        owners = [
            language
            for language in self.languages or ()
            if language.folder is not None and _is_in(stem, language.folder)
        ]
        if owners:
            owner = max(owners, key=lambda language: len(language.folder or ""))
            rest = stem.removeprefix(owner.folder or "").removeprefix("/")
            return owner, _DOCUSAURUS_FOLDER.sub(_docusaurus_folder, rest)
        rest = self._without_content_folder(stem, kind)
        *folders, name = rest.split("/")
        for index, folder in enumerate(folders):
            language = self._language_of_folder(folder, folders[:index], kind)
            if language is not None:
                return language, "/".join((*folders[:index], *folders[index + 1 :], name))
        return None, rest

    def _language_of_folder(
        self, folder: str, above: list[str], kind: ArchiveKind
    ) -> SiteLanguage | None:
        if self.languages is not None:
            return self._find(folder) if kind.has_language_folders else None
        # Without a configuration, only the first folders below that of the content can be one.
        depth = sum(name not in _POST_FOLDERS for name in above)
        is_usual = depth < kind.language_folder_depth or above in (
            [name] for name in kind.language_parents
        )
        language = _known_language(folder) if is_usual else None
        is_other = language is not None and primary_subtag(language.tag) in ABBREVIATIONS
        return None if is_other else language

    def _find(self, code: str) -> SiteLanguage | None:
        folded = fold_code(code)
        return next((item for item in self.languages or () if item.code == folded), None)

    def _without_content_folder(self, stem: str, kind: ArchiveKind) -> str:
        folders = kind.content_folders if self.content_folder is None else (self.content_folder,)
        if len(folders) != 1:
            # `blog/a` and `docs/a` are no translations of each other.
            return stem
        return stem.removeprefix(f"{folders[0]}/")


@dataclass(frozen=True, slots=True)
class LanguagePath:
    """A path, and what it says about the document's language.

    Attributes:
        language: BCP 47 tag; None if the path names no language.
        path: the path without the language at the end of the file's name.
        common_path: what the paths of a document and its translations have in common.
        url_folder: the first folder in Hugo's URL of the document; empty if it has no language, or
            usually the default one.
    """

    language: str | None
    path: str
    common_path: str
    url_folder: str = ""


NO_LANGUAGES: Final = SiteLanguages()
"""The languages of a site without a configuration."""


def parse_language(fields: FieldReader, keys: FieldKeys = USUAL_FIELD_KEYS) -> str | None:
    """Read the language that the front matter states, as a BCP 47 tag."""
    # Most documents have none of the keys.
    if fields.find(*keys["language"]) is None:
        return None
    for key in keys["language"]:
        field = fields.find(key)
        if field is None or not isinstance(field[1], ScalarNode):
            continue
        text = fields.converter.scalar_text(field[1])
        tag = document_tag(text)
        if tag is not None:
            return tag
        if key != _AMBIGUOUS_KEY:
            message = f"{fields.label_of(key)} is {quote_for_message(text)}, which is no language."
            fields.report("unknown-language", field[1], message)
    return None


def parse_translation_key(fields: FieldReader, kind: ArchiveKind) -> str | None:
    """Read the text in the front matter that a document and its translations have in common."""
    field = fields.find(*kind.translation_keys)
    if field is None or not isinstance(field[1], ScalarNode):
        return None
    return fields.converter.scalar_text(field[1]).strip()


def merge_languages(
    codes: Sequence[str] | None, detected: tuple[SiteLanguage, ...] | None
) -> tuple[SiteLanguage, ...] | None:
    """Return the languages with some codes, each as the generator's configuration has it.

    Args:
        codes: the codes in ``newsgraph.toml``; None leaves the detected languages as they are.
        detected: the languages in the generator's configuration.
    """
    if codes is None:
        return detected
    by_code = {language.code: language for language in detected or ()}
    tags = {fold_code(code): tag for code in codes if (tag := normalize_tag(code))}
    return tuple(
        by_code.get(code) or SiteLanguage(code, tag, url_folder=code if index else "")
        for index, (code, tag) in enumerate(tags.items())
    )


def fold_code(code: str) -> str:
    """Return the code of a language in small letters and with dashes."""
    return code.strip().lower().replace("_", "-")


def _known_language(code: str) -> SiteLanguage | None:
    tag = known_tag(code)
    return SiteLanguage(fold_code(code), tag, url_folder=fold_code(code)) if tag else None


def _is_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _docusaurus_folder(match: re.Match[str]) -> str:
    """Return the folder that has the originals of a folder with translations.

    ``docusaurus-plugin-content-docs/current`` has the translations of ``docs``.
    """
    return f"{_DOCUSAURUS_FOLDERS[match[1]]}{match[2] or ''}/"
