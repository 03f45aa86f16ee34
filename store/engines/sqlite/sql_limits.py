"""The limits of SQLite's SQL (https://www.sqlite.org/limits.html)."""

from __future__ import annotations

from typing import Final

from newsgraph.store.query.dialect_limits import DialectLimits

# SQLite's parser has a stack of 100 entries, and a statement at most 32,766 parameters.
LIMITS: Final = DialectLimits(cte_from_depth=6, max_inline_conditions=4, max_inline_nesting=2)
