"""Checks folders, and compares an old feed with the feeds that newsgraph would make of them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from newsgraph.server.cli.diagnostic_formats import json_format, text_format
from newsgraph.server.cli.feed_comparison import compare_feeds, suggest_settings
from newsgraph.server.cli.old_feed import NotAFeed, parse_feed
from newsgraph.server.cli.output import (
    count_noun,
    create_console,
    escape_unprintable,
    show_progress,
)
from newsgraph.server.config.folders import read_roots, settings_sources
from newsgraph.server.config.settings import read_settings
from newsgraph.server.config.toml_text import format_value
from newsgraph.server.runtime.runner import run_coroutine
from newsgraph.server.startup_errors import SettingsError
from newsgraph.store.engines import prepare_process
from newsgraph.store.importing.entry_id_settings import parse_articles
from newsgraph.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from newsgraph.server.cli.feed_comparison import FeedComparison, MatchedEntry, Suggestion
    from newsgraph.server.cli.old_feed import OldEntry, OldFeed
    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.feed_entries import FeedEntry
    from newsgraph.store.importing.importer import ImportReport

_MAX_BYTES: Final = 100_000_000
_FORMAT_NAMES: Final = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """The result of a check with an old feed.

    Attributes:
        file: the file of the old feed.
        feed: the old feed.
        comparison: the comparison of its entries with the documents.
        suggestion: settings with which more ids would be the same; None if there are none.
        max_entries: how many entries a feed of newsgraph has.
    """

    file: Path
    feed: OldFeed
    comparison: FeedComparison
    suggestion: Suggestion | None
    max_entries: int


def check_against(
    paths: Sequence[Path], config_file: Path | None, feed_file: Path, *, as_json: bool
) -> tuple[ImportReport, bool]:
    """Print all problems of the documents in folders, and the comparison with an old feed.

    Args:
        paths: the folders.
        config_file: a file to read instead of the newsgraph.toml of the first folder.
        feed_file: the old feed.
        as_json: whether a JSON object is printed.

    Returns:
        The report of the check, and whether readers of the old feed would see entries again.

    Raises:
        SettingsError: a setting is invalid, a folder does not exist, or the file is no feed.
        StoreError: the documents cannot be compared with each other.
    """
    feed = _read_feed(feed_file)
    roots = read_roots(paths, config_file)
    settings = read_settings(settings_sources(roots, {}, config_file))

    async def run(database: str) -> tuple[ImportReport, list[FeedEntry]]:
        store = await Store.open(database, "http://localhost")
        try:
            with show_progress() as update_progress:
                report = await store.import_roots(roots, update_progress, is_check=True)
            return report, await store.feed_entries()
        finally:
            await store.close()

    prepare_process()
    with tempfile.TemporaryDirectory(prefix="newsgraph-check-") as folder:
        report, entries = run_coroutine(run(f"sqlite:///{folder}/check.db"))
    comparison = compare_feeds(feed, entries, {root.name: root.collection.url for root in roots})
    suggestion = _suggest(comparison, feed, roots) if comparison.different else None
    max_entries = min(settings.feed_entries, len(entries))
    check = FeedCheck(feed_file, feed, comparison, suggestion, max_entries)
    if as_json:
        json_format.print_json(json_format.check_values(report, roots) | {"feed": to_json(check)})
    else:
        text_format.print_check(report, roots)
        console = create_console()
        for line in describe_check(check):
            console.print(escape_unprintable(line))
    return report, bool(comparison.different)


def _read_feed(file: Path) -> OldFeed:
    """Read a feed.

    Raises:
        SettingsError: the file cannot be read, or is no feed.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise SettingsError(f"{file} is too large for a feed")
        return parse_feed(data)
    except OSError as error:
        # A path has one slash where a URL has two.
        is_url = str(file).startswith(("http:", "https:"))
        hint = "; download the feed first" if is_url else ""
        raise SettingsError(f"{file} cannot be read: {error.strerror}{hint}") from error
    except NotAFeed as error:
        raise SettingsError(f"{file} is no RSS, Atom or JSON feed: {error}") from error


def _suggest(
    comparison: FeedComparison, feed: OldFeed, roots: Sequence[ImportRoot]
) -> Suggestion | None:
    articles = {}
    for root in roots:
        matched = (*comparison.same, *comparison.different)
        paths = [item.new.path for item in matched if item.new.root == root.name]
        for path, article in parse_articles(root, paths).items():
            articles[root.name, path] = article
    return suggest_settings(
        comparison, feed, articles, {root.name: root.collection for root in roots}
    )


def to_json(check: FeedCheck) -> dict[str, Any]:
    """Return a check as JSON."""
    comparison, suggestion = check.comparison, check.suggestion
    return {
        "file": str(check.file),
        "format": check.feed.format,
        "entries": len(check.feed.entries),
        "same": len(comparison.same),
        "different": [
            {
                "title": item.old.title,
                "link": item.old.link,
                "oldId": item.old.id,
                "newId": item.new_id,
                "path": item.new.path,
            }
            for item in comparison.different
        ],
        "missing": [
            {"title": entry.title, "link": entry.link, "oldId": entry.id}
            for entry in comparison.missing
        ],
        "suggestion": suggestion and {"same": suggestion.same, "settings": suggestion.settings()},
    }


def describe_check(check: FeedCheck) -> Iterator[str]:
    """Yield the lines that describe the comparison with an old feed."""
    comparison, total = check.comparison, len(check.feed.entries)
    name = _FORMAT_NAMES[check.feed.format]
    yield f"{check.file}: {name} with {_entries(total)}."
    if comparison.same:
        verb = "has" if len(comparison.same) == 1 else "have"
        yield f"{len(comparison.same):,} of them {verb} the same id here."
    if comparison.different:
        verb = "has" if len(comparison.different) == 1 else "have"
        yield (
            f"{len(comparison.different):,} of them {verb} another id here; readers would show "
            "them again:"
        )
        for item in comparison.different:
            yield from _describe_different(item)
    if comparison.missing:
        verb = "is" if len(comparison.missing) == 1 else "are"
        yield f"{len(comparison.missing):,} of them {verb} not in the feeds here:"
        for entry in comparison.missing:
            yield from _describe_missing(entry)
    if check.suggestion:
        yield from _describe_suggestion(check.suggestion, total)
    elif comparison.different:
        yield (
            "No setting makes more ids the same. Write the old ids as `guid` into the front matter "
            "of these documents."
        )
    if check.max_entries > total > 0:
        yield (
            f"A feed here has {_entries(check.max_entries)}; readers can show those that are not "
            f"in the old one as new. To prevent that, set `feed_entries = {total}`."
        )


def _describe_different(item: MatchedEntry) -> Iterator[str]:
    yield f"    {item.old.title or '(without a title)'} ({item.new.path})"
    yield f"        old id:  {item.old.id}"
    yield f"        id here: {item.new_id}"


def _describe_missing(entry: OldEntry) -> Iterator[str]:
    yield f"    {entry.title or '(without a title)'}"
    yield f"        old id:  {entry.id}"


def _describe_suggestion(suggestion: Suggestion, total: int) -> Iterator[str]:
    same = f"{suggestion.same:,} of {_entries(total)}"
    yield f"With this in newsgraph.toml, {same} would have the same id:"
    for name, value in suggestion.settings().items():
        yield f"    {name} = {format_value(value)}"


def _entries(number: int) -> str:
    return count_noun(number, "entry") if number == 1 else f"{number:,} entries"
