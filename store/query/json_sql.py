"""JSON, hex and booleans in SQL: the few places where databases differ.

Each construct is compiled for SQLite here; another database is another `compiles`.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, Text, func, literal_column, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import Join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.sql.compiler import SQLCompiler

_PAIRS = 30
"""How many keys one call takes: SQLite's functions have at most 127 arguments, often 100."""


_CHAIN = 8
"""How many texts are joined in a row."""


class json_object(FunctionElement[Any]):  # noqa: N801 - named as the SQL function it is
    """A JSON object of (key, value) pairs, in their order. Keys are names, as GraphQL's are.

    Args:
        pairs: keys and values.
        long: whether several values can be long texts. SQLite looks at its limit of bytes only
            when an object is done: a long one is put together as text, which is watched.
    """

    type = JSON()
    inherit_cache = False  # keys are part of the text, not of the clauses

    def __init__(
        self, pairs: Iterable[tuple[str, ColumnElement[Any]]], *, long: bool = False
    ) -> None:
        pairs = list(pairs)
        self.keys, self.long = [key for key, _ in pairs], long
        self.values = [value for _, value in pairs]
        super().__init__(*self.values)


@compiles(json_object, "sqlite")
def _object_in_sqlite(element: json_object, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    values = [compiler.process(clause, **kw) for clause in element.clauses]
    if element.long:
        return _watched(element, values)
    pairs = iter(zip(element.keys, values, strict=True))
    sql = "json_object(" + ", ".join(f"{_text(k)}, {v}" for k, v in islice(pairs, _PAIRS)) + ")"
    while more := ", ".join(f"{_text(f'$.{k}')}, {v}" for k, v in islice(pairs, _PAIRS)):
        sql = f"json_insert({sql}, {more})"
    return sql


def _watched(element: json_object, values: list[str]) -> str:
    """Return an object as one text after another."""
    parts, before = [], "{"
    for key, clause, value in zip(element.keys, element.values, values, strict=True):
        shown = value if isinstance(clause.type, JSON) else f"json_quote({value})"
        parts += [_text(f'{before}"{key}":'), f"coalesce({shown}, 'null')"]
        before = ","
    parts.append(_text("}"))
    # SQLite bounds how deep an expression is: a long chain becomes a tree.
    while len(parts) > _CHAIN:
        chains = (parts[at : at + _CHAIN] for at in range(0, len(parts), _CHAIN))
        parts = [f"({' || '.join(chain)})" for chain in chains]
    return f"json({' || '.join(parts)})"


class json_list(FunctionElement[Any]):  # noqa: N801 - as above
    """All rows' JSON values as an array, in the order of the rows.

    Args:
        value: each row's.
        only: which rows; all if left out.
        long: whether values can be long texts. SQLite looks at its limit of bytes only when
            such an array is done: a long one is put together as text, which is watched.
    """

    type = JSON()
    inherit_cache = False  # whether it is long is part of the text, not of the clauses

    def __init__(
        self,
        value: ColumnElement[Any],
        only: ColumnElement[bool] | None = None,
        *,
        long: bool = False,
    ) -> None:
        self.long = long
        super().__init__(value, *(() if only is None else (only,)))


@compiles(json_list, "sqlite")
def _list_in_sqlite(element: json_list, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    value, *only = (compiler.process(clause, **kw) for clause in element.clauses)
    rows = f" FILTER (WHERE {only[0]})" if only else ""
    if not element.long:
        return f"json_group_array({value}){rows}"
    return f"json('[' || coalesce(group_concat(coalesce({value}, 'null')){rows}, '') || ']')"


class as_json(FunctionElement[Any]):  # noqa: N801 - as above
    """Text that is JSON, as JSON: without it a database would quote the text."""

    type = JSON()
    inherit_cache = True


@compiles(as_json, "sqlite")
def _json_in_sqlite(element: as_json, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    return f"json({compiler.process(element.clauses, **kw)})"


class json_boolean(FunctionElement[Any]):  # noqa: N801 - as above
    """A condition as ``true``, ``false`` or ``null``; SQLite itself has only 0 and 1."""

    type = JSON()
    inherit_cache = True


@compiles(json_boolean, "sqlite")
def _boolean_in_sqlite(element: json_boolean, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    condition = compiler.process(element.clauses, **kw)
    return f"json(CASE ({condition}) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"


class hex_text(FunctionElement[str]):  # noqa: N801 - as above
    """A text's UTF-8 bytes in lower-case hex."""

    type = Text()
    inherit_cache = True


@compiles(hex_text, "sqlite")
def _hex_in_sqlite(element: hex_text, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    return f"lower(hex({compiler.process(element.clauses, **kw)}))"


class each_of(FunctionElement[Any]):  # noqa: N801 - as above
    """The members of a JSON list, for ``IN``."""

    inherit_cache = True


@compiles(each_of, "sqlite")
def _each_in_sqlite(element: each_of, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    members = compiler.process(element.clauses, **kw)
    return f"(SELECT value FROM json_each({members}))"  # noqa: S608 - it is compiled SQL


class length_of(FunctionElement[int]):  # noqa: N801 - as above
    """How many members a JSON list has."""

    type = BigInteger()
    inherit_cache = True


@compiles(length_of, "sqlite")
def _length_in_sqlite(element: length_of, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    return f"json_array_length({compiler.process(element.clauses, **kw)})"


class in_order(Join):  # noqa: N801 - as above
    """A join whose rows come in the order of its left side."""

    inherit_cache = True


@compiles(in_order, "sqlite")
def _join_in_sqlite(element: in_order, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    # SQLite never changes the order of tables that a CROSS JOIN stands between.
    left, right = (compiler.process(side, **kw) for side in (element.left, element.right))
    assert element.onclause is not None  # noqa: S101 - it is always given
    return f"{left} CROSS JOIN {right} ON {compiler.process(element.onclause)}"


def ids_of(pairs: ColumnElement[str]) -> Select[Any]:
    """Return a JSON list of [entity, key] pairs as ``position``, ``entity`` and ``entity_id``."""
    each = func.json_each(pairs).table_valued("key", "value", name="pair")
    entity, key = (func.json_extract(each.c.value, constant(f"$[{n}]")) for n in (0, 1))
    return select(
        each.c.key.label("position"),
        type_coerce(entity, Text()).label("entity"),
        type_coerce(key, BigInteger()).label("entity_id"),
    )


def ends_of(pair: ColumnElement[str]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return the two numbers of a JSON list."""
    first, last = (func.json_extract(pair, constant(f"$[{n}]"), type_=BigInteger()) for n in (0, 1))
    return first, last


def constant(text: str) -> ColumnElement[str]:
    """A text as it stands, so that it is part of the statement and not of its parameters."""
    return literal_column(_text(text), Text())


def _text(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
