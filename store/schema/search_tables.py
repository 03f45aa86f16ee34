"""The full-text index of the articles. Each engine compiles the statements that are no table's."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Executable, Text, column, table
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql.expression import ClauseElement

SEARCH_COLUMNS: Final = ("title", "excerpt", "body", "provider", "topics")
"""The columns that are searched."""

article_text = table(
    "article_text",
    column("rowid", BigInteger()),  # SQLite's full-text tables have a key of this name only
    *(column(name, Text()) for name in SEARCH_COLUMNS),
)
"""A row for each article, with the article's key."""


class CreateSearchIndex(ExecutableDDLElement):
    """Creates the index."""


class OptimizeSearchIndex(Executable, ClauseElement):
    """Merges the parts into which many changes split the index, so that searches are faster."""

    inherit_cache = True
