"""The result of a check in one or more sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.cli.output import count_noun

if TYPE_CHECKING:
    from newsgraph.store.importing.importer import ImportReport


def count_fine(report: ImportReport) -> int:
    """Return how many documents of a check have neither errors nor warnings."""
    problems = report.problems
    return report.created - problems.with_errors - problems.with_warnings


def summarize_check(report: ImportReport) -> str:
    """Return the result in words, such as "4 documents are fine, 1 is refused.".

    Args:
        report: the report of an import into an empty store.
    """
    sentences = [_describe_documents(report)]
    if report.hidden:
        sentences.append(_describe_hidden(report.hidden, report.scheduled))
    problems = report.problems
    others = [
        count_noun(number, name)
        for number, name in ((problems.other_errors, "error"), (problems.other_warnings, "warning"))
        if number
    ]
    if others:
        number = problems.other_errors + problems.other_warnings
        verb = "is" if number == 1 else "are"
        subject = " and ".join(others)
        sentences.append(f"{subject} {verb} about folders or files that are no documents.")
    return " ".join(sentences)


def _describe_documents(report: ImportReport) -> str:
    problems = report.problems
    groups = (
        (count_fine(report), "is fine", "are fine"),
        (problems.with_warnings, "has warnings", "have warnings"),
        (problems.with_errors, "has errors", "have errors"),
        (report.failed, "is refused", "are refused"),
    )
    parts: list[str] = []
    for number, singular, plural in groups:
        if number:
            subject = f"{number:,}" if parts else count_noun(number, "document")
            parts.append(f"{subject} {singular if number == 1 else plural}")
    return f"{', '.join(parts)}." if parts else "No documents were read."


def _describe_hidden(hidden: int, scheduled: int) -> str:
    text = f"{count_noun(hidden, 'document')} {'is' if hidden == 1 else 'are'} hidden"
    if scheduled:
        until = f"until {'its' if scheduled == 1 else 'their'} time comes"
        text += f" {until}" if scheduled == hidden else f", {scheduled:,} of them {until}"
    return f"{text}."
