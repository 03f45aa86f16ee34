"""A compiled argument reader returns the same values as graphql-core."""

from __future__ import annotations

import pytest
from graphql import GraphQLError, Undefined, parse
from graphql.execution.values import get_argument_values, get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.planning.argument_coercion import compile_argument_reader, uses_variables

SCHEMA = Schema().graphql_schema
ARTICLES = SCHEMA.query_type.fields["articles"]

VARIABLES = """(
    $n: Int, $two: Int = 2, $at: DateTime, $is: Boolean, $names: [String!], $name: String,
    $times: DateTimeFilter, $filter: ArticleFilter, $filters: [ArticleFilter!],
    $by: ArticleOrder, $field: ArticleOrderField! = TITLE, $way: OrderDirection! = ASC
)"""
VARIABLE_VALUES = {
    "n": st.integers(0, 9) | st.none(),
    "two": st.integers(0, 9),
    "at": st.sampled_from(["2021-03-12", "2021-03-12T21:41:00Z"]) | st.none(),
    "is": st.booleans() | st.none(),
    "names": st.lists(st.text(max_size=3), max_size=3) | st.none(),
    "name": st.text(max_size=3),
    "times": st.just({"gte": "2020-01-01", "lt": None}),
    "filter": st.sampled_from([{}, {"quality": {"in": [1]}}, {"not": {"published": True}}]),
    "filters": st.just([{"heat": {"gt": 1}}, {"text": "a"}]),
    "by": st.sampled_from([{}, {"field": "HEAT"}, {"direction": "ASC"}]) | st.none(),
    "field": st.sampled_from(["QUALITY", "HEAT"]),
    "way": st.just("DESC"),
}


def _object(**fields):
    """Return a strategy for object literals with any subset of the fields."""
    return st.fixed_dictionaries({}, optional=fields).map(
        lambda drawn: "{" + ", ".join(f"{name}: {value}" for name, value in drawn.items()) + "}"
    )


def _list(items):
    """Return a strategy for list literals."""
    return st.lists(items, max_size=3).map(lambda drawn: f"[{', '.join(drawn)}]")


INTS = st.sampled_from(["$n", "$two", "3", "null"])
INT_FILTERS = _object(
    eq=INTS, lt=INTS, isNull=st.sampled_from(["$is", "true"]), **{"in": st.just("[1, $two]")}
)
MOMENTS = st.sampled_from(["$at", '"2021-03-12"'])
TIMES = st.just("$times") | _object(gte=MOMENTS, lt=MOMENTS)
NAMES = st.sampled_from(["$names", '["a"]', '"a"', "[]"])
FILTERS = st.recursive(
    st.just("$filter")
    | _object(
        quality=INT_FILTERS,
        publishedAt=TIMES,
        providers=NAMES,
        topics=_object(any=NAMES, none=NAMES),
        text=st.sampled_from(["$name", '"a"', "null"]),
    ),
    lambda inner: _object(
        heat=INT_FILTERS,
        **{"and": st.just("$filters") | inner | _list(inner), "or": _list(inner), "not": inner},
    ),
    max_leaves=5,
)
ORDERS = st.just("$by") | _object(
    field=st.sampled_from(["$field", "QUALITY"]), direction=st.sampled_from(["$way", "DESC"])
)
ARGUMENTS = st.fixed_dictionaries(
    {}, optional={"first": INTS, "after": st.just("$name"), "filter": FILTERS, "orderBy": ORDERS}
)


def _parse(arguments):
    """Return the variable definitions and the field of an operation with some arguments."""
    literals = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    text = f"query {VARIABLES} {{ articles{f'({literals})' if literals else ''} {{ totalCount }} }}"
    operation = parse(text).definitions[0]
    return operation.variable_definitions, operation.selection_set.selections[0]


def _coerce(definitions, variables):
    coerced = get_variable_values(SCHEMA, definitions, variables)
    assert not isinstance(coerced, list), coerced
    return coerced


def _outcome(read, coerced):
    """Return the values that a reader returns, or the text of its error."""
    try:
        return read(coerced)
    except GraphQLError as error:
        return str(error)


@given(
    ARGUMENTS,
    st.lists(st.fixed_dictionaries({}, optional=VARIABLE_VALUES), min_size=2, max_size=2),
)
def test_reader_equals_graphql_core(arguments, variable_sets):
    """The reader returns the same values as graphql-core, or raises the same error."""
    definitions, node = _parse(arguments)
    read = compile_argument_reader(ARTICLES, node)
    for variables in variable_sets:
        coerced = _coerce(definitions, variables)
        expected = _outcome(
            lambda variables: get_argument_values(ARTICLES, node, variables), coerced
        )
        assert _outcome(read, coerced) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, False),
        ({"first": "3"}, False),
        ({"filter": '{or: [{text: "$name"}]}'}, False),
        ({"first": "3", "after": "$name"}, True),
        ({"filter": "{or: [{}, {topics: {any: $names}}]}"}, True),
    ],
)
def test_uses_variables(arguments, expected):
    """Variables are found at any depth; a string with a dollar sign is not a variable."""
    assert uses_variables(_parse(arguments)[1]) is expected


def test_default_values_of_input_fields():
    """A field that an input object leaves out has its default value."""
    definitions, node = _parse({"orderBy": "{direction: $way}"})
    fields = SCHEMA.type_map["ArticleOrder"].fields
    assert fields["field"].default is not None or fields["field"].default_value is not Undefined
    values = compile_argument_reader(ARTICLES, node)(_coerce(definitions, {}))
    assert values["order_by" if "order_by" in values else "orderBy"].keys() == {
        "field",
        "direction",
    }
