"""Names of modules, classes, functions and variables are terms that a reader knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

from tests.test_architecture import ALLOWED_PACKAGES, ROOT, module_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

VAGUE_MODULE_WORDS = {
    *("common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"),
    *("admission", "answer", "answers", "apart", "asked", "asking", "beginning", "beside"),
    *("codings", "endings", "found", "front", "given", "handed", "heard", "hearing", "listed"),
    *("making", "parts", "places", "questions", "quick", "refusals", "said", "splicing"),
    *("stories", "strokes", "subjects", "telling", "told", "turns", "waiting", "wanted"),
}
"""Words that say nothing of what a module does, or only to those who wrote it."""

VAGUE_NAME_WORDS = {
    *("anew", "asked", "asking", "asks", "began", "begun", "beside", "coding", "codings"),
    *("elsewhere", "given", "hear", "heard", "hears", "keeps", "kept", "made", "most"),
    *("ours", "said", "saying", "says", "tell", "telling", "tells", "told", "wanted", "whoever"),
    *("whole",),
}
"""Words that stand for many things, such as ``told`` for headers, parameters and a message."""

VAGUE_NAMES = {"each", "found", "has", "named", "one", "passed", "some"}
"""Names that are vague by themselves, and clear as part of another, such as ``expired_at``."""


LIBRARY_NAMES = {"connection_made"}
"""Methods whose names are those of a library's base class."""


def module_words(path: str) -> set[str]:
    """Return the words of a module's path."""
    return set(re.split("[_/]", PurePosixPath(path).with_suffix("").as_posix()))


def find_definitions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of every class, function, parameter, variable and attribute."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield node.lineno, name
            case ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name


def name_words(name: str) -> set[str]:
    """Return the words of a name, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def find_vague_names(path: str, source: str) -> list[str]:
    """Return the vague names that a module defines, each as ``path:line: name``."""
    return [
        f"{path}:{line}: {name}"
        for line, name in find_definitions(ast.parse(source, path))
        if name not in LIBRARY_NAMES
        and (name.strip("_") in VAGUE_NAMES or name_words(name) & VAGUE_NAME_WORDS)
    ]


def test_module_names_say_what_the_module_does():
    """A reader finds a module by its name, and a module called utils attracts unrelated code."""
    paths = module_paths("newsgraph", *ALLOWED_PACKAGES, "tests")
    assert "tests/test_names.py" in paths
    assert [path for path in paths if module_words(path) & VAGUE_MODULE_WORDS] == []


@pytest.mark.parametrize(
    "path", ["store/utils.py", "gql/common/plan.py", "tests/helpers.py", "server/handed_on.py"]
)
def test_vague_module_names_are_found(path):
    """Names of folders count like those of files."""
    assert module_words(path) & VAGUE_MODULE_WORDS


@pytest.mark.parametrize("package", ALLOWED_PACKAGES)
def test_names_in_a_package_are_clear(package):
    """No class, function, parameter, variable or attribute has a vague name."""
    paths = module_paths(package)
    sources = {path: Path(ROOT, path).read_text("utf-8") for path in paths}
    assert sources
    assert [name for path in paths for name in find_vague_names(path, sources[path])] == []


@pytest.mark.parametrize(
    "source",
    [
        "told = 1",
        "MOST_BYTES = 1",
        "class Asked: ...",
        "def hear(): ...",
        "async def f(*, given): ...",
        "for one in x: ...",
        "self._kept = 1",
        "with f() as each: ...",
        "(a, found) = x",
        "isToldTwice = 1",
    ],
)
def test_vague_names_are_found(source):
    """Every kind of definition counts."""
    assert find_vague_names("a.py", source)


@pytest.mark.parametrize(
    "source", ["almost = 1", "told.x(one)", "one_way = 1", "found_at = 1", "def make(): ..."]
)
def test_other_names_are_accepted(source):
    """Uses do not count, nor do words that only contain a vague one."""
    assert find_vague_names("a.py", source) == []
