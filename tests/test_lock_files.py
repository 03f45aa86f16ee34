"""Lock files: complete, without hosts, and in agreement with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

LOCKS = {
    "requirements.lock": ["dependencies", "build"],
    "requirements-dev.lock": ["dependencies", "dev"],
    "requirements-build.lock": ["build"],
    "server/graphiql/npm.lock": ["npm"],
}
"""Which lists of pyproject.toml each lock file covers: dependencies, and dependency groups."""
ALL_LOCKS = [*LOCKS, "tests/clients/requirements.lock", "tests/clients/gql.lock"]
ALL_LOCKS += [f"tests/bench/peers/{name}.lock" for name in ("datasette", "tools")]
LOCK_LINE = re.compile(r"[a-z0-9._-]+==\S+( ; [^/@]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?")


def declared_requirements(project: dict, groups: list[str]) -> list[Requirement]:
    """Return the requirements of groups in pyproject.toml; ``dependencies`` is one of them."""
    lists = project["dependency-groups"] | {"dependencies": project["project"]["dependencies"]}
    requirements = []
    for group in groups:
        for entry in lists[group]:
            if isinstance(entry, dict):
                requirements += declared_requirements(project, [entry["include-group"]])
            else:
                requirements.append(Requirement(entry))
    return requirements


def locked_versions(text: str) -> dict[str, str]:
    """Return the version of every package in a lock file by its name."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_lock_contains_no_host(lock):
    """A lock holds versions and hashes; pip's configuration says where packages come from."""
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
def test_hosts_and_unpinned_packages_are_rejected(line):
    """Neither a URL nor a requirement without an exact version matches a lock's line."""
    assert not LOCK_LINE.fullmatch(line)


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_satisfies_pyproject(lock):
    """Every requirement is pinned to a version that it allows; if not, run `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pins = locked_versions((ROOT / lock).read_text("utf-8"))
    required = declared_requirements(project, LOCKS[lock])
    missing = [
        str(requirement)
        for requirement in required
        if not requirement.specifier.contains(
            pins.get(canonicalize_name(requirement.name), "0.dev0"), prereleases=True
        )
    ]
    assert missing == []
    assert "gql" not in pins
    assert "gql" not in {canonicalize_name(requirement.name) for requirement in required}


def test_packages_whose_internals_are_used_have_an_upper_bound():
    """`make lock UPGRADE=--upgrade` must not bring a release that changes internals we use."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    bounded = {
        requirement.name
        for requirement in declared_requirements(project, ["dependencies"])
        if any(specifier.operator == "<" for specifier in requirement.specifier)
    }
    assert bounded == {"feedgen", "graphql-core", "sqlalchemy", "strawberry-graphql", "uvicorn"}


def test_locks_agree():
    """The same versions are built with, run and tested."""
    names = ("requirements-build.lock", "requirements.lock", "requirements-dev.lock")
    build, runtime, dev = (locked_versions((ROOT / lock).read_text("utf-8")) for lock in names)
    assert build.items() <= runtime.items() <= dev.items()
