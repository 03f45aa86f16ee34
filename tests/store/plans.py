"""How SQLite finds the rows of a statement: by which indexes, and what it reads from end to end."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ACCESS = re.compile(
    r"(?P<kind>SCAN|SEARCH) (?P<table>\w+?)(_\d+)?( USING (COVERING )?INDEX (?P<index>\w+).*)?$"
)
_DERIVED = re.compile(r"(?P<kind>CO-ROUTINE|MATERIALIZE) (?P<name>\w+?)(_\d+)?$")

_OF_ONE_ROW = {"store", "state", "page"}


@dataclass(frozen=True)
class Plan:
    """What the plan of statements says.

    Attributes:
        scans: tables that are read from end to end, such as ``article by ix_article_title_id``
            for one that is read in the order of an index.
        indexes: by which rows are found; keys are not among them.
        materialized: named queries whose rows are all made before any is used.
    """

    scans: set[str] = field(default_factory=set)
    indexes: set[str] = field(default_factory=set)
    materialized: set[str] = field(default_factory=set)


def plan(store: Path, *statements: str) -> Plan:
    """Return the plan of statements in a store's file."""
    planned = Plan()
    with closing(sqlite3.connect(store)) as connection:
        for sql in statements:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))
            _read([row[3] for row in rows], planned)
    return planned


def _read(lines: list[str], planned: Plan) -> None:
    derived = [found for line in lines if (found := _DERIVED.match(line))]
    names = {found["name"] for found in derived} | _OF_ONE_ROW
    planned.materialized.update(
        found["name"] for found in derived if found["kind"] == "MATERIALIZE"
    )
    for access in filter(None, map(_ACCESS.match, lines)):
        table, index = access["table"], access["index"]
        if access["kind"] == "SEARCH" and index:
            planned.indexes.add(index)
        elif access["kind"] == "SCAN" and table not in names:
            planned.scans.add(f"{table} by {index}" if index else table)
