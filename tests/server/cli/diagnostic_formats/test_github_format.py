"""Diagnostics as workflow commands of GitHub Actions."""

from __future__ import annotations

from pathlib import Path

from newsgraph.server.cli.diagnostic_formats.github_format import format_command
from newsgraph.store.documents.diagnostics import create_diagnostic


def test_a_command_has_file_line_and_column():
    """The name of the command is the severity, and the title is the code."""
    item = create_diagnostic("a.md", "wrong-date", "It is no date.", (4, 7), advice="Correct it.")
    expected = "error file=site/a.md,line=4,col=7,title=wrong-date::It is no date. Correct it."
    assert format_command(Path("site"), item) == f"::{expected}"


def test_a_folder_has_no_line():
    """Line and column are left out where the file as a whole is meant."""
    item = create_diagnostic("", "left-out", "Left out.", advice="Move it.")
    assert format_command(Path("site"), item) == (
        "::warning file=site,title=left-out::Left out. Move it."
    )


def test_what_ends_a_command_is_escaped():
    """Properties escape colons and commas, too; other control characters would be in the log."""
    item = create_diagnostic(
        "a:b,100%\n.md",
        "wrong-type",
        "50%: a, b\r\n::error::\x1b[31m",
        (1, 1),
        advice="Correct it.",
    )
    assert format_command(Path("site"), item) == (
        "::error file=site/a%3Ab%2C100%25%0A.md,line=1,col=1,title=wrong-type"
        r"::50%25: a, b%0D%0A::error::\x1b[31m Correct it."
    )
