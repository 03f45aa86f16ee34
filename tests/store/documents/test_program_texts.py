"""Texts are found in a program without running it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.program_texts import find_program_texts

OUTER = {"title": "A"}


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("const title = 'A';", OUTER),
        ("export const title: string = `A`", OUTER),
        ("export default {title: 'A'}", OUTER),
        ("module.exports = {\n  'title': \"A\", // the name\n  pages: 15 * 60,\n}", OUTER),
        ("export default defineConfig({title: 'A'})", OUTER),
        ("module.exports = async () => ({title: 'A'})", OUTER),
        ("export default function ({ eleventy }) {\n  return {title: 'A'};\n}", OUTER),
        ("module.exports = () => { const title = 'B'; return {title: 'A'} }", OUTER),
        ("{title: 'It\\'s \\u0041'}", {"title": "It's A"}),
        ("{title: 'A', tags: ['b', {title: 'C'}]}", OUTER),
        ("export const SITE: Site = {title: 'A'} as const", {"SITE": OUTER}),
        ("const data = /** @type {const} */ ({title: 'A'})", {"data": OUTER}),
        ("const data = theme.define({title: 'A'})", {"data": OUTER}),
        (
            "export default {author: {name: 'B', links: {rss: 'C'}}, title: 'A'}",
            {"author": {"name": "B", "links": {"rss": "C"}}, "title": "A"},
        ),
        ("const f = (a) => { const title = 'B' };\nconst title = 'A'", OUTER),
        ("interface Site { title: string }\nconst title = 'A'", OUTER),
        ("import data from './a.json' with {type: 'json'}; const title = 'A'", OUTER),
        (
            "const title = 'A'; const rest = {title: 'B', a: {}}",
            OUTER | {"rest": {"title": "B", "a": {}}},
        ),
        ("const title = 'A', a = 'B' + c, d = 'E'.trim(), f = process.env.G || 'H'", OUTER),
        ("const title = 'A'; title = {b: 'C'}", OUTER),
        ("// title: 'A'\nconst a = [{title: 'A'}]", {}),
        ("title: 'A'\n" + " " * 200_000, {}),
    ],
)
def test_texts(text, texts):
    """What is computed or in a list is left out; functions and types around it do not matter."""
    assert find_program_texts(text) == texts


@given(st.text("title:='\"`{}[]()/*+\\ \n=>return", max_size=80))
def test_any_program(text):
    """No text raises an exception."""
    find_program_texts(text)
