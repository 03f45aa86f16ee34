"""Reads CSV and TSV files as lists of mappings, as Jekyll does with its data files.

https://jekyllrb.com/docs/datafiles/: the first row has the keys.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final

from yaml import Mark

from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.value_nodes import build_nodes

if TYPE_CHECKING:
    from yaml import Node

DELIMITER_BY_SUFFIX: Final = {".csv": ",", ".tsv": "\t"}

_NO_POSITION: Final = Mark("", 0, 0, 0, None, 0)


def compose_table(text: str, suffix: str) -> Node | None:
    """Return a list with a mapping for each row below the first, or None if there is none.

    Args:
        text: the file.
        suffix: one of `DELIMITER_BY_SUFFIX`.

    Raises:
        DocumentError: ``unread-authors``, if the quotes are wrong; ``too-complex``.
    """
    reader = csv.DictReader(
        StringIO(text, newline=""), delimiter=DELIMITER_BY_SUFFIX[suffix], strict=True
    )
    try:
        rows = [
            {key: value for key, value in row.items() if isinstance(value, str) and key}
            for row in reader
        ]
    except csv.Error as error:
        lines = text.splitlines(keepends=True)[: reader.reader.line_num - 1]
        message = f"The table cannot be read: {error}."
        raise DocumentError("unread-authors", sum(map(len, lines)), message) from error
    return build_nodes(rows, text, _NO_POSITION) if rows else None
