"""Diagnostics of documents: all codes with their severity and advice, and a collector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from newsgraph.store.documents.document import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.store.documents.text_cleaning import SourceText

DiagnosticCode: TypeAlias = Literal[
    "no-documents",
    "not-a-document",
    "left-out",
    "broken-configuration",
    "unchanged-folder",
    "unread-configuration",
    "unknown-time-zone",
    "no-front-matter",
    "unclosed-front-matter",
    "program-not-run",
    "broken-yaml",
    "broken-toml",
    "broken-json",
    "too-complex",
    "not-a-mapping",
    "not-a-taxonomy",
    "missing-name",
    "missing-domain",
    "wrong-type",
    "wrong-date",
    "wrong-url",
    "unsafe-url",
    "unknown-related",
    "unknown-language",
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
    "shared-id",
    "same-url",
    "taken-alias",
    "shared-alias",
    "shared-guid",
    "unknown-entry-id",
    "relative-url",
    "removed-html",
    "template-code-left-out",
    "unread-authors",
    "unserved-file",
]
"""The codes of all diagnostics; docs/documents.md describes each."""

CODES: Final[tuple[str, ...]] = get_args(DiagnosticCode)

SEVERITY_AND_ADVICE: Final[Mapping[DiagnosticCode, tuple[Severity, str]]] = {
    "no-documents": ("error", "Check the path, and `exclude` in its newsgraph.toml."),
    "not-a-document": (
        "warning",
        (
            "If they are documents, put front matter at their top, between two lines "
            "of three dashes. Otherwise nothing has to be done."
        ),
    ),
    "left-out": (
        "warning",
        (
            "If they are documents, move them to where the generator reads them, or set `kind` in "
            "newsgraph.toml. Otherwise nothing has to be done."
        ),
    ),
    "unchanged-folder": (
        "error",
        (
            "Correct the configuration that another message names. To import the documents without "
            "it, also those that it hides, set `kind` in newsgraph.toml to another kind."
        ),
    ),
    "broken-configuration": (
        "error",
        (
            "Correct the file. It may hide documents, so nothing of the folder is imported or "
            "changed until then."
        ),
    ),
    "unread-configuration": (
        "warning",
        (
            "newsgraph does not run programs: write values that documents inherit into their front "
            "matter, or into a JSON file."
        ),
    ),
    "unknown-time-zone": (
        "warning",
        "Set `time_zone` in newsgraph.toml to one such as Europe/Berlin; until then UTC is used.",
    ),
    "no-front-matter": (
        "error",
        "Put the front matter back, or delete the file; until then its last version is served.",
    ),
    "unclosed-front-matter": ("error", "Close the front matter, as the message says."),
    "program-not-run": (
        "warning",
        "If values are missing, write the front matter as YAML or JSON.",
    ),
    "broken-yaml": (
        "error",
        "Correct the YAML at this position; often it helps to put the value in quotes.",
    ),
    "broken-toml": ("error", "Correct the TOML at this position."),
    "broken-json": ("error", "Correct the JSON at this position."),
    "too-complex": (
        "error",
        "Use fewer levels, values and aliases in the front matter; move long text to the body.",
    ),
    "not-a-mapping": ("error", "Write the front matter as lines of `key: value`."),
    "not-a-taxonomy": (
        "warning",
        (
            "If this is a taxonomy file, add `taxonomy: topic` or `taxonomy: organization`; "
            "otherwise ignore this warning."
        ),
    ),
    "missing-name": ("error", "Add a name: `name: …`."),
    "missing-domain": ("error", "Add the organization's domain: `domain: example.com`."),
    "wrong-type": ("error", "Correct the value; until then it is ignored."),
    "wrong-date": (
        "error",
        "Write the date as 2021-03-12T21:41:00Z or 2021-03-12; until then it is ignored.",
    ),
    "wrong-url": (
        "error",
        "Write the complete URL, beginning with https://; until then it is ignored.",
    ),
    "unsafe-url": ("warning", "Use an http or https URL; this one is ignored."),
    "unknown-related": (
        "warning",
        (
            "Write the id, the slug or the path of a document in this folder, or a complete URL, "
            "beginning with https://; until then it is ignored."
        ),
    ),
    "unknown-language": (
        "warning",
        "Write the language as a tag such as en or pt-BR; until then the value is ignored.",
    ),
    "duplicate-key": ("warning", "Remove all but one; the last one is used."),
    "unknown-tag": ("warning", "Remove the tag; the value was read without it."),
    "number-normalised": (
        "warning",
        "Write a finite number of at most 64 bits, or put the value in quotes.",
    ),
    "characters-removed": (
        "warning",
        "Remove these characters from the file; the import ignores them.",
    ),
    "missing-folder": (
        "error",
        "Check the path; what was imported from it earlier is not changed.",
    ),
    "unreadable-folder": (
        "error",
        "Give this user read access to the folder; what was imported earlier is not changed.",
    ),
    "bad-file-name": ("error", "Rename the file or folder; its name must be valid UTF-8."),
    "unreadable-file": (
        "error",
        "Give this user read access to the file; what was imported earlier is not changed.",
    ),
    "not-utf8": ("error", "Save the file as UTF-8."),
    "duplicate-id": ("error", "Give one of the two a different `id` in its front matter."),
    "shared-id": ("warning", "To choose its id, give it a different `id` in its front matter."),
    "same-url": (
        "warning",
        "If both are the same story, remove one; the URL and links lead to the newer one.",
    ),
    "taken-alias": (
        "warning",
        (
            "Make sure that only one topic has this slug, name, short name or alias; until then "
            "the alias is ignored."
        ),
    ),
    "shared-alias": (
        "warning",
        "Remove the old address from one of the two; until then it leads to the newer one.",
    ),
    "shared-guid": (
        "warning",
        (
            "Give each document a `guid` of its own; until then this one has the id that newsgraph "
            "gives it."
        ),
    ),
    "unknown-entry-id": (
        "warning",
        (
            "If they were in the old feed, write their ids there as `guid` into their front "
            "matter. Otherwise nothing has to be done."
        ),
    ),
    "relative-url": (
        "warning",
        "Set `url` in newsgraph.toml to the URL of the site that they belong to.",
    ),
    "removed-html": (
        "warning",
        "If readers need it, write it as Markdown, or link to a page that has it.",
    ),
    "template-code-left-out": (
        "warning",
        "If readers need what the generator writes there, write it into the body.",
    ),
    "unread-authors": (
        "warning",
        (
            "Write the authors as YAML, TOML or JSON: a mapping of their keys to `name`, `url` and "
            "`image`."
        ),
    ),
    "unserved-file": (
        "warning",
        (
            "Correct the file or the links to it; otherwise nothing has to be done. The types of "
            "files that are served are in docs/documents.md."
        ),
    ),
}

UNSERVED_CODES: Final[tuple[DiagnosticCode, ...]] = (
    *("no-documents", "not-a-document", "left-out"),
    *("duplicate-id", "shared-id", "shared-guid", "unserved-file"),
)
"""Codes whose messages name other files, which may be hidden: only commands print them."""

FATAL_CODES: Final = frozenset[str](
    (
        "not-a-document",
        "no-front-matter",
        "unclosed-front-matter",
        "broken-yaml",
        "broken-toml",
        "broken-json",
        "too-complex",
        "not-a-mapping",
        "not-a-taxonomy",
        "missing-name",
        "missing-domain",
        "unreadable-file",
        "not-utf8",
        "duplicate-id",
    )
)
"""Codes of the diagnostics that can prevent the import of a file's current version."""

CROSS_DOCUMENT_CODES: Final = frozenset[str](
    (
        *("same-url", "taken-alias", "shared-alias", "unknown-related"),
        *("shared-guid", "unknown-entry-id"),
    )
)
"""Codes that concern several documents; they are checked again when any of these changes."""

MAX_NAMES: Final = 3
"""How many files a message names."""

_MAX_DIAGNOSTICS: Final = 100


def create_diagnostic(
    path: str,
    code: DiagnosticCode,
    message: str,
    position: tuple[int, int] | tuple[None, None] = (None, None),
    advice: str | None = None,
) -> Diagnostic:
    """Create a diagnostic with the severity of its code.

    Args:
        path: the file, relative to its root; ``""`` is the root itself.
        code: one of `CODES`.
        message: what is wrong.
        position: line and column, counted from 1, or None for both.
        advice: what to do; the advice of the code if None.
    """
    severity, default_advice = SEVERITY_AND_ADVICE[code]
    line, column = position
    return Diagnostic(path, line, column, code, severity, message, advice or default_advice)


def join_names(names: Sequence[str]) -> str:
    """Return the first `MAX_NAMES` names for a message, and how many more there are."""
    more = len(names) - MAX_NAMES
    return ", ".join(names[:MAX_NAMES]) + (f" and {more:,} more" if more > 0 else "")


class DocumentError(Exception):
    """Raised for a file that cannot be imported; `parse_document` turns it into a diagnostic.

    Attributes:
        code: code of the diagnostic.
        offset: offset of the problem in the front matter.
        message: message of the diagnostic.
        advice: advice of the diagnostic; that of the code if None.
    """

    def __init__(
        self, code: DiagnosticCode, offset: int, message: str, advice: str | None = None
    ) -> None:
        super().__init__(message)
        self.code: DiagnosticCode = code
        self.offset = offset
        self.message = message
        self.advice = advice


class DiagnosticCollector:
    """Collects the diagnostics of a file.

    Attributes:
        front_matter_start: offset of the front matter in the cleaned text of the file; it is
            added to the offsets of nodes.
    """

    def __init__(self, source: SourceText, path: str) -> None:
        self.front_matter_start = 0
        self._source = source
        self._path = path
        self._diagnostics: list[Diagnostic] = []
        # Each use of a YAML alias would report the same problem again.
        self._reported: set[tuple[DiagnosticCode, int]] = set()

    def add(
        self, code: DiagnosticCode, offset: int, message: str, advice: str | None = None
    ) -> None:
        """Add a problem at an offset of the front matter, unless there are a hundred already.

        Problems in inherited values, whose offset is negative, are not the document's.
        """
        if offset < 0:
            return
        if len(self._diagnostics) < _MAX_DIAGNOSTICS and (code, offset) not in self._reported:
            self._reported.add((code, offset))
            self._append(code, offset, message, advice)

    def add_at_position(
        self, code: DiagnosticCode, position: tuple[int, int], message: str
    ) -> None:
        """Add a problem at a line and column of the file."""
        self._diagnostics.append(create_diagnostic(self._path, code, message, position))

    def add_fatal(self, error: DocumentError) -> None:
        """Add the reason why the file cannot be imported, even beyond the limit."""
        self._append(error.code, error.offset, error.message, error.advice)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column in the file of an offset of the front matter."""
        return self._source.position(max(self.front_matter_start + offset, 0))

    def sorted_diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics in the order of their positions."""
        return tuple(sorted(self._diagnostics)) if self._diagnostics else ()

    def _append(self, code: DiagnosticCode, offset: int, message: str, advice: str | None) -> None:
        position = self.position(offset)
        self._diagnostics.append(create_diagnostic(self._path, code, message, position, advice))
