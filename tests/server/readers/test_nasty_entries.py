"""Readers agree on titles, dates, authors, links and contents of entries that are hard to read.

tests/browser/test_reading_entries.py is the same for a browser.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.server.live import running_server
from tests.server.readers.entry_readers import READERS
from tests.server.readers.nasty_entries import DIFFERENCES, DOCUMENTS, check_entries

PAGE = Path(__file__).parents[3] / "docs" / "readers.md"
TABLE = re.compile(r"(?<=\| reader \| format \| field \| what the reader does \|\n)(?:\|.*\n)+")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the URL of a server with the entries."""
    with running_server(tmp_path_factory.mktemp("site"), roots=(DOCUMENTS,)) as (url, _):
        yield url


@pytest.mark.process
@pytest.mark.parametrize("reader", READERS)
def test_reader_reads_what_documents_say(reader, site, tmp_path):
    """Every field is as expected, but for the differences listed for the reader."""
    check_entries(reader, READERS[reader](site, tmp_path / reader), site)


def test_page_lists_the_differences():
    """The table in docs/readers.md has all of them; `UPDATE_GOLDENS=1` writes it."""
    rows = ["| --- | --- | --- | --- |"]
    for difference in DIFFERENCES:
        assert difference["reader"] in (*READERS, "browser")
        formats = ", ".join({"rss": "RSS", "atom": "Atom"}[name] for name in difference["formats"])
        why = difference["why"].replace("|", "\\|")
        rows.append(f"| {difference['reader']} | {formats} | {difference['field']} | {why} |")
    assert len(rows) == len(set(rows))
    page, table = PAGE.read_text("utf-8"), "".join(f"{row}\n" for row in rows)
    if os.environ.get("UPDATE_GOLDENS"):
        PAGE.write_text(TABLE.sub(lambda _: table, page), "utf-8")
    assert TABLE.findall(page) == [table]
