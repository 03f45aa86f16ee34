"""Reads SQLite's query plans: which indexes a statement uses, and which tables it scans."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.engines.sqlite.search_functions import SearchFunctions
from newsgraph.store.query.search_index import IndexReader

if TYPE_CHECKING:
    from pathlib import Path

_ACCESS = re.compile(
    r"(?P<kind>SCAN|SEARCH) (?P<table>\w+?)(_\d+)?( USING (COVERING )?INDEX (?P<index>\w+).*)?$"
)
_DERIVED = re.compile(r"(?P<kind>CO-ROUTINE|MATERIALIZE) (?P<name>\w+?)(_\d+)?$")

_SINGLE_ROW_TABLES = {"store", "state", "internal_article"}


@dataclass(frozen=True)
class Plan:
    """The query plan of statements.

    Attributes:
        scans: tables that are scanned, such as ``article by ix_article_title_id`` for one that is
            scanned in the order of an index.
        indexes: indexes by which rows are looked up, except primary keys.
        materialized: CTEs that are materialized.
    """

    scans: set[str] = field(default_factory=set)
    indexes: set[str] = field(default_factory=set)
    materialized: set[str] = field(default_factory=set)


def explain(store: Path, *statements: str) -> Plan:
    """Return the query plan of statements in a store's file."""
    plan = Plan()
    with closing(sqlite3.connect(store)) as connection:
        SearchFunctions(connection, IndexReader(SqliteDatabase.dialect))
        for sql in statements:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))
            _add_lines([row[3] for row in rows], plan)
    return plan


def _add_lines(lines: list[str], plan: Plan) -> None:
    derived = [match for line in lines if (match := _DERIVED.match(line))]
    ignored = {match["name"] for match in derived} | _SINGLE_ROW_TABLES
    plan.materialized.update(match["name"] for match in derived if match["kind"] == "MATERIALIZE")
    for access in filter(None, map(_ACCESS.match, lines)):
        table, index = access["table"], access["index"]
        if access["kind"] == "SEARCH" and index:
            plan.indexes.add(index)
        elif access["kind"] == "SCAN" and table not in ignored:
            plan.scans.add(f"{table} by {index}" if index else table)
