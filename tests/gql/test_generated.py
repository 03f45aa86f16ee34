"""Operations that nobody thought of, asked of our engine and of the naive one.

An ordinary run asks 150; ``make test-long TESTS=tests/gql/test_generated.py`` asks 4,500.
"""

from __future__ import annotations

import json
from random import Random

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_operation_ast,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.gql.executable_schema import sdl
from tests.gql.conftest import SITE
from tests.gql.generated.arguments import TEXTS, Pool
from tests.gql.generated.operations import DEEPEST, operation, operations
from tests.gql.generated.randomness import Dice
from tests.gql.generated.requests import asking, make_store
from tests.gql.reference.engine import Reference
from tests.gql.reference.rows import World
from tests.hypothesis_profiles import examples

SAMPLE = 1500
"""In how many operations each part of the schema has to come up."""

UNASKED = {"Subscription", "ArticleChange"}
"""Types that no query leads to."""

ANSWERED = {"Severity"}
"""Enums that are in answers only."""

RANKED = """query ($query: String!) {
  search(query: $query, first: 100) { edges { cursor score snippet node { id } } }
}"""


class Ranking:
    """In what order our engine ranks what each search finds; the reference cannot know it."""

    def __init__(self, asked):
        self._asked, self._known = asked, {}

    def __call__(self, query):
        """Return what a search finds, the best first."""
        if query not in self._known:
            answer = self._asked.post({"query": RANKED, "variables": {"query": query}})
            edges = answer["data"]["search"]["edges"]
            self._known[query] = [edge | {"id": edge["node"]["id"]} for edge in edges]
        return self._known[query]


@pytest.fixture(scope="module")
def store_file(tmp_path_factory):
    """A store with the seeds and the generated archive."""
    return make_store(tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def asked(store_file):
    """Our engine."""
    with asking(store_file) as asked:
        yield asked


@pytest.fixture(scope="module")
def reference(store_file, asked):
    """The naive engine."""
    return Reference(sdl(), World(store_file, SITE), Ranking(asked))


@pytest.fixture(scope="module")
def pool(reference, asked):
    """What operations ask for, cursors of searches included."""
    ranking = Ranking(asked)
    cursors = {query: [hit["cursor"] for hit in ranking(query)] for query in TEXTS}
    return Pool(reference.world, cursors)


@pytest.mark.slow
@settings(max_examples=examples(150))
@given(data=st.data())
def test_the_answers_of_any_operation_are_the_naive_ones(data, reference, asked, pool):
    """The statement that answers an operation is no more than the plain rules, on any transport.

    So is what comes of it the short way, the second time, and leaf by leaf of graphql-core.
    """
    drawn = data.draw(operations(reference.schema, pool))
    request = drawn.request()
    expected = reference.answer(drawn.query, drawn.variables, drawn.name)
    answer = asked.post(request)
    _check(answer, expected)
    for transport in (asked.get, asked.batch, asked.socket):
        assert _said(transport(request)) == _said(answer), transport.__name__
    _check_the_short_way(asked, request, answer)
    _check_the_long_way(asked, request | {"query": _introspecting(drawn)}, answer)


def _check_the_short_way(asked, request, answer):
    """The database's JSON goes out as it is, where nothing is wrong with it."""
    before = asked.answered_short
    assert _said(asked.post(request)) == _said(answer)
    if "errors" not in answer:
        assert asked.answered_short == before + 1


def _check_the_long_way(asked, introspecting, answer):
    """Beside introspection graphql-core completes the answer, leaf by leaf, to the same."""
    before = asked.answered_short
    completed = asked.post(introspecting)
    if answer.get("data") is None:
        assert [one["extensions"] for one in completed["errors"]] == [
            one["extensions"] for one in answer["errors"]
        ]
        return
    assert asked.answered_short == before
    assert completed["data"].pop(_KEY) == {"kind": "OBJECT"}
    assert json.dumps(completed["data"]) == json.dumps(answer["data"])


_KEY = "introspected"


def _introspecting(drawn):
    """Return a document whose operation asks for the schema too, which only graphql-core has."""
    operation = get_operation_ast(parse(drawn.query), drawn.name)
    begins = operation.selection_set.loc.start + 1
    more = f' {_KEY}: __type(name: "Query") {{ kind }} '
    return drawn.query[:begins] + more + drawn.query[begins:]


def _said(answer):
    """Return an answer as text; a WebSocket's `error` has no place for extensions."""
    return json.dumps(answer if "data" in answer else answer["errors"])


def _check(answer, expected):
    errors, refused = answer.get("errors", []), expected["refused"]
    assert json.dumps(answer.get("data", "nothing run")) == json.dumps(
        expected.get("data", "nothing run")
    ), errors
    if "data" not in expected:
        assert errors
        return
    found = {(error["path"][0], error["extensions"]["code"]) for error in errors}
    wrong = {(key, code) for key, codes in refused.items() for code in codes}
    assert found <= wrong
    assert bool(found) == bool(wrong)
    if expected["data"] is not None:
        assert {key for key, _ in found} == set(refused)


def test_search_ranks_what_matches_and_marks_it(reference, asked):
    """The reference takes the ranking as it is, so here is what can be said of it."""
    ranking = Ranking(asked)
    for query in TEXTS:
        hits = ranking(query)
        places = [(-hit["score"], reference.world.find(hit["id"])["_key"]) for hit in hits]
        assert places == sorted(places)
        assert all("<script" not in hit["snippet"] for hit in hits)
        assert all(hit["snippet"] for hit in hits)
    assert sum(bool(ranking(query)) for query in TEXTS) > len(TEXTS) // 2


@pytest.mark.slow
def test_every_part_of_the_schema_is_asked_for(reference, pool):
    """A test of everything that silently asked for less would still pass."""
    unused = _parts(reference.schema)
    random = Random(1)  # noqa: S311 - the same each time
    for _ in range(SAMPLE):
        dice = Dice(lambda most: random.randint(0, most))
        unused -= operation(dice, reference.schema, pool).used
        if not unused:
            break
    assert unused == set()


def _parts(schema):
    parts = {"alias", "@include", "@skip", "fragment used again", f"nested {DEEPEST} deep"}
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or name in UNASKED:
            continue
        match type_:
            case GraphQLObjectType() | GraphQLInterfaceType():
                parts |= {f"{name}.{field}" for field in type_.fields}
                parts |= {f"{name}.__typename"}
                parts |= {
                    f"{name}.{field}({argument}:)"
                    for field, definition in type_.fields.items()
                    for argument in definition.args
                }
            case GraphQLInputObjectType():
                parts |= {f"{name}.{field}" for field in type_.fields}
            case GraphQLEnumType() if name not in ANSWERED:
                parts |= {f"{name}.{value}" for value in type_.values}
    return parts
