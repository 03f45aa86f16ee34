"""Regular expressions mean the same in every Python that newsgraph supports.

Before 3.11.5, Python matches a possessive quantifier of a group wrongly (gh-106052 and gh-100061
in CPython's issues): ``(?:[^%]|%(?!}))*+`` takes the first ``%`` of ``%}``. That of one character
or class is right. A group whose alternatives begin with different characters needs none:
``(?:[^%]++|%(?!}))*`` is as fast. An atomic group, ``(?>(?:ab?c)*)``, is right in all versions.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.test_architecture import ALLOWED_PACKAGES, ROOT, module_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a value in an f-string, which can be a group."""

# The strings are looked at, and not the compiled expressions: so nothing depends on where and when
# an expression is compiled. Lists of characters contain "()*+", and an expression no empty group.
POSSESSIVE_GROUP = re.compile(
    r"(?:(?<![(\\])\)|\N{OBJECT REPLACEMENT CHARACTER})(?:[*+?]|\{{1,2}\d*,?\d*\}{1,2})\+"
)


def find_strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of every string."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                yield node.lineno, text
            case ast.Constant(value=bytes(content)):
                yield node.lineno, content.decode("latin-1")
            case ast.JoinedStr(values=values):
                yield (
                    node.lineno,
                    "".join(
                        str(part.value) if isinstance(part, ast.Constant) else GROUP
                        for part in values
                    ),
                )


def find_possessive_groups(code: str) -> list[int]:
    """Return the lines of strings in which a group has a possessive quantifier."""
    strings = find_strings(ast.parse(code))
    return sorted({line for line, text in strings if POSSESSIVE_GROUP.search(text)})


def test_no_group_is_possessive():
    """Only a character or a class has a possessive quantifier."""
    paths = [*module_paths(*ALLOWED_PACKAGES), "hatch_build.py"]
    lines = {path: find_possessive_groups((ROOT / path).read_text("utf-8")) for path in paths}
    assert {path: numbers for path, numbers in lines.items() if numbers} == {}


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        (r"""r'(?:a|b)*+'""", True),
        (r"""r'(?:a|b)++'""", True),
        (r"""r'(?:ab)?+'""", True),
        (r"""r'(?:ab?c){1,3}+'""", True),
        (r"""rf'(?:{a}|b){{,3}}+'""", True),
        (r"""rf'{a}*+'""", True),
        (r"""r'(?:{}b){{0,3}}+'.format(a)""", True),
        (r"""rb'(?:ab){2}+'""", True),
        (r"""'(' + a + ')*+'""", True),
        (r"""'(?:%s)*+' % a""", True),
        (r"""r'[^a]*+b++\w?+c{2}+'""", False),
        (r"""r'\)*+'""", False),
        (r"""r'(?>(?:ab?c)*)'""", False),
        (r"""r'(?:[^%]++|%(?!}))*'""", False),
        ('''"!$&'()*+,;="''', False),
    ],
)
def test_found_groups(code, is_found):
    """The check finds groups in all kinds of strings."""
    assert bool(find_possessive_groups(code)) == is_found
