"""Resolves what documents call their authors to the authors of their collection. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.store.documents.identity import author_slug, fold_name, stable_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgraph.store.documents.document import Author, AuthorEntry


class AuthorDirectory:
    """The authors of a collection.

    An author is identified by the key in the site's author files, or else by the folded name.
    Authors of different collections are different ones.

    Args:
        namespace: what distinguishes the collection from others (`ImportRoot.namespace`).
        entries: the authors in its author files; each key occurs once.

    Attributes:
        entries: the entries by the database key of their author.
    """

    def __init__(self, namespace: str, entries: Iterable[AuthorEntry] = ()) -> None:
        self._namespace = namespace
        # In the order of their keys, so that the order of files does not matter.
        ordered = sorted(entries)
        self._by_key = {entry.key: entry for entry in ordered}
        self._by_slug: dict[str, AuthorEntry] = {}
        self._by_name: dict[str, AuthorEntry] = {}
        for entry in ordered:
            self._by_slug.setdefault(author_slug(entry.key), entry)
            if entry.name:
                self._by_name.setdefault(fold_name(entry.name), entry)
        self.entries = {self._entry_id(entry): entry for entry in ordered}

    def find(self, mention: Author) -> AuthorEntry | None:
        """Return the entry that a document refers to, or None.

        The reference is compared with the keys as they are written, then with the keys as slugs,
        as Hugo does with terms, and then with the names.
        """
        if not self._by_key:
            return None
        for reference in (mention.key, mention.name):
            entry = self._find_by_reference(reference) if reference else None
            if entry is not None:
                return entry
        return None

    def identify(self, mention: Author) -> int:
        """Return the database key of the author that a document names."""
        entry = self.find(mention)
        if entry is not None:
            return self._entry_id(entry)
        return stable_key("Author", self._namespace, "name", fold_name(mention.name))

    def _find_by_reference(self, reference: str) -> AuthorEntry | None:
        return (
            self._by_key.get(reference)
            or self._by_slug.get(author_slug(reference))
            or self._by_name.get(fold_name(reference))
        )

    def _entry_id(self, entry: AuthorEntry) -> int:
        return stable_key("Author", self._namespace, "key", entry.key)
