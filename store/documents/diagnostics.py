"""What can be wrong with a document: every code, with its severity and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from newsgraph.store.documents.document import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.store.documents.source_text import SourceText

Code: TypeAlias = Literal[
    "no-front-matter",
    "unclosed-front-matter",
    "broken-yaml",
    "too-complex",
    "not-a-mapping",
    "not-a-taxonomy",
    "missing-title",
    "missing-name",
    "missing-domain",
    "wrong-type",
    "wrong-date",
    "wrong-url",
    "unsafe-url",
    "duplicate-key",
    "unknown-tag",
    "number-normalised",
    "characters-removed",
    "missing-folder",
    "unreadable-folder",
    "bad-file-name",
    "unreadable-file",
    "not-utf8",
    "duplicate-id",
    "same-url",
    "taken-alias",
    "relative-url",
]
"""The names of all that is found; docs/documents.md lists each."""

CODES: Final[tuple[str, ...]] = get_args(Code)

CATALOGUE: Final[Mapping[Code, tuple[Severity, str]]] = {
    "no-front-matter": (
        "error",
        (
            "Put YAML with a title between two lines of three dashes at the top of the file; a "
            "file that is no document can be named by `exclude` in newsgraph.toml."
        ),
    ),
    "unclosed-front-matter": ("error", "Put a line of three dashes below the front matter."),
    "broken-yaml": ("error", "Correct the YAML at this place; a value in quotes is safest."),
    "too-complex": (
        "error",
        "Write the front matter with fewer levels, entries and aliases; text belongs in the body.",
    ),
    "not-a-mapping": ("error", "Write the front matter as lines of `key: value`."),
    "not-a-taxonomy": (
        "warning",
        "Add `taxonomy: topic` or `taxonomy: organization`, unless the file is something else.",
    ),
    "missing-title": ("error", 'Give the document a title: `title: "…"`.'),
    "missing-name": ("error", "Give the entry a name: `name: …`."),
    "missing-domain": ("error", "Give the organization its domain: `domain: example.com`."),
    "wrong-type": ("error", "Correct the value; until then this field is left out."),
    "wrong-date": (
        "error",
        "Write the date as 2021-03-12T21:41:00Z or 2021-03-12; until then it is left out.",
    ),
    "wrong-url": (
        "error",
        "Write the whole address, beginning with https://; until then it is left out.",
    ),
    "unsafe-url": ("warning", "Use an http or https address; this one is left out."),
    "duplicate-key": ("warning", "Remove one of the two; the last one counts."),
    "unknown-tag": ("warning", "Remove the tag; the value was read as if it had none."),
    "number-normalised": (
        "warning",
        "Write a number that JSON and a database can hold, or put it in quotes.",
    ),
    "characters-removed": (
        "warning",
        "Remove the control characters from the file; they are left out.",
    ),
    "missing-folder": (
        "error",
        "Check the path; what was imported from it before stays as it is.",
    ),
    "unreadable-folder": (
        "error",
        "Let this user read the folder; what was imported from it before stays as it is.",
    ),
    "bad-file-name": ("error", "Rename the file or folder; its name has to be UTF-8."),
    "unreadable-file": (
        "error",
        "Let this user read the file; what was imported from it before stays as it is.",
    ),
    "not-utf8": ("error", "Save the file as UTF-8."),
    "duplicate-id": ("error", "Give one of the two an `id` of its own in its front matter."),
    "same-url": (
        "warning",
        "If they are one story, remove one; the newer is what the address and links lead to.",
    ),
    "taken-alias": (
        "warning",
        (
            "Let just one topic be called so, by its slug, a name or an alias; until then this "
            "alias counts for nothing."
        ),
    ),
    "relative-url": (
        "warning",
        "Set `url` in newsgraph.toml to the site that these addresses belong to.",
    ),
}

LEFT_OUT: Final = frozenset[str](
    (
        "no-front-matter",
        "unclosed-front-matter",
        "broken-yaml",
        "too-complex",
        "not-a-mapping",
        "not-a-taxonomy",
        "missing-title",
        "missing-name",
        "missing-domain",
        "unreadable-file",
        "not-utf8",
        "duplicate-id",
    )
)
"""Codes of which a file that has one may not be imported as it is now."""

OF_SEVERAL: Final = frozenset[str](("same-url", "taken-alias"))
"""Codes of what documents do together; it is found anew whenever one of them changes."""

_MOST_KEPT: Final = 100


def diagnostic(
    path: str,
    code: Code,
    message: str,
    place: tuple[int, int] | tuple[None, None] = (None, None),
    advice: str | None = None,
) -> Diagnostic:
    """Return a diagnostic with its code's severity, and its advice if no other is given.

    Args:
        path: the file below its root; ``""`` is the root.
        code: one of `CODES`.
        message: what is wrong.
        place: line and column, counted from 1, where there are such.
        advice: what to do.
    """
    severity, usual = CATALOGUE[code]
    line, column = place
    return Diagnostic(path, line, column, code, severity, message, advice or usual)


class UnreadableError(Exception):
    """The file cannot be imported; carries what is said about it.

    Never leaves the parser, which turns it into a diagnostic.
    """

    def __init__(self, code: Code, offset: int, message: str, advice: str | None = None) -> None:
        super().__init__(message)
        self.code: Code = code
        self.offset = offset
        self.message = message
        self.advice = advice


class Complaints:
    """Collects what is wrong with one file, by offset into its prepared text.

    Attributes:
        base: where the YAML begins in the prepared text; added to the offsets of YAML marks.
    """

    def __init__(self, source: SourceText, path: str) -> None:
        self.base = 0
        self._source = source
        self._path = path
        self._found: list[Diagnostic] = []
        # An alias brings the same problem again.
        self._known: set[tuple[Code, int]] = set()

    def add(self, code: Code, offset: int, message: str, advice: str | None = None) -> None:
        """Note a problem at an offset of the YAML; beyond the first hundred they are dropped."""
        if len(self._found) < _MOST_KEPT and (code, offset) not in self._known:
            self._known.add((code, offset))
            self._found.append(self._diagnostic(code, self.base + offset, message, advice))

    def add_at(self, code: Code, position: tuple[int, int], message: str) -> None:
        """Note a problem at a line and column of the file."""
        self._found.append(diagnostic(self._path, code, message, position))

    def add_fatal(self, error: UnreadableError) -> None:
        """Note why the file cannot be imported; kept however many others there are."""
        offset = self.base + error.offset
        self._found.append(self._diagnostic(error.code, offset, error.message, error.advice))

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that was noted, in the file's order."""
        return tuple(sorted(self._found)) if self._found else ()

    def _diagnostic(self, code: Code, offset: int, message: str, advice: str | None) -> Diagnostic:
        return diagnostic(self._path, code, message, self._source.position(offset), advice)
