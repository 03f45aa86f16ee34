"""Tests of the reports of imports and checks."""

from __future__ import annotations

import io
from typing import get_args

import pytest
from rich.console import Console

from newsgraph.server.cli.main import CheckFormat
from newsgraph.server.cli.report import CHECK_PRINTERS, print_report
from newsgraph.store.importing.importer import ImportReport


@pytest.mark.parametrize(
    ("scheduled", "expected"),
    [(0, "3 hidden; revision 1"), (2, "3 hidden (2 scheduled); revision 1")],
)
def test_the_report_has_the_number_of_scheduled_documents(scheduled, expected):
    """Only if there are any."""
    console = Console(file=io.StringIO(), soft_wrap=True)
    print_report(console, console, ImportReport(revision=1, hidden=3, scheduled=scheduled), [])
    assert expected in console.file.getvalue()


def test_every_format_has_a_printer():
    """The option has exactly the formats that can be printed."""
    assert get_args(CheckFormat) == tuple(CHECK_PRINTERS)
