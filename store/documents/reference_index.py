"""Finds the document that a related item names by its id, slug, path or address. Pure.

A `ReferenceIndex` gets the references first, and then all documents, so that it stores only the
documents that references may mean: its memory depends on the number of references.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import unquote

from newsgraph.store.documents.frontmatter_formats import MARKDOWN_SUFFIXES
from newsgraph.store.documents.identity import document_slug
from newsgraph.store.documents.urls import has_scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newsgraph.store.documents.document import JsonValue

_SUFFIX: Final = re.compile(r"\.(?:md|markdown|mdx|html?)$", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")
_AFTER_PATH: Final = re.compile(r"[?#].*", re.DOTALL)
_DATED: Final = re.compile(r"(?:^|/)(\d{4})[-/](\d{1,2})[-/](?:(\d{1,2})[-/])?([^/]+)$", re.ASCII)
ADDRESS_KEYS: Final = ("slug", "permalink", "url", "path", "aliases", "alias", "redirect_from")
"""Keys of front matter with a slug or addresses of the document on the generator's site."""

_LIST_FOLDERS: Final = frozenset(
    ("tag", "tags", "category", "categories", "topic", "topics", "author", "authors", "page")
)
"""A URL below one of these is a list of documents, though a document may be called the same."""

NameKind: TypeAlias = Literal["id", "path", "dated", "address", "tail", "undated"]
_EXACT_KINDS: Final[tuple[NameKind, ...]] = ("id", "path", "dated")
Name: TypeAlias = tuple[NameKind, str]
"""A name of a document: its id or slug; its path; the date and the name in its path; its address
on the generator's site; the last part of its path or address, and that without a date."""


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document that a reference may mean.

    Attributes:
        key: its key.
        path: its path below the root.
        is_hidden: whether it is not served.
        language: BCP 47 tag of its language; None if that is not known.
        other_paths: what else its path may be called, such as ``post.md`` for ``post.de.md``.
    """

    key: int
    path: str
    is_hidden: bool = False
    language: str | None = None
    other_paths: tuple[str, ...] = ()

    @property
    def path_names(self) -> set[str]:
        """All its paths, in the form in which they are compared."""
        return set(map(path_name, (self.path, *self.other_paths)))


@dataclass(frozen=True, slots=True)
class Reference:
    """A related item that names a document.

    Attributes:
        target: the name, as written.
        path: path of the document that contains it.
        language: BCP 47 tag of that document's language; None if it is not known.
    """

    target: str
    path: str
    language: str | None = None


@dataclass(slots=True)
class ReferenceIndex:
    """Finds the documents of one root that references mean.

    Attributes:
        folders: folders that the generator takes for the root of its documents.
        default_language: BCP 47 tag of the site's default language.
    """

    folders: Sequence[str] = ()
    default_language: str | None = None
    _names: dict[Reference, tuple[Name, ...]] = field(default_factory=dict)
    _referenced_names: set[Name] = field(default_factory=set)
    _documents: dict[Name, dict[int, NamedDocument]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add_reference(self, reference: Reference) -> None:
        """Add a reference; all of them have to be added before the first document."""
        names = self._names[reference] = tuple(reference_names(reference, self.folders))
        self._referenced_names.update(names)

    def add_document(self, document: NamedDocument, names: Iterable[Name]) -> None:
        """Add a document.

        Args:
            document: the document.
            names: some of its names, as `document_names` and `address_names` return them.
        """
        for name in names:
            if name in self._referenced_names:
                self._documents[name][document.key] = document

    def is_exact(self, reference: Reference) -> bool:
        """Return whether a document has the id, the path, or the date and name of a reference."""
        names = self._names[reference]
        return any(name in self._documents for name in names if name[0] in _EXACT_KINDS)

    def find(self, reference: Reference) -> list[NamedDocument]:
        """Return the document that a reference means; several if that is not clear.

        The first name that any document has decides. Of a document and its translations, the one in
        the language of the reference is meant, else the one in the default language. An id or a
        path means one document, even a hidden one. Of the documents with another name, only those
        that are served count if there are any.
        """
        for name in self._names[reference]:
            matches = self._sorted_documents(name)
            if name[0] == "id":
                matches = self._with_translations(matches[:1], reference)
            elif name[0] == "path":
                matches = self._choose_path(matches, name[1], reference)
            elif len(matches) > 1:
                matches = self._in_best_language(_narrow(matches, reference), reference)
            if matches:
                return matches
        return []

    def _sorted_documents(self, name: Name) -> list[NamedDocument]:
        documents = self._documents.get(name, {}).values()
        return sorted(documents, key=lambda item: (item.is_hidden, item.path))

    def _with_translations(
        self, matches: list[NamedDocument], reference: Reference
    ) -> list[NamedDocument]:
        """Return the document with an id, or if the id is its path, perhaps a translation."""
        path = _join(_path_parts(reference.target))
        if all(path_name(item.path) != path for item in matches):
            return matches
        return self._choose_path(self._sorted_documents(("path", path)), path, reference) or matches

    def _choose_path(
        self, matches: list[NamedDocument], path: str, reference: Reference
    ) -> list[NamedDocument]:
        """Return the document that a path means: at most one."""
        # A document that names the path of its original does not mean itself.
        matches = [item for item in matches if item.path != reference.path] or matches
        matches = self._in_best_language(matches, reference)
        return ([item for item in matches if path_name(item.path) == path] or matches)[:1]

    def _in_best_language(
        self, matches: list[NamedDocument], reference: Reference
    ) -> list[NamedDocument]:
        """Return the documents in the language of a reference, else those in the default one."""
        for language in (reference.language, self.default_language):
            in_language = [item for item in matches if item.language == language]
            if in_language:
                return in_language
        return matches


def _narrow(matches: list[NamedDocument], reference: Reference) -> list[NamedDocument]:
    """Return the documents that are served, and of these the ones whose paths end alike."""
    matches = [item for item in matches if not item.is_hidden] or matches
    end = "/" + _join(_path_parts(reference.target))
    return [
        item for item in matches if any(f"/{name}".endswith(end) for name in item.path_names)
    ] or matches


def reference_names(reference: Reference, folders: Sequence[str] = ()) -> Iterator[Name]:
    """Yield the names that a reference may stand for, in the order of their precedence.

    Args:
        reference: the reference.
        folders: folders that the generator takes for the root of its documents.
    """
    target = unicodedata.normalize("NFC", reference.target.strip())
    yield "id", target
    parts = _path_parts(target)
    if not parts:
        return
    is_rooted = target.startswith("/")
    folder = posixpath.dirname(reference.path)
    # In a URL, `../x` is relative to the address of the page, which is a folder of its own.
    bases = ["", *folders] if is_rooted else [folder, "", *folders, _SUFFIX.sub("", reference.path)]
    text = "/".join(parts)
    for base in bases:
        joined = posixpath.normpath(posixpath.join(base, text))
        if not joined.startswith(".."):
            yield "path", path_name(joined)
    name = _join(parts)
    dated = _split_date(name)
    if dated:
        yield "dated", "/".join(dated)
    yield "address", name
    if not _LIST_FOLDERS.isdisjoint(name.split("/")[:-1]):
        return
    if dated:
        # Not the document of the same name and another date.
        yield "tail", dated[1]
    else:
        tail = name.rpartition("/")[2]
        yield "tail", tail
        yield "undated", tail


def document_names(document: NamedDocument, identity: str) -> Iterator[Name]:
    """Yield the names of a document that follow from its paths and its identity."""
    yield "id", identity
    yield "id", document_slug(identity)
    for name in document.path_names:
        yield from _path_names(name)


def _path_names(name: str) -> Iterator[Name]:
    yield "path", name
    dated = _split_date(name)
    if dated:
        date, undated = dated
        yield "dated", f"{date}/{undated}"
        # Addresses may have the month alone.
        yield "dated", f"{date[:7]}/{undated}"
        yield "undated", undated
    else:
        tail = name.rpartition("/")[2]
        yield "tail", tail
        yield "undated", tail


def address_names(front_matter: Mapping[str, JsonValue]) -> Iterator[Name]:
    """Yield the names of a document that follow from the slug and addresses in its front matter."""
    for key, value in front_matter.items():
        if key.lower() not in ADDRESS_KEYS:
            continue
        for item in value if isinstance(value, list) else [value]:
            # A complete URL may be that of another site.
            if isinstance(item, str) and not has_scheme(item):
                name = _join(_path_parts(item))
                if name:
                    yield "address", name
                    yield "tail", name.rpartition("/")[2]


def is_site_path(target: str) -> bool:
    """Return whether a reference may be a path on the generator's site, such as ``/about/``.

    Its links lead to pages, not to Markdown files.
    """
    path = _AFTER_PATH.sub("", target).lower()
    return path.startswith("/") and not path.endswith(MARKDOWN_SUFFIXES)


def path_name(path: str) -> str:
    """Return a path in the form in which paths are compared.

    It is without suffix and ``/index``, and with dashes for spaces; its case does not matter.
    """
    name = _SUFFIX.sub("", path)
    name = unicodedata.normalize("NFC", _SPACES.sub("-", name)).casefold()
    return name.removesuffix("/index").removesuffix("/_index")


def _path_parts(target: str) -> list[str]:
    """Return the parts of a path or of the path of a URL, decoded."""
    path = unquote(_AFTER_PATH.sub("", target.replace("\\", "/")))
    return [part for part in path.split("/") if part not in ("", ".")]


def _join(parts: Iterable[str]) -> str:
    return path_name("/".join(part for part in parts if part != ".."))


def _split_date(name: str) -> tuple[str, str] | None:
    """Return the date in a path, and the name after it: ``2024-05-02`` or ``2024-05``."""
    match = _DATED.search(name)
    if match is None:
        return None
    year, month, day, rest = match.groups()
    date = f"{year}-{int(month):02}"
    return (f"{date}-{int(day):02}" if day else date), rest
