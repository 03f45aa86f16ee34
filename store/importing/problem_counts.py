"""Counts which documents of an import have problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from newsgraph.store.documents.document import Diagnostic, Severity

FileKey: TypeAlias = "tuple[Path, str]"
"""A root's folder, and the path of a file below it."""


@dataclass(frozen=True, slots=True)
class ProblemCounts:
    """How many documents have problems, and how many problems concern something else.

    Attributes:
        with_errors: documents that were imported without something that is wrong in them.
        with_warnings: documents that have warnings, but no errors.
        other_errors: errors in folders, configurations and other files that are no documents.
        other_warnings: warnings about these.
    """

    with_errors: int = 0
    with_warnings: int = 0
    other_errors: int = 0
    other_warnings: int = 0


def count_problems(
    diagnostics: Iterable[tuple[Path, Diagnostic]],
    failed: Collection[FileKey],
    imported: Iterable[FileKey],
) -> ProblemCounts:
    """Count the problems of documents, and those of everything else.

    Args:
        diagnostics: (folder, diagnostic) pairs.
        failed: the files that could not be imported; their diagnostics are not counted.
        imported: the imported documents, each once.
    """
    severities: dict[FileKey, list[Severity]] = {}
    for folder, item in diagnostics:
        severities.setdefault((folder, item.path), []).append(item.severity)
    for key in failed:
        severities.pop(key, None)
    # Most documents have no problems, and to look a string up takes less time.
    paths = {path for _, path in severities}
    with_errors = with_warnings = 0
    for key in imported:
        if key[1] not in paths:
            continue
        of_document = severities.pop(key, [])
        with_errors += "error" in of_document
        with_warnings += bool(of_document) and "error" not in of_document
    others = [severity for of_file in severities.values() for severity in of_file]
    return ProblemCounts(with_errors, with_warnings, others.count("error"), others.count("warning"))
