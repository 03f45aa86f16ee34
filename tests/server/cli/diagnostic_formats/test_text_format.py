"""Diagnostics as text."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from newsgraph.server.cli.diagnostic_formats.text_format import print_diagnostics
from newsgraph.store.documents.diagnostics import create_diagnostic

ADVICE = "Write the date as 2021-03-12T21:41:00Z or 2021-03-12; until then it is ignored."


@pytest.fixture
def printed():
    """A function that returns what is printed for diagnostics."""

    def print_to_text(diagnostics, width=80, **options):
        console = Console(file=io.StringIO(), width=width, soft_wrap=True, markup=False)
        print_diagnostics(console, diagnostics, **options)
        return console.file.getvalue()

    return print_to_text


def wrong_date(path, line, column):
    """Return a diagnostic at a position."""
    return create_diagnostic(path, "wrong-date", "It is no date.", (line, column))


def test_the_line_is_shown_with_a_caret(printed, tmp_path):
    """Location, message, line, caret and advice; the number of the line moves nothing."""
    (tmp_path / "a.md").write_text("---\ndate: x\n---\n" + "x\n" * 200_000, "utf-8")
    assert printed([(tmp_path, wrong_date("a.md", 2, 7))]) == (
        f"{tmp_path}/a.md:2:7: error: It is no date. [wrong-date]\n"
        "    2 | date: x\n"
        "      |       ^\n"
        f"    {ADVICE}\n"
    )
    assert "\n123456 | x\n       | ^\n" in printed([(tmp_path, wrong_date("a.md", 123_456, 1))])


@pytest.mark.parametrize(("line", "column"), [(2, 60), (3, 1), (9, 1), (None, None)])
def test_a_file_that_has_changed_is_no_error(printed, tmp_path, line, column):
    """The line, or the column in it, may not exist any more; or the whole file is meant."""
    (tmp_path / "a.md").write_text("---\ndate: x\n\n", "utf-8")
    location = f"a.md:{line}:{column}" if line else "a.md"
    assert printed([(tmp_path, wrong_date("a.md", line, column))]) == (
        f"{tmp_path}/{location}: error: It is no date. [wrong-date]\n    {ADVICE}\n"
    )


def test_lines_fit_into_the_terminal(printed, tmp_path):
    """A long line is cut around the column."""
    (tmp_path / "a.md").write_text("x" * 500 + "!" + "y" * 500, "utf-8")
    _, source, caret, _ = printed([(tmp_path, wrong_date("a.md", 1, 501))], 60).splitlines()
    assert len(source) == 60
    assert source[caret.index("^")] == "!"


def test_nothing_has_control_characters(printed, tmp_path):
    """Names, messages, advice and lines come from files, and must not change the terminal."""
    (tmp_path / "\x1b[31m.md").write_text("title: \x1b]0;x\x07\u202e\n", "utf-8")
    text = "\x1b[31m\r"
    item = create_diagnostic("\x1b[31m.md", "wrong-type", text, (1, 8), advice=text)
    output = printed([(tmp_path, item)])
    assert output.replace("\n", "").isprintable()
    assert r"title: \x1b]0;x\x07\u202e" in output


def test_many_of_one_code(printed, tmp_path):
    """Only the first ones are shown; of those with one remedy, always only the first one."""
    diagnostics = [
        (tmp_path, create_diagnostic(f"{number}.md", code, "Wrong."))
        for number in range(1, 1_235)
        for code in ("relative-url", "same-url")
    ]
    output = printed(diagnostics)
    assert output.count(": warning: Wrong. [same-url]") == 10
    assert "… and 1,224 more like this [same-url]; `newsgraph check` shows all\n" in output
    all_shown = printed(diagnostics, max_shown_per_code=None)
    assert all_shown.count(": warning: Wrong. [same-url]") == 1_234
    for text in (output, all_shown):
        assert text.count("Wrong. [relative-url]") == 1
        assert "… and 1,233 more like this [relative-url]\n" in text
