"""The ends of expressions and of statements are found in any text, in a limited time."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.javascript_scanner import JavaScriptScanner


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{a} b}", "{a}"),
        ("{{a: 1}} b", "{{a: 1}}"),
        ("{'}' + \"}\" + `}`} b", "{'}' + \"}\" + `}`}"),
        ("{/* } */ a} b", "{/* } */ a}"),
        ("{a // }\n} b", "{a // }\n}"),
        ("{'it\\'s }'} b", "{'it\\'s }'}"),
        ("{<p>it's</p>} b", "{<p>it's</p>}"),
        ("{`a ${`}` + {b: '`'}} c` + '{'} d", "{`a ${`}` + {b: '`'}} c` + '{'}"),
        ("{<p>a ` b</p>} c", "{<p>a ` b</p>}"),
        ("{`${`${a", None),
        ("{a", None),
        ("{'}", "{'}"),
    ],
)
def test_expressions(text, code):
    """Braces in strings and comments do not count; an apostrophe in a text is no string."""
    end = JavaScriptScanner(text).skip_braces(0)
    assert (None if end is None else text[:end]) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("import A from 'a';\nText", "import A from 'a';\n"),
        ("import A from 'a'\nimport 'b'\n\nText", "import A from 'a'\n"),
        ("import {\n  a,\n  b,\n} from 'c';\nText", "import {\n  a,\n  b,\n} from 'c';\n"),
        ("import A, { b } from 'c';", "import A, { b } from 'c';"),
        ("import type B from 'c';", "import type B from 'c';"),
        ("export const a =\n  1;\n\nText", "export const a =\n  1;\n"),
        ("export const a = {\n\n  b: '}',\n};\nText", "export const a = {\n\n  b: '}',\n};\n"),
        (
            "export default function A() {\n  return 1;\n}\n",
            "export default function A() {\n  return 1;\n}\n",
        ),
        ("export * from 'a';", "export * from 'a';"),
        ("export const a = {\n b\n\nText", "export const a = {\n b\n"),
        ("import duties rose.", None),
        ("import taxes from abroad.", None),
        ("export of goods", None),
        ("exports", None),
    ],
)
def test_statements(text, code):
    """A statement ends with the line of its last bracket, and prose is no statement."""
    end = JavaScriptScanner(text).skip_statement(0)
    assert (None if end is None else text[:end]) == code


def test_scanning_in_vain_is_limited():
    """After many characters without an end, nothing more is scanned."""
    scanner = JavaScriptScanner("{" * 300_000 + "{a}")
    ends = {scanner.skip_braces(position) for position in range(0, 300_000, 100)}
    assert ends == {None}
    assert scanner.skip_braces(300_000) is None
    assert JavaScriptScanner("{a}").skip_braces(0) == 3
