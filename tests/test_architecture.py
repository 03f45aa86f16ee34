"""The rules of the house, held by reading the syntax tree of every module."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "store": set(),
    "gql": {"store"},
    "feeds": set(),
    "server": {"store", "gql", "feeds"},
}
DATABASE = {"aiosqlite", "alembic", "asyncpg", "psycopg", "sqlalchemy", "sqlite3"}
SQL = re.compile(
    r"\s*(SELECT\s.*\sFROM|INSERT\sINTO|UPDATE\s.*\sSET|DELETE\sFROM|CREATE\sTABLE|PRAGMA)\s",
    re.DOTALL,
)
SETTINGS = "server/config/settings.py"
SETTINGS_LIBRARIES = {"dotenv", "pydantic_settings"}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
EMPTY_NAMES = {
    *("common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"),
}
MOST_LINES = 400

LOCKS = {
    "requirements.lock": ["dependencies", "build"],
    "requirements-dev.lock": ["dependencies", "dev"],
    "requirements-build.lock": ["build"],
    "server/graphiql/npm.lock": ["npm"],
}
"""What of pyproject.toml each lock file has: the project's dependencies, and groups of others."""
ALL_LOCKS = [*LOCKS, "tests/clients/requirements.lock"]
ALL_LOCKS += [f"tests/bench/peers/{name}.lock" for name in ("datasette", "tools")]
LOCK_LINE = re.compile(r"[a-z0-9._-]+==\S+( ; [^/@]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?")


def modules(*folders: str) -> list[str]:
    """The paths of all Python files below the folders, as the repository says them."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if path.parent.name != "versions"  # steps of the schema's history, written once
    )


def imports(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, wherever in the module it stands."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield node.lineno, alias.name
            case ast.ImportFrom(level=0, module=str(module), names=names):
                for alias in names:
                    yield node.lineno, f"{module}.{alias.name}"
            case ast.ImportFrom(level=level, module=module, names=names):
                folder = ("newsgraph", *PurePosixPath(path).parts[:-1])
                above = folder[: len(folder) - level + 1]
                for alias in names:
                    yield node.lineno, ".".join((*above, *filter(None, [module]), alias.name))
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield node.lineno, module


def environment_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of everything that reads an environment variable."""
    names_of_os = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "os"
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                name in names_of_os and attribute in ENVIRONMENT
            ):
                yield node.lineno, f"os.{attribute}"
            case ast.ImportFrom(module="os", names=names):
                for alias in names:
                    if alias.name in ENVIRONMENT:
                        yield node.lineno, f"os.{alias.name}"
            case ast.keyword(arg="envvar"):
                yield node.value.lineno, "envvar"


def sql_texts(tree: ast.Module) -> Iterator[int]:
    """The line of every string that is SQL."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if SQL.match(text):
                yield node.lineno


def faults(path: str, source: str) -> list[str]:
    """What breaks the rules in one module of ours, each with its line."""
    package = PurePosixPath(path).parts[0]
    tree = ast.parse(source, path)
    found = []
    for line, dotted in imports(path, tree):
        name, *inner = dotted.split(".")
        target = inner[0] if name == "newsgraph" and inner else name
        if name in MAY_IMPORT:
            found.append(f"{path}:{line}: import newsgraph.{name}: {name} would load twice")
        elif target in (MAY_IMPORT.keys() | {"tests"}) - MAY_IMPORT[package] - {package}:
            found.append(f"{path}:{line}: {package} must not import {target}")
        if name in DATABASE and package != "store":
            found.append(f"{path}:{line}: {name} is for store only")
        if name in SETTINGS_LIBRARIES and path != SETTINGS:
            found.append(f"{path}:{line}: {name} is for {SETTINGS} only")
    if path != SETTINGS:
        found += [
            f"{path}:{line}: {name} is for {SETTINGS} only"
            for line, name in environment_reads(tree)
        ]
    if package != "store":
        found += [f"{path}:{line}: SQL is for store only" for line in sql_texts(tree)]
    if (lines := len(source.splitlines())) > MOST_LINES:
        found.append(f"{path}:{MOST_LINES}: {lines} lines; split what is over {MOST_LINES}")
    return found


def names_that_say_nothing(path: str) -> set[str]:
    """The parts of a module's path that name no purpose."""
    return EMPTY_NAMES & set(PurePosixPath(path).with_suffix("").parts)


def test_modules_keep_the_rules():
    """Imports run one way; database, settings and length have their bounds."""
    paths = modules(*MAY_IMPORT)
    assert {path.partition("/")[0] for path in paths} == set(MAY_IMPORT)
    assert [
        fault for path in paths for fault in faults(path, (ROOT / path).read_text("utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("store/a.py", "import gql", "1: import newsgraph.gql: gql would load twice"),
        ("gql/a.py", "from gql.plan import Plan", "1: import newsgraph.gql: gql would load"),
        ("store/a.py", "import newsgraph.gql", "1: store must not import gql"),
        ("store/a.py", "from newsgraph import gql", "1: store must not import gql"),
        ("store/a.py", "from newsgraph.feeds.rss import render", "1: store must not import feeds"),
        ("store/a.py", "from newsgraph.server import settings", "1: store must not import server"),
        ("gql/a.py", "import newsgraph.feeds", "1: gql must not import feeds"),
        ("gql/a.py", "import tests.tools", "1: gql must not import tests"),
        (
            "feeds/a.py",
            "import newsgraph.gql.plan as plan",
            "1: feeds must not import gql",
        ),
        ("feeds/deep/a.py", "from ... import gql", "1: feeds must not import gql"),
        ("feeds/deep/a.py", "from ...gql import plan", "1: feeds must not import gql"),
        ("gql/a.py", "def f():\n    import newsgraph.server", "2: gql must not import server"),
        (
            "gql/a.py",
            "if TYPE_CHECKING:\n    from newsgraph.feeds import Story",
            "2: gql must not import",
        ),
        ("gql/a.py", "import importlib\nimportlib.import_module('newsgraph.feeds')", "2: gql must"),
        ("gql/a.py", "__import__('newsgraph.feeds')", "1: gql must not import feeds"),
        ("gql/a.py", "from sqlalchemy import select", "1: sqlalchemy is for store only"),
        ("server/a.py", "import sqlite3", "1: sqlite3 is for store only"),
        ("server/a.py", "def f():\n    import aiosqlite", "2: aiosqlite is for store only"),
        ("server/a.py", "ask('''\n  SELECT title\n  FROM article''')", "1: SQL is for store only"),
        ("server/a.py", "ask(f'DELETE FROM {table}')", "1: SQL is for store only"),
        (
            "server/a.py",
            "import os\nos.environ['HOME']",
            "2: os.environ is for server/config",
        ),
        ("server/a.py", "import os as o\no.getenv('HOME')", "2: os.getenv is for"),
        ("store/a.py", "from os import environ as e", "1: os.environ is for"),
        ("server/a.py", "import pydantic_settings", "1: pydantic_settings is for"),
        ("server/cli/main.py", "import typer\ntyper.Option(envvar='PORT')", "2: envvar is for"),
        ("store/a.py", "x = 1\n" * 401, "400: 401 lines; split what is over 400"),
    ],
)
def test_the_rules_catch_a_breach(path, source, fault):
    """A check that cannot fail holds nothing."""
    assert [f for f in faults(path, source) if f.startswith(f"{path}:{fault}")]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("store/a.py", "import sqlite3\nfrom newsgraph.store import errors\nfrom . import mapping"),
        ("store/a.py", "text('SELECT title FROM article')"),
        ("gql/a.py", "import strawberry\nfrom newsgraph.store import Selection"),
        ("server/a.py", "from newsgraph import feeds, gql, store\nos.path\nrequest.environ"),
        ("server/a.py", "'SELECT one of these, or UPDATE them'"),
        ("server/config/settings.py", "import os, pydantic_settings\nos.environ"),
        ("feeds/a.py", "x = 1\n" * 400),
    ],
)
def test_the_rules_let_the_rest_pass(path, source):
    """What the rules allow is not in the way."""
    assert faults(path, source) == []


def test_module_names_say_what_is_inside():
    """A module called utils attracts what belongs elsewhere."""
    paths = modules(*MAY_IMPORT, "tests")
    assert "tests/test_architecture.py" in paths
    assert [path for path in paths if names_that_say_nothing(path)] == []


@pytest.mark.parametrize("path", ["store/utils.py", "gql/common/plan.py", "tests/helpers.py"])
def test_empty_names_are_noticed(path):
    """Folders count as much as files."""
    assert names_that_say_nothing(path)


def test_tests_load_no_module_twice():
    """In a checkout `import gql` finds our folder, though what is installed is newsgraph.gql."""
    twice = []
    for path in modules("tests"):
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        names = {name.partition(".")[0] for _, name in imports(path, tree)}
        twice += [(path, name) for name in names & set(MAY_IMPORT)]
    assert twice == []


def declared(project: dict, groups: list[str]) -> list[Requirement]:
    """The requirements of groups in pyproject.toml, ``dependencies`` among them."""
    lists = project["dependency-groups"] | {"dependencies": project["project"]["dependencies"]}
    requirements = []
    for group in groups:
        for entry in lists[group]:
            if isinstance(entry, dict):
                requirements += declared(project, [entry["include-group"]])
            else:
                requirements.append(Requirement(entry))
    return requirements


def locked(text: str) -> dict[str, str]:
    """Name and version of every package in a lock file."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_lock_names_no_host(lock):
    """A lock holds versions and hashes: where they come from is the machine's business."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert [line for line in lines if not LOCK_LINE.fullmatch(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "newsgraph @ https://packages.example/newsgraph.whl",
        "newsgraph>=1",
    ],
)
def test_a_host_in_a_lock_is_noticed(line):
    """Nor does anything unpinned get through."""
    assert not LOCK_LINE.fullmatch(line)


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_is_what_pyproject_asks_for(lock):
    """Where this fails, pyproject.toml has changed: `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pins = locked((ROOT / lock).read_text("utf-8"))
    wanted = declared(project, LOCKS[lock])
    missing = [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(
            pins.get(canonicalize_name(requirement.name), "0.dev0"), prereleases=True
        )
    ]
    assert missing == []
    assert "gql" not in pins
    assert "gql" not in {canonicalize_name(requirement.name) for requirement in wanted}


def test_what_we_subclass_has_an_upper_bound():
    """`make lock UPGRADE=--upgrade` must not bring a release that changes what is not promised."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    bounded = {
        requirement.name
        for requirement in declared(project, ["dependencies"])
        if any(specifier.operator == "<" for specifier in requirement.specifier)
    }
    assert bounded == {"feedgen", "graphql-core", "sqlalchemy", "strawberry-graphql", "uvicorn"}


def test_locks_agree():
    """What is tested is what runs."""
    names = ("requirements-build.lock", "requirements.lock", "requirements-dev.lock")
    build, runtime, dev = (locked((ROOT / lock).read_text("utf-8")) for lock in names)
    assert build.items() <= runtime.items() <= dev.items()


def test_every_package_is_linked_and_in_the_wheel():
    """The list of packages stands in three places."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    targets = project["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["sources"] == {name: f"newsgraph/{name}" for name in MAY_IMPORT}
    for target in ("wheel", "sdist"):
        assert set(MAY_IMPORT) <= set(targets[target]["only-include"])
    for name in MAY_IMPORT:
        assert (ROOT / "newsgraph" / name).resolve() == ROOT / name
