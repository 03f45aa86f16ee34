"""Finds what links in bodies lead to: documents and files of the root, and included text."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newsgraph.store.bodies.context import BodyContext
from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.frontmatter_formats import MARKDOWN_SUFFIXES
from newsgraph.store.documents.frontmatter_split import split_document
from newsgraph.store.documents.identity import document_slug, quote_path
from newsgraph.store.documents.reference_index import NamedDocument, document_names, path_name
from newsgraph.store.importing.address_rows import story_url
from newsgraph.store.importing.archive_files import UnreadableFile, read_small_file
from newsgraph.store.importing.included_text import read_included_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.store.bodies.context import LocalFile, SiteValue
    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Article, JsonValue
    from newsgraph.store.importing.local_files import DocumentFiles

_COMPUTED_VARIABLES: Final = frozenset(
    ("content", "date", "excerpt", "id", "next", "page", "path", "previous", "url")
)
"""What a generator sets itself, or writes in another way than front matter does."""
_NORMALIZED_BY_JEKYLL: Final = frozenset(("categories", "collection", "tags"))
_TEMPLATE_CODE: Final = re.compile(r"\{[{%]")
_LANGUAGE_FOLDER: Final = re.compile(r"[a-z]{2}(?:[-_][a-zA-Z]{2,4})?")


class DocumentNames:
    """The documents of a root, by what links call them.

    Args:
        root: the root.
        paths: the paths of all its documents.
    """

    def __init__(self, root: ImportRoot, paths: Sequence[str]) -> None:
        self._paths = paths
        collection = root.collection
        configured = collection.content_folder
        content = (configured,) if configured else collection.archive_kind.content_folders
        self._folders = tuple(dict.fromkeys((*content, "")))
        self._folder, self._kind = root.folder, collection.archive_kind
        self._are_documents: dict[str, bool] = {}

    def find(self, name: str, document_path: str) -> str | None:
        """Return the path of the document that a name means, or None if there is none, or several.

        Args:
            name: see `newsgraph.store.bodies.context.LinkTargets.find_document`.
            document_path: path of the document that names it.
        """
        if not name:
            return None
        folders: tuple[str, ...] = (posixpath.dirname(document_path),)
        if name.startswith("/"):
            folders = (*self._folders, *self._language_folders(document_path))
        elif not name.startswith("."):
            folders += self._folders
        for folder in folders:
            path = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
            match = None if path.startswith("..") else self._by_path.get(path_name(path))
            if match is not None and self._is_document(match):
                return match
        if name.startswith((".", "/")):
            return None
        end = f"/{path_name(name)}"
        matches = [
            path
            for path in self._by_last_name.get(end.rpartition("/")[2], ())
            if (f"/{path_name(path)}".endswith(end) or "/" not in end[1:])
            and self._is_document(path)
        ]
        return matches[0] if len(matches) == 1 else None

    def _language_folders(self, document_path: str) -> list[str]:
        """Return the folder of a document's language, such as ``content/en``, if it has one."""
        content = [f"{folder}/" for folder in self._folders if folder]
        parts = [
            (folder, document_path.removeprefix(folder).partition("/")[0])
            for folder in content
            if document_path.startswith(folder)
        ]
        return [folder + name for folder, name in parts if _LANGUAGE_FOLDER.fullmatch(name)]

    def _is_document(self, path: str) -> bool:
        """Return whether a file can be a document: pages that are served as they are, are none."""
        if path.endswith(MARKDOWN_SUFFIXES):
            return True
        if path not in self._are_documents:
            self._are_documents[path] = self._has_front_matter(path)
        return self._are_documents[path]

    def _has_front_matter(self, path: str) -> bool:
        try:
            text = read_small_file(self._folder / path) or ""
            split_document(text.lstrip("\ufeff\r\n"), self._kind)
        except (DocumentError, UnreadableFile, OSError, ValueError):
            return False
        return True

    @cached_property
    def _by_path(self) -> dict[str, str]:
        # Of files that differ in their suffixes, the first one is meant.
        return {path_name(path): path for path in reversed(self._paths)}

    @cached_property
    def _by_last_name(self) -> dict[str, list[str]]:
        """Documents by the last part of their paths, and by that without a date."""
        names: dict[str, list[str]] = defaultdict(list)
        for path in self._paths:
            last = path_name(path).rpartition("/")[2]
            kinds = document_names(NamedDocument(0, path), path)
            undated = {name for kind, name in kinds if kind in ("tail", "undated")}
            for name in {last, *undated}:
                names[name].append(path)
        return names


class DocumentTargets:
    """What the links in one document lead to.

    Args:
        root: the root.
        path: path of the document.
        names: the documents of the root.
        files: the files that the document refers to.
    """

    def __init__(
        self, root: ImportRoot, path: str, names: DocumentNames, files: DocumentFiles
    ) -> None:
        self._root, self._path = root, path
        self._names, self._files = names, files

    def find_document(self, name: str) -> str | None:
        """Return the path of the document that is meant, or None."""
        return self._names.find(name, self._path)

    def find_file(self, url: str) -> LocalFile | None:
        """Return the file that a relative URL means, or None."""
        return self._files.find_file(url)

    def read_include(self, name: str, *, relative: bool) -> str | None:
        """Return the text of an included file, without front matter, or None."""
        text = read_included_text(self._root.folder, self._path, name, relative=relative)
        self._files.record_include(name, text, relative=relative)
        return text

    def find_site_value(self, names: Sequence[str]) -> SiteValue | None:
        """Return what the first names mean in the variable `site` of templates, or None."""
        return self._files.find_site_value(names)


def create_body_context(
    root: ImportRoot,
    path: str,
    article: Article,
    identity: str,
    targets: DocumentTargets,
    front_matter: Mapping[str, JsonValue],
    root_key: int | None = None,
) -> BodyContext:
    """Return what the rendering of an article's body has to know.

    Args:
        root: the root.
        path: path of the document.
        article: the article.
        identity: the identity of the document, from which the path of its page follows.
        targets: what its links lead to.
        front_matter: the document's front matter, with what it inherits.
        root_key: key of the root, if it is not the first one.
    """
    collection = root.collection
    has_templates = _TEMPLATE_CODE.search(article.body) is not None
    return BodyContext(
        path=path,
        kind=collection.archive_kind,
        page_path=f"/articles/{quote_path(document_slug(identity))}",
        story_url=story_url(article, collection.url),
        site_url=collection.url,
        base_path=urlsplit(collection.url or "").path.rstrip("/"),
        targets=targets,
        site_title=collection.title,
        root_key=root_key,
        variables=_variables(collection.kind, front_matter) if has_templates else {},
        pictures=frozenset(image.url for image in article.images),
    )


def _variables(kind: str, front_matter: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the values of front matter that Liquid of a generator knows by name.

    https://jekyllrb.com/docs/variables/ and https://www.11ty.dev/docs/data-frontmatter/ describe
    them.
    """
    if kind == "jekyll":
        computed = _COMPUTED_VARIABLES | _NORMALIZED_BY_JEKYLL
        return {f"page.{name}": item for name, item in front_matter.items() if name not in computed}
    if kind != "eleventy":
        return {}
    return {
        name: value
        for name, value in front_matter.items()
        # Lists and mappings are written in another way than Jekyll's.
        if isinstance(value, str | int)
        and not isinstance(value, bool)
        and name not in _COMPUTED_VARIABLES
    }
