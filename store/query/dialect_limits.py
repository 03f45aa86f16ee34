"""What a database's SQL dialect limits in the text of one statement."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class DialectLimits:
    """Limits that the compiler keeps, each a value of the database engine.

    Attributes:
        cte_from_depth: nesting depth of SELECTs at which objects are moved into CTEs.
        max_inline_conditions: conditions of a filter that are compiled inline, where they can use
            an index. More of them are moved into a CTE, because each use of an inline condition
            adds a parameter to the statement.
        max_inline_nesting: number of enclosing SELECTs up to which conditions are inline.
    """

    cte_from_depth: int
    max_inline_conditions: int
    max_inline_nesting: int

    @property
    def without_nesting(self) -> DialectLimits:
        """The same limits for the flattest text: every object with a key is a CTE."""
        return replace(self, cte_from_depth=1)
