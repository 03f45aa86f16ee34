"""Arguments that are read again are what graphql-core reads."""

from __future__ import annotations

import pytest
from graphql import GraphQLError, Undefined, parse
from graphql.execution.values import get_argument_values, get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.planning.argument_reader import hangs_on_variables, reader

SCHEMA = Schema().graphql
ARTICLES = SCHEMA.query_type.fields["articles"]

VARIABLES = """(
    $n: Int, $two: Int = 2, $at: DateTime, $is: Boolean, $names: [String!], $name: String,
    $times: DateTimeFilter, $filter: ArticleFilter, $filters: [ArticleFilter!],
    $by: ArticleOrder, $field: ArticleOrderField! = TITLE, $way: OrderDirection! = ASC
)"""
GIVEN = {
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
    """Return literals of an object, of which each field may be left out."""
    return st.fixed_dictionaries({}, optional=fields).map(
        lambda said: "{" + ", ".join(f"{name}: {value}" for name, value in said.items()) + "}"
    )


def _list(items):
    return st.lists(items, max_size=3).map(lambda said: f"[{', '.join(said)}]")


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


def _operation(arguments):
    said = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    text = f"query {VARIABLES} {{ articles{f'({said})' if said else ''} {{ totalCount }} }}"
    operation = parse(text).definitions[0]
    return operation.variable_definitions, operation.selection_set.selections[0]


def _coerced(definitions, variables):
    coerced = get_variable_values(SCHEMA, definitions, variables)
    assert not isinstance(coerced, list), coerced
    return coerced


def _outcome(read, coerced):
    try:
        return read(coerced)
    except GraphQLError as error:
        return str(error)


@given(ARGUMENTS, st.lists(st.fixed_dictionaries({}, optional=GIVEN), min_size=2, max_size=2))
def test_it_reads_what_graphql_core_reads(arguments, variables):
    """The same values, and where there are none, the same error at the same place."""
    definitions, node = _operation(arguments)
    read = reader(ARTICLES, node)
    for one in variables:
        coerced = _coerced(definitions, one)
        theirs = _outcome(lambda given: get_argument_values(ARTICLES, node, given), coerced)
        assert _outcome(read, coerced) == theirs


@pytest.mark.parametrize(
    ("arguments", "hangs"),
    [
        ({}, False),
        ({"first": "3"}, False),
        ({"filter": '{or: [{text: "$name"}]}'}, False),
        ({"first": "3", "after": "$name"}, True),
        ({"filter": "{or: [{}, {topics: {any: $names}}]}"}, True),
    ],
)
def test_it_knows_whether_anything_changes(arguments, hangs):
    """What looks like a variable in a text is none."""
    assert hangs_on_variables(_operation(arguments)[1]) is hangs


def test_fields_with_defaults_keep_them():
    """Of an order only one part has to be said."""
    definitions, node = _operation({"orderBy": "{direction: $way}"})
    fields = SCHEMA.type_map["ArticleOrder"].fields
    assert fields["field"].default is not None or fields["field"].default_value is not Undefined
    read = reader(ARTICLES, node)(_coerced(definitions, {}))
    assert read["order_by" if "order_by" in read else "orderBy"].keys() == {"field", "direction"}
