"""Import rules, and where SQL, drivers and settings may appear, checked on every syntax tree."""

from __future__ import annotations

import ast
import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent

ALLOWED_PACKAGES: dict[str, set[str]] = {
    "store": set(),
    "gql": {"store"},
    "feeds": {"store"},
    "server": {"store", "gql", "feeds"},
}
"""Which other packages each package imports."""

ORDER: dict[str, list[str]] = {
    "store": [
        *(
            "errors",
            "query_limits",
            "documents",
            "search",
            "bodies",
            "schema",
            "query",
            "engines",
            "importing",
            "websub",
        ),
        *(
            "query_runner",
            "store_state",
            "revision_watcher",
            "leader_leases",
            "served_files",
            "stored_roots",
            "archive_summary",
            "feed_entries",
            "store",
        ),
    ],
    "gql": [
        *(
            "errors",
            "error_sanitizer",
            "request_errors",
            "options",
            "schema",
            "documents",
            "planning",
            "execution",
        ),
        *("executable_schema", "article_connection_finder", "http"),
    ],
    "server": [
        *(
            "version",
            "startup_errors",
            "urls",
            "metrics",
            "selections",
            "redirects",
            "article_query",
            "graceful_shutdown",
        ),
        *(
            "http_cache",
            "file_routes",
            "old_addresses",
            "document_links",
            "feeds",
            "pages",
            "graphiql",
            "background",
            "websub",
        ),
        *("config", "app"),
        *("runtime", "cli"),
    ],
}
"""Folders and modules of each package, lowest first: each imports only those before it."""

LAZY_TYPES = {f"gql.schema.{name}" for name in ("types", "connections", "facets")}
"""Modules that refer to each other: GraphQL's types do, and Strawberry resolves them lazily."""

SQLITE = "store/engines/sqlite/"
SQLITE_DRIVERS = {"_sqlite3", "aiosqlite", "sqlite3"}
DATABASE_LIBRARIES = SQLITE_DRIVERS | {"alembic", "asyncpg", "psycopg", "sqlalchemy"}
SQL = re.compile(
    r"\s*(SELECT\s.*\sFROM|INSERT\sINTO|UPDATE\s.*\sSET|DELETE\sFROM|CREATE\sTABLE|PRAGMA)\s",
    re.DOTALL,
)
STANDARD_FUNCTIONS = {
    *("coalesce", "count", "length", "max", "min", "nullif", "row_number", "substr", "sum"),
    *("lower", "replace", "upper"),
}
"""SQL functions that databases agree on; an engine compiles all others (`store.query.json_sql`)."""
PURE_FOLDERS = {"feeds": "store/documents"}
"""The only folder of another package that a package without I/O imports."""
HTML = ("store/documents/html.py", "store/documents/reading_html.py")
SETTINGS = "server/config/"
SETTINGS_LIBRARIES = {"dotenv", "platformdirs", "pydantic_settings"}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
MAX_LINES = 400


def module_paths(*folders: str) -> list[str]:
    """Return the paths of all Python files in the folders, relative to the checkout."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if path.parent.name != "versions"  # migrations, which are frozen from the first release on
    )


def find_imports(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every import, also inside functions."""
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
                parents = folder[: len(folder) - level + 1]
                for alias in names:
                    yield node.lineno, ".".join((*parents, *filter(None, [module]), alias.name))
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield node.lineno, module


def find_environment_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that reads an environment variable."""
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


def find_sql(tree: ast.Module) -> Iterator[int]:
    """Yield the line of every string that is SQL."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if SQL.match(text):
                yield node.lineno


def find_sql_functions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of every call of an SQL function by SQLAlchemy's `func`."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="func"), attr=name):
                yield node.lineno, name


def import_error(path: str, dotted: str) -> str | None:
    """Return what is wrong with an import of a module, or None."""
    package, *folders = PurePosixPath(path).with_suffix("").parts
    name, *inner = dotted.split(".")
    if name in ALLOWED_PACKAGES:
        return f"import newsgraph.{name}: {name} would load twice"
    target = inner[0] if name == "newsgraph" and inner else name
    if target in (ALLOWED_PACKAGES.keys() | {"tests"}) - ALLOWED_PACKAGES[package] - {package}:
        return f"{package} must not import {target}"
    if target in ALLOWED_PACKAGES.keys() - {package} and package in PURE_FOLDERS:
        folder = PURE_FOLDERS[package]
        if "/".join(inner[:2]) != folder:
            return f"{package} imports {folder} only"
    if target == package and package in ORDER and len(inner) > 1 and folders[0] != "__init__":
        order = ORDER[package]
        if order.index(inner[1]) > order.index(folders[0]):
            return f"{package}/{folders[0]} must not import {package}/{inner[1]}, which is above it"
    if name in DATABASE_LIBRARIES and package != "store":
        return f"{name} is for store only"
    if name in SQLITE_DRIVERS and not path.startswith(SQLITE):
        return f"{name} is for {SQLITE} only"
    if name == "nh3" and path not in HTML:
        return f"{name} is for {' and '.join(HTML)} only"
    if name in SETTINGS_LIBRARIES and not path.startswith(SETTINGS):
        return f"{name} is for {SETTINGS} only"
    return None


def find_errors(path: str, source: str) -> list[str]:
    """Return the breaches of the rules in one module, each as ``path:line: message``."""
    tree = ast.parse(source, path)
    errors = []
    for line, dotted in find_imports(path, tree):
        if (message := import_error(path, dotted)) is not None:
            errors.append(f"{path}:{line}: {message}")
    if not path.startswith(SETTINGS):
        errors += [
            f"{path}:{line}: {name} is for {SETTINGS} only"
            for line, name in find_environment_reads(tree)
        ]
    if not path.startswith("store/"):
        errors += [f"{path}:{line}: SQL is for store only" for line in find_sql(tree)]
    if not path.startswith("store/engines/"):
        errors += [
            f"{path}:{line}: func.{name} is for the engines only"
            for line, name in find_sql_functions(tree)
            if name not in STANDARD_FUNCTIONS
        ]
    if (lines := len(source.splitlines())) > MAX_LINES:
        errors.append(f"{path}:{MAX_LINES}: {lines} lines; split modules above {MAX_LINES}")
    return errors


def find_cycle(sources: dict[str, str]) -> list[str] | None:
    """Return modules that import each other in a cycle, by their dotted names, or None.

    Args:
        sources: the text of each module by its path.
    """
    names = {path: PurePosixPath(path).with_suffix("").as_posix() for path in sources}
    modules = {
        path: name.replace("/", ".").removesuffix(".__init__") for path, name in names.items()
    }
    graph: dict[str, set[str]] = {}
    for path, source in sources.items():
        targets = set()
        for _, dotted in find_imports(path, ast.parse(source, path)):
            internal = dotted.removeprefix("newsgraph.")
            candidates = {internal, internal.rpartition(".")[0]} & set(modules.values())
            targets |= {max(candidates, key=len)} if candidates else set()
        if modules[path] in LAZY_TYPES:
            targets -= LAZY_TYPES
        graph[modules[path]] = targets
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return None


def read_modules() -> dict[str, str]:
    """Return the text of every module of the packages by its path."""
    return {path: (ROOT / path).read_text("utf-8") for path in module_paths(*ALLOWED_PACKAGES)}


def test_modules_follow_the_rules():
    """Imports run one way; SQL, drivers, settings and length stay where the rules say."""
    sources = read_modules()
    assert {path.partition("/")[0] for path in sources} == set(ALLOWED_PACKAGES)
    assert [error for path, source in sources.items() for error in find_errors(path, source)] == []


def test_every_folder_and_module_has_its_position():
    """A new folder or module gets a position in `ORDER`, and none is listed that does not exist."""
    for package, order in ORDER.items():
        paths = [PurePosixPath(path).parts[1] for path in module_paths(package)]
        assert {path.removesuffix(".py") for path in paths} - {"__init__"} == set(order)


def test_no_modules_import_each_other():
    """No import cycle exists between modules, imports for type checkers included."""
    assert find_cycle(read_modules()) is None


@pytest.mark.parametrize(
    ("sources", "cycle"),
    [
        ({"a/x.py": "import newsgraph.a.y", "a/y.py": ""}, None),
        (
            {"a/x.py": "from newsgraph.a.y import f", "a/y.py": "from newsgraph.a import x"},
            {"a.x", "a.y"},
        ),
        (
            {
                "a/x.py": "if TYPE_CHECKING:\n    from newsgraph.a.y import F",
                "a/y.py": "def f():\n    from newsgraph.a.z import g",
                "a/z.py": "from newsgraph.a.x import h",
            },
            {"a.x", "a.y", "a.z"},
        ),
    ],
)
def test_import_cycles_are_found(sources, cycle):
    """A cycle may go through functions and blocks for type checkers."""
    found = find_cycle(sources)
    assert (None if found is None else set(found)) == cycle


@pytest.mark.parametrize(
    ("path", "source", "error"),
    [
        ("store/store.py", "import gql", "1: import newsgraph.gql: gql would load twice"),
        ("gql/http/a.py", "from gql.plan import Plan", "1: import newsgraph.gql: gql would load"),
        ("store/query/a.py", "import newsgraph.gql", "1: store must not import gql"),
        ("store/query/a.py", "from newsgraph import gql", "1: store must not import gql"),
        ("store/query/a.py", "from newsgraph.feeds.rss import f", "1: store must not import feeds"),
        ("store/query/a.py", "from newsgraph.server import app", "1: store must not import server"),
        ("gql/http/a.py", "import newsgraph.feeds", "1: gql must not import feeds"),
        ("gql/http/a.py", "import tests.external_programs", "1: gql must not import tests"),
        ("feeds/a.py", "import newsgraph.gql.plan as plan", "1: feeds must not import gql"),
        ("feeds/a.py", "import newsgraph.store.store", "1: feeds imports store/documents only"),
        ("feeds/a.py", "import nh3", "1: nh3 is for store/documents/html.py and"),
        ("feeds/deep/a.py", "from ... import gql", "1: feeds must not import gql"),
        ("feeds/deep/a.py", "from ...gql import plan", "1: feeds must not import gql"),
        ("gql/http/a.py", "def f():\n    import newsgraph.server", "2: gql must not import server"),
        (
            "gql/http/a.py",
            "if TYPE_CHECKING:\n    from newsgraph.feeds import Entry",
            "2: gql must not import",
        ),
        (
            "gql/http/a.py",
            "import importlib\nimportlib.import_module('newsgraph.feeds')",
            "2: gql must not import feeds",
        ),
        ("gql/http/a.py", "__import__('newsgraph.feeds')", "1: gql must not import feeds"),
        (
            "store/schema/a.py",
            "from newsgraph.store.query.page_sql import f",
            "1: store/schema must not import store/query",
        ),
        (
            "gql/execution/a.py",
            "from newsgraph.gql.http import sse",
            "1: gql/execution must not import gql/http",
        ),
        (
            "server/feeds/a.py",
            "if TYPE_CHECKING:\n    from newsgraph.server.app import create_app",
            "2: server/feeds must not import server/app",
        ),
        (
            "server/urls.py",
            "from . import metrics",
            "1: server/urls must not import server/metrics",
        ),
        ("gql/http/a.py", "from sqlalchemy import select", "1: sqlalchemy is for store only"),
        ("server/app.py", "import sqlite3", "1: sqlite3 is for store only"),
        ("server/app.py", "def f():\n    import aiosqlite", "2: aiosqlite is for store only"),
        ("store/query/a.py", "import sqlite3", "1: sqlite3 is for store/engines/sqlite/ only"),
        ("server/app.py", "f('''\n  SELECT title\n  FROM article''')", "1: SQL is for store only"),
        (
            "store/query/a.py",
            "from sqlalchemy import func\nfunc.json_each(x)",
            "2: func.json_each is for the engines only",
        ),
        ("server/app.py", "f(f'DELETE FROM {table}')", "1: SQL is for store only"),
        ("server/app.py", "import os\nos.environ['HOME']", "2: os.environ is for server/config"),
        ("server/app.py", "import os as o\no.getenv('HOME')", "2: os.getenv is for"),
        ("store/store.py", "from os import environ as e", "1: os.environ is for"),
        ("server/app.py", "import platformdirs", "1: platformdirs is for"),
        ("server/cli/main.py", "import typer\ntyper.Option(envvar='PORT')", "2: envvar is for"),
        ("store/store.py", "x = 1\n" * 401, "400: 401 lines; split modules above 400"),
    ],
)
def test_breaches_are_found(path, source, error):
    """Each rule rejects the code that it is for, with the line and what is wrong."""
    assert [found for found in find_errors(path, source) if found.startswith(f"{path}:{error}")]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("store/engines/sqlite/a.py", "import sqlite3\nfrom newsgraph.store import errors"),
        ("store/query/a.py", "from newsgraph.store.schema import tables\nfrom . import graph_map"),
        ("store/query/a.py", "text('SELECT title FROM article')"),
        ("store/query/a.py", "func.count().filter(func.coalesce(a, b))"),
        ("gql/http/a.py", "import strawberry\nfrom newsgraph.store.query.selection import Field"),
        ("server/app.py", "from newsgraph import feeds, gql, store\nos.path\nrequest.environ"),
        ("server/app.py", "'SELECT one of these, or UPDATE them'"),
        ("server/config/settings.py", "import os, platformdirs\nos.environ"),
        ("feeds/a.py", "x = 1\n" * 400),
    ],
)
def test_other_code_is_accepted(path, source):
    """The rules accept what they allow."""
    assert find_errors(path, source) == []


def test_tests_load_no_module_twice():
    """In a checkout `import gql` finds our folder, though what is installed is newsgraph.gql."""
    twice = []
    for path in module_paths("tests"):
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        names = {name.partition(".")[0] for _, name in find_imports(path, tree)}
        twice += [(path, name) for name in names & set(ALLOWED_PACKAGES)]
    assert twice == []


def test_every_package_is_linked_and_in_the_wheel():
    """newsgraph/ links to each package, and pyproject.toml puts each into wheel and sdist."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    targets = project["tool"]["hatch"]["build"]["targets"]
    sources = {name: f"newsgraph/{name}" for name in ALLOWED_PACKAGES}
    assert targets["wheel"]["sources"] == sources
    for target in ("wheel", "sdist"):
        assert set(ALLOWED_PACKAGES) <= set(targets[target]["only-include"])
    for name in ALLOWED_PACKAGES:
        assert (ROOT / "newsgraph" / name).resolve() == ROOT / name
