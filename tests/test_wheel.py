"""Tests of the wheel, installed outside of the checkout."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile

import httpx
import pytest
from lxml import etree

from newsgraph.server.graphiql.manifest import read_manifest
from tests.external_programs import require_graphiql, skip_or_fail
from tests.installed import (
    ROOT,
    clean_environment,
    create_environment,
    running_server,
    write_documents,
)

pytestmark = pytest.mark.process

GQL_CLIENT = ROOT / ".venv" / "gql-client" / "packages"
"""Where `make test` installs PyPI's gql: the checkout's own package gql would hide it."""


def test_wheel_contains_one_package(wheel):
    """The wheel contains the package, and no tests, seeds or tools."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    folders = {name.split("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"newsgraph"}
    members = {name.split("/")[1] for name in names if name.startswith("newsgraph/")}
    assert members == {"__init__.py", "__main__.py", "gql", "feeds", "store", "server"}


def test_readme_installs_the_wheel_that_make_builds(wheel):
    """The README's commands name the wheel's file below `dist`, with its version."""
    paths = re.findall(
        r"(?:uv tool|pipx) install (\S+\.whl)", (ROOT / "README.md").read_text("utf-8")
    )
    assert paths == [f"dist/{wheel.name}"] * 2


def test_checkout_and_source_distribution_build_the_same_wheel(wheel, tmp_path):
    """A wheel built from the source distribution, which has no symlinks, is complete."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*command, tmp_path, ROOT], env=clean_environment(), check=True)
    checkout_wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(checkout_wheel) as actual, zipfile.ZipFile(wheel) as expected:
        assert {member.filename: member.CRC for member in actual.infolist()} == {
            member.filename: member.CRC for member in expected.infolist()
        }


def test_installed_wheel_serves_a_folder(newsgraph, tmp_path):
    """The installed command serves two documents over GraphQL and as a feed."""
    with (
        running_server(newsgraph, write_documents(tmp_path), cwd=tmp_path) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        query = "{ articles(first: 5) { totalCount edges { node { title } } } }"
        response = client.post("/graphql", json={"query": query})
        feed = client.get("/feeds/all.rss")

    newest_first = ["Snow & ice in <March>", "Tides turn turbines"]
    result = response.json()
    assert result.pop("extensions")["cost"]["requested"] == 5
    assert result == {
        "data": {
            "articles": {
                "totalCount": 2,
                "edges": [{"node": {"title": title}} for title in newest_first],
            }
        }
    }
    assert feed.status_code == httpx.codes.OK
    titles = etree.fromstring(feed.content).xpath("/rss/channel/item/title/text()")
    assert titles == newest_first


USE_GQL = """
import sys

import gql
from gql.transport.httpx import HTTPXTransport
from graphql import build_schema
from newsgraph.gql.executable_schema import sdl

client = gql.Client(transport=HTTPXTransport(url=sys.argv[1]), fetch_schema_from_transport=True)
with client as session:
    result = session.execute(gql.gql("{ articles(first: 1) { edges { node { title } } } }"))
assert set(client.schema.type_map) == set(build_schema(sdl()).type_map)
print(result["articles"]["edges"][0]["node"]["title"])
"""


def test_gql_of_pypi_works_in_the_same_environment(wheel, tmp_path):
    """PyPI's GraphQL client gql and newsgraph are installed together, and both work."""
    if not GQL_CLIENT.is_dir():
        skip_or_fail("PyPI's gql is not installed: make test fetches it")
    commands = create_environment(tmp_path, wheel, GQL_CLIENT)
    with running_server(commands / "newsgraph", write_documents(tmp_path), cwd=tmp_path) as url:
        completed = subprocess.run(
            [commands / "python", "-c", USE_GQL, f"{url}/graphql"],
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (completed.stdout, completed.stderr) == ("Snow & ice in <March>\n", "")


def test_wheel_and_source_distribution_contain_graphiql(distributions, wheel):
    """Both contain each file of the manifest, so building from the source needs no network."""
    require_graphiql()
    files = {
        f"newsgraph/server/graphiql/fetched/{file.relative_path}": file for file in read_manifest()
    }
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if "/fetched/" in name} == set(files)
        assert all(file.matches_digest(archive.read(name)) for name, file in files.items())
    with tarfile.open(next(distributions.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name.removeprefix("newsgraph/") for name in files} <= names
    assert {"hatch_build.py", "server/graphiql/files.toml", "server/graphiql/npm.lock"} <= names


@pytest.mark.parametrize(
    ("npm", "is_built", "message"),
    [
        ("echo 'npm error network no way' >&2; exit 1", True, "could not be downloaded and"),
        ("for one in react react-dom; do : > $one-18.3.1.tgz; done", False, "react 18.3.1 has no"),
    ],
)
def test_build_without_graphiql(tmp_path, npm, is_built, message):
    """Without a network the build omits the files; an invalid download makes it fail."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("newsgraph", "gql", "feeds", "store", "server"):
        ignore = shutil.ignore_patterns("fetched", "__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=ignore)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{npm}\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = clean_environment()
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    completed = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, source],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (completed.returncode == 0) == is_built, completed.stderr
    assert message in completed.stdout + completed.stderr
    for wheel in tmp_path.glob("*.whl"):
        assert is_built
        with zipfile.ZipFile(wheel) as archive:
            assert not [name for name in archive.namelist() if "fetched" in name]
