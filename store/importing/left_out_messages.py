"""Messages that name the files of a folder that were left out, a sentence for each reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.store.documents.archive_kinds import PLAIN
from newsgraph.store.documents.diagnostics import join_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsgraph.store.documents.archive_kinds import ArchiveKind


def describe_left_out(paths: Sequence[str], kind: ArchiveKind) -> str:
    """Return which Markdown and YAML files are no documents, or an empty text.

    YAML files of generators' archives, such as ``docker-compose.yml``, are not meant to be any.
    """
    yaml = [path for path in paths if path.lower().endswith((".yaml", ".yml"))]
    yaml = yaml if kind is PLAIN else []
    markdown = [path for path in paths if not path.lower().endswith((".yaml", ".yml", ".html"))]
    return " ".join(
        _describe_files(name, where, left_out)
        for name, where, left_out in (
            ("Markdown", "without front matter", markdown),
            ("YAML", "without `taxonomy`", yaml),
        )
        if left_out
    )


def describe_unpublished(paths_by_location: Mapping[str, Sequence[str]]) -> str:
    """Return which Markdown files the generator makes no pages of, or an empty text.

    Args:
        paths_by_location: the files, by where they are, such as ``outside of content/``.
    """
    return " ".join(
        _describe_files("Markdown", where, paths) for where, paths in paths_by_location.items()
    )


def _describe_files(kind: str, where: str, paths: Sequence[str]) -> str:
    if len(paths) == 1:
        return f"One {kind} file {where} was left out: {paths[0]}."
    return f"{len(paths):,} {kind} files {where} were left out: {join_names(paths)}."
