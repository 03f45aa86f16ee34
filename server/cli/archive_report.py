"""Describes an archive: what it is, what newsgraph reads in it, and what it cannot do. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.read_keys import find_read_keys
from newsgraph.store.documents.times import day_in_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newsgraph.store.archive_summary import ArchiveSummary
    from newsgraph.store.documents.collection_settings import Collection, ImportRoot
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.importer import ImportReport

_LEFT_OUT_CODES: Final = ("not-a-document", "left-out")
_MAX_NAMES: Final = 8
_MAX_KEYS: Final = 20
_MAX_TEXT: Final = 200
_LABEL_WIDTH: Final = 14
_UNKNOWN_NAMES: Final = {
    "Title": "title",
    "Description": "description",
    "URL": "URL",
    "Language": "language",
    "Time zone": "time zone (UTC is used)",
}


@dataclass(frozen=True, slots=True)
class ExaminedArchive:
    """A folder and the result of a check of it.

    Attributes:
        root: the folder with its collection.
        report: what an import into a new store would do.
        summary: what the articles have in common.
        inner_archives: generators of archives in it, by the name of their folder, if it is none.
    """

    root: ImportRoot
    report: ImportReport
    summary: ArchiveSummary
    inner_archives: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether an import would import nothing."""
        return not self.report.created


def describe_archive(archive: ExaminedArchive) -> Iterator[str]:
    """Yield the lines of a description."""
    root, report, summary = archive.root, archive.report, archive.summary
    diagnostics = [diagnostic for _, diagnostic in report.diagnostics]
    yield _describe_kind(root)
    if archive.inner_archives:
        names = (f"{name} ({kind})" for name, kind in archive.inner_archives.items())
        yield _line("Sites in it", f"{', '.join(names)}. To import one, name its folder.")
    yield from _describe_site(root.collection, summary)
    refused = f"; {report.failed:,} refused" if report.failed else ""
    yield _line("Documents", f"{report.created:,}{refused}")
    if report.hidden:
        yield _line("Hidden", _describe_hidden(report))
    for diagnostic in diagnostics:
        if diagnostic.code in _LEFT_OUT_CODES:
            yield _line("Left out", diagnostic.message)
    if summary.first_date and summary.last_date:
        zone = root.collection.zone
        first, last = (day_in_zone(day, zone) for day in (summary.first_date, summary.last_date))
        dates = f"{first} to {last}"
        undated = _count(summary.undated_count, "article")
        yield _line("Dates", f"{dates}; {undated} without" if summary.undated_count else dates)
    for label, counts in ("Topics", summary.topics), ("Authors", summary.authors):
        if counts:
            yield _line(label, f"{len(counts):,}: {_join_counts(counts, _MAX_NAMES)}")
    read_keys = find_read_keys(KINDS[root.collection.kind], root.collection.keys)
    unread = [item for item in summary.front_matter_keys if item[0].lower() not in read_keys]
    if unread:
        yield _line("Unread keys", _join_counts(unread, _MAX_KEYS))
    yield from _describe_problems(diagnostics)


def _describe_kind(root: ImportRoot) -> str:
    generator = KINDS[root.collection.kind].generator
    if root.evidence is not None:
        return f"{root.folder}: an archive of {generator}, because of {root.evidence}"
    if root.collection.kind != "plain":
        return f"{root.folder}: an archive of {generator}, as newsgraph.toml says"
    return f"{root.folder}: a folder of documents; no generator was recognized"


def _describe_site(collection: Collection, summary: ArchiveSummary) -> Iterator[str]:
    languages = _join_counts(summary.languages, _MAX_NAMES)
    if len(summary.languages) == 1:
        languages = summary.languages[0][0]
    values = {
        "Title": collection.title,
        "Description": collection.description,
        "URL": collection.url,
        "Language": languages or collection.default_language,
        "Time zone": collection.time_zone,
    }
    for label, value in values.items():
        if value:
            yield _line(label, _shorten(value))
    unknown = [label for label, value in values.items() if not value]
    if unknown:
        yield _line("Not known", ", ".join(_UNKNOWN_NAMES[label] for label in unknown))


def _describe_hidden(report: ImportReport) -> str:
    scheduled = f" ({report.scheduled:,} scheduled)" if report.scheduled else ""
    return (
        f"{report.hidden:,} of them{scheduled}, as they are drafts, unpublished, scheduled or "
        'expired. `unpublished = "serve"` and `future = "show"` in newsgraph.toml show them.'
    )


def _describe_problems(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield how often each problem occurs, an example, and what to do; errors come first."""
    by_code: dict[str, list[Diagnostic]] = defaultdict(list)
    for diagnostic in diagnostics:
        if diagnostic.code not in _LEFT_OUT_CODES:
            by_code[diagnostic.code].append(diagnostic)
    if not by_code:
        yield _line("Problems", "none")
        return
    yield "Problems:"
    order = sorted(by_code.values(), key=lambda items: (items[0].severity != "error", -len(items)))
    for items in order:
        first = items[0]
        number = _count(len(items), first.severity)
        parts = (first.path or None, first.line, first.column)
        place = ":".join(str(part) for part in parts if part is not None)
        example = f"{place}: {first.message}" if place else first.message
        such_as = ", such as" if len(items) > 1 else ":"
        yield f"  {number} [{first.code}]{such_as} {example}"
        yield f"    {first.advice}"


def _join_counts(counts: Iterable[tuple[str, int]], limit: int) -> str:
    items = [f"{_shorten(name)} ({count:,})" for name, count in counts]
    more = f" and {len(items) - limit:,} more" if len(items) > limit else ""
    return f"{', '.join(items[:limit])}{more}"


def _line(label: str, text: str) -> str:
    return f"{label + ':':<{_LABEL_WIDTH}}{text}"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_TEXT else f"{line[: _MAX_TEXT - 1].rstrip()}…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
