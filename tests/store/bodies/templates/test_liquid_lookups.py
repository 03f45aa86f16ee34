"""Variables of Liquid are looked up, selected and printed as Jekyll does it."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.templates.liquid_lookups import (
    UNKNOWN,
    look_up,
    parse_lookup,
    select_items,
    to_text,
)

VALUES = {"lang": "de", "number": 1, "names": ["a"], "unknown": UNKNOWN}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a", ["a"]),
        ("a.b-c.d_e", ["a", "b-c", "d_e"]),
        ("a[0].b[-1]", ["a", 0, "b", -1]),
        ("a[\"b c\"][ 'd' ].e", ["a", "b c", "d", "e"]),
        ("a . b", ["a", "b"]),
        ("a[lang].b", ["a", "de", "b"]),
        ("a[number]", ["a", 1]),
        ("a.empty?", ["a", "empty"]),
        ("a[names]", None),
        ("a[unknown]", None),
        ("a b", None),
        ("a.", None),
        ("a[", None),
        (".a", None),
        ("", None),
        (".".join("a" * 32), ["a"] * 32),
        (".".join("a" * 33), None),
    ],
)
def test_keys_of_variables(text, keys):
    """Names and indexes, of which one can be the value of a variable; or it is no variable."""
    assert parse_lookup(text, lambda name: VALUES.get(name, UNKNOWN)) == keys


@pytest.mark.parametrize(
    ("value", "keys", "result"),
    [
        ({"a": {"b": [1, 2]}}, ["a", "b", 1], 2),
        ({"a": 1}, ["b"], None),
        ({"a": 1}, ["a", "b"], None),
        ([1, 2], [-1], 2),
        ([1, 2], [2], None),
        ([1, 2], ["first"], 1),
        ([1, 2], ["last"], 2),
        ([], ["first"], None),
        ([1, 2], ["size"], 2),
        ("text", ["size"], 4),
        ({"size": 7}, ["size"], 7),
        ({"a": 1, "b": 2}, ["size"], 2),
        ({"a": 1}, ["first"], UNKNOWN),
        ({"2": "x"}, [2], "x"),
        (UNKNOWN, ["a"], UNKNOWN),
        (None, ["a"], None),
    ],
)
def test_values_in_values(value, keys, result):
    """What is not there is nothing, as in Liquid; what is in something unknown is unknown."""
    assert look_up(value, keys) is result or look_up(value, keys) == result


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (2.50, "2.5"),
        (4.0, "4.0"),
        (1e300, None),
        (["a", 1, None], "a1"),
        (["a", ["b"]], None),
        (["a"] * 101, None),
        (["a", {}], None),
        ({}, None),
        (UNKNOWN, None),
    ],
)
def test_printed_values(value, text):
    """Scalars, and short lists of them, as Ruby writes them; mappings are left out."""
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("key", "target", "ids"),
    [
        ("v", "3.3.0", [0]),
        ("v", "2.7", [1, 2]),
        ("v", 2.7, [1, 2]),
        # Jekyll compares numbers with the target's text: that of 1.10 is 1.1.
        ("v", "1.10", []),
        ("v", "1.1", [3]),
        ("v", "07", []),
        ("v", "7", [4]),
        ("v", None, [5, 6]),
        ("tags", "news", [0]),
        ("url.gz", "x", [1]),
        ("v", ["a"], UNKNOWN),
        ("v", UNKNOWN, UNKNOWN),
    ],
)
def test_where(key, target, ids):
    """Texts, numbers, items of lists and nested properties are compared as Jekyll's `where`."""
    items = [
        {"id": 0, "v": "3.3.0", "tags": ["news", "a"]},
        {"id": 1, "v": "2.7", "url": {"gz": "x"}},
        {"id": 2, "v": 2.7},
        {"id": 3, "v": "1.10"},
        {"id": 4, "v": "07"},
        {"id": 5, "v": None},
        {"id": 6},
    ]
    result = select_items(items, key, target)
    assert (result if result is UNKNOWN else [item["id"] for item in result]) == ids


def test_where_of_something_else():
    """Jekyll looks for a part of each text; this is left out."""
    assert select_items(["a", "b"], "a", "a") is UNKNOWN
