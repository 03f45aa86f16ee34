"""The wheel, installed where the checkout is not, does its work."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile

import httpx
import pytest
from lxml import etree

from newsgraph.server.graphiql.manifest import listed
from tests.installed import DOCUMENTS, ROOT, plain_environment, serving
from tests.tools import need_graphiql

pytestmark = pytest.mark.process


def test_wheel_holds_one_package(wheel):
    """Tests, seeds and tools stay in the repository."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    folders = {name.split("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"newsgraph"}
    inside = {name.split("/")[1] for name in names if name.startswith("newsgraph/")}
    assert inside == {"__init__.py", "__main__.py", "gql", "feeds", "store", "server"}


def test_the_wheel_of_the_checkout_is_that_of_the_source(wheel, tmp_path):
    """A source distribution has no links to follow, and yet lacks nothing."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*command, tmp_path, ROOT], env=plain_environment(), check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as made, zipfile.ZipFile(wheel) as archive:
        assert {one.filename: one.CRC for one in made.infolist()} == {
            one.filename: one.CRC for one in archive.infolist()
        }


def test_installed_wheel_serves_a_folder(newsgraph, tmp_path):
    """Two documents come back as a graph and as a feed, far from the checkout."""
    content = tmp_path / "content"
    content.mkdir()
    for name, text in DOCUMENTS.items():
        (content / name).write_text(text, "utf-8")

    with (
        serving(newsgraph, content, cwd=tmp_path) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        query = "{ articles(first: 5) { totalCount edges { node { title } } } }"
        graph = client.post("/graphql", json={"query": query})
        feed = client.get("/feeds/all.rss")

    newest_first = ["Snow & ice in <March>", "Tides turn turbines"]
    answer = graph.json()
    assert answer.pop("extensions")["cost"]["requested"] == 5
    assert answer == {
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


def test_wheel_and_source_distribution_carry_graphiql(distributions, wheel):
    """Each file of the list, as it should be; who builds from the source needs no network."""
    need_graphiql()
    places = {f"newsgraph/server/graphiql/fetched/{file.place}": file for file in listed()}
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if "/fetched/" in name} == set(places)
        assert all(file.is_right(archive.read(name)) for name, file in places.items())
    with tarfile.open(next(distributions.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name.removeprefix("newsgraph/") for name in places} <= names
    assert {"hatch_build.py", "server/graphiql/files.toml", "server/graphiql/npm.lock"} <= names


@pytest.mark.parametrize(
    ("npm", "is_built", "told"),
    [
        ("echo 'npm error network no way' >&2; exit 1", True, "could not be fetched, and are left"),
        ("for one in react react-dom; do : > $one-18.3.1.tgz; done", False, "react 18.3.1 has no"),
    ],
)
def test_a_build_without_graphiql(tmp_path, npm, is_built, told):
    """Without a network it goes on without the files; what is not right is in no wheel."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("newsgraph", "gql", "feeds", "store", "server"):
        without = shutil.ignore_patterns("fetched", "__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=without)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{npm}\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = plain_environment()
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, source],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == is_built, done.stderr
    assert told in done.stdout + done.stderr
    for wheel in tmp_path.glob("*.whl"):
        assert is_built
        with zipfile.ZipFile(wheel) as archive:
            assert not [name for name in archive.namelist() if "fetched" in name]
