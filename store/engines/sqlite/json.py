"""Compiles the constructs of `store.query.json_sql` to SQLite's JSON functions."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON
from sqlalchemy.ext.compiler import compiles

from newsgraph.store.query.json_sql import (
    as_json,
    hex_text,
    json_array,
    json_boolean,
    json_elements,
    json_item,
    json_length,
    json_object,
    json_rows,
    ordered_join,
    quote,
)

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

_MAX_PAIRS = 30
"""Pairs in one call of json_object(): SQLite limits a function to 127 arguments, often to 100."""


_MAX_CHAIN = 8
"""Operands of one chain of concatenations."""


@compiles(json_object, "sqlite")
def _compile_json_object(element: json_object, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    values = [compiler.process(clause, **kw) for clause in element.clauses]
    if element.long:
        return _concatenate_object(element, values)
    pairs = iter(zip(element.keys, values, strict=True))
    sql = "json_object(" + ", ".join(f"{quote(k)}, {v}" for k, v in islice(pairs, _MAX_PAIRS)) + ")"
    while rest := ", ".join(f"{quote(f'$.{k}')}, {v}" for k, v in islice(pairs, _MAX_PAIRS)):
        sql = f"json_insert({sql}, {rest})"
    return sql


def _concatenate_object(element: json_object, values: list[str]) -> str:
    """Return an object as a concatenation of texts."""
    parts, separator = [], "{"
    for key, clause, value in zip(element.keys, element.values, values, strict=True):
        encoded = value if isinstance(clause.type, JSON) else f"json_quote({value})"
        parts += [quote(f'{separator}"{key}":'), f"coalesce({encoded}, 'null')"]
        separator = ","
    parts.append(quote("}"))
    # SQLite limits the depth of expressions: a long chain becomes a tree.
    while len(parts) > _MAX_CHAIN:
        chains = (parts[i : i + _MAX_CHAIN] for i in range(0, len(parts), _MAX_CHAIN))
        parts = [f"({' || '.join(chain)})" for chain in chains]
    return f"json({' || '.join(parts)})"


@compiles(json_array, "sqlite")
def _compile_json_array(element: json_array, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    value, *condition = (compiler.process(clause, **kw) for clause in element.clauses)
    filter_ = f" FILTER (WHERE {condition[0]})" if condition else ""
    if not element.long:
        return f"json_group_array({value}){filter_}"
    return f"json('[' || coalesce(group_concat(coalesce({value}, 'null')){filter_}, '') || ']')"


@compiles(as_json, "sqlite")
def _compile_as_json(element: as_json, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    return f"json({compiler.process(element.clauses, **kw)})"


@compiles(json_boolean, "sqlite")
def _compile_json_boolean(element: json_boolean, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    condition = compiler.process(element.clauses, **kw)
    return f"json(CASE ({condition}) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"


@compiles(hex_text, "sqlite")
def _compile_hex_text(element: hex_text, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    return f"lower(hex({compiler.process(element.clauses, **kw)}))"


@compiles(json_elements, "sqlite")
def _compile_json_elements(element: json_elements, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    array = compiler.process(element.clauses, **kw)
    return f"(SELECT value FROM json_each({array}))"  # noqa: S608 - it is compiled SQL


@compiles(json_length, "sqlite")
def _compile_json_length(element: json_length, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    return f"json_array_length({compiler.process(element.clauses, **kw)})"


@compiles(json_item, "sqlite")
def _compile_json_item(element: json_item, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    array = compiler.process(element.clauses, **kw)
    return f"json_extract({array}, '$[{element.index}]')"


@compiles(json_rows, "sqlite")
def _compile_json_rows(element: json_rows, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(ordered_join, "sqlite")
def _compile_ordered_join(element: ordered_join, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - as above
    # SQLite never reorders the tables of a CROSS JOIN.
    left, right = (compiler.process(side, **kw) for side in (element.left, element.right))
    assert element.onclause is not None  # noqa: S101 - every caller passes one
    return f"{left} CROSS JOIN {right} ON {compiler.process(element.onclause)}"
