"""Asks git about the files of a folder, so that no repository can make git run a program.

A repository's own configuration and attributes can name programs for hooks, filters, signatures,
pagers and transports. The commands used here read commits and trees only: they neither compare nor
check out files, and settings on their command line override those of the repository that could run
something. git itself refuses a repository of another user, unless ``safe.directory`` in the
configuration of the user or of the system allows it (https://git-scm.com/docs/git-config).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from io import BufferedReader
    from pathlib import Path

MAX_SECONDS: Final = 10.0
"""How long git may take for a folder; what it has not told by then is unknown."""

_OVERRIDES: Final = (
    *("-c", "core.fsmonitor="),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "log.showSignature=false"),
    *("-c", "log.showRoot=true"),
    *("-c", "diff.relative=false"),
    *("-c", "safe.bareRepository=explicit"),
)
_ENVIRONMENT: Final = {
    # A clone without all objects must not fetch the others.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}
"""The only variables besides HOME: a hook that runs newsgraph has others, such as GIT_DIR."""

_LOG: Final = (
    *("log", "-z", "--raw", "-c", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv"),
    *("--no-color", "--no-decorate", "--no-show-signature", f"-O{os.devnull}"),
    "--format=commit %ct %P",
    *("HEAD", "--"),
)
"""``-c``: of a merge, only the files that differ from those of all its parents."""

_REGULAR_FILES: Final = (b"100644", b"100755")
_CHUNK_BYTES: Final = 1 << 16
_MAX_PATHS: Final = 16
"""How many paths git is asked about; it compares each of them with each file that it sees."""


@dataclass(frozen=True, slots=True)
class CommittedFile:
    """A file as a commit has it.

    Attributes:
        path: path relative to the folder, with ``/``.
        blob: git's id of its content, in hexadecimal digits.
    """

    path: str
    blob: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A change of a file by a commit.

    Attributes:
        file: the file after the change.
        committed_at: Unix time of the commit.
    """

    file: CommittedFile
    committed_at: int


@dataclass(frozen=True, slots=True)
class GitFolder:
    """A folder in the work tree of a git repository.

    Attributes:
        folder: the folder.
        program: path of git.
        prefix: path of the folder in the work tree, with ``/`` at its end; empty for its top.
        is_shallow: whether commits are missing, so that the first ones seem to add all files.
        deadline: until when git may run, by `time.monotonic`.
    """

    folder: Path
    program: str
    prefix: bytes
    is_shallow: bool
    deadline: float

    def committed_files(self) -> Iterator[CommittedFile]:
        """Yield the files of the folder in the last commit, at any depth, without links."""
        # With the folder as working folder, the paths are relative to it.
        for record in self._read_records("ls-tree", "-r", "-z", "HEAD"):
            description, _, path = record.partition(b"\t")
            mode, _kind, blob = description.split(b" ")
            if mode in _REGULAR_FILES:
                yield CommittedFile(os.fsdecode(path), blob.decode())

    def changes(self, paths: Collection[str]) -> Iterator[FileChange]:
        """Yield the changes of files in the folder, those of the newest commits first.

        Those of a shallow clone's first commits are left out: their files may be older.

        Args:
            paths: paths of files, relative to the folder. There may be changes of others.
        """
        committed_at: int | None = None
        blob = None
        for raw_record in self._read_records(*_LOG, *_common_folders(paths)):
            record = raw_record.removeprefix(b"\n")
            if blob is not None:
                path = record.removeprefix(self.prefix)
                if committed_at is not None:
                    yield FileChange(CommittedFile(os.fsdecode(path), blob), committed_at)
                blob = None
            elif record.startswith(b"commit "):
                _, time, *parents = record.split(b" ")
                is_known = any(parents) or not self.is_shallow
                committed_at = int(time) if is_known else None
            elif record.startswith(b":"):
                # One mode for each parent and one of the file, and as many ids; then a letter for
                # each parent.
                blob = record.split(b" ")[-2].decode()

    def _read_records(self, *arguments: str) -> Iterator[bytes]:
        """Run git, and yield what it prints, split at NUL; end it when the caller stops."""
        with _start(self.program, self.folder, arguments) as process:
            output = cast("BufferedReader", process.stdout)
            timer = threading.Timer(max(0.0, self.deadline - monotonic()), process.kill)
            timer.start()
            try:
                # What comes after the last NUL was cut off at the deadline.
                rest = b""
                while chunk := output.read1(_CHUNK_BYTES):
                    *records, rest = (rest + chunk).split(b"\0")
                    yield from records
            finally:
                timer.cancel()
                process.kill()


def find_git_folder(folder: Path, max_seconds: float = MAX_SECONDS) -> GitFolder | None:
    """Return a folder as git sees it.

    Args:
        folder: the folder.
        max_seconds: how long git may take for all that is asked about the folder.

    Returns:
        The folder; None if it is in no work tree, belongs to another user, or git is missing.
    """
    deadline = monotonic() + max_seconds
    program = shutil.which("git") if _is_in_repository(folder) else None
    if program is None:
        return None
    questions = ("--is-inside-work-tree", "--is-shallow-repository", "--show-prefix")
    try:
        with _start(program, folder, ("rev-parse", *questions)) as process:
            try:
                output, _ = process.communicate(timeout=max_seconds)
            finally:
                process.kill()
    except (OSError, subprocess.TimeoutExpired):
        return None
    # The prefix comes last, because it may contain line feeds.
    answers = output.removesuffix(b"\n").split(b"\n", 2)
    if process.returncode or len(answers) != len(questions) or answers[0] != b"true":
        return None
    return GitFolder(folder, program, answers[2], answers[1] == b"true", deadline)


def _common_folders(paths: Collection[str]) -> list[str]:
    """Return a few paths of files or folders that contain all paths, for git to look at.

    Where git looks at a tenth of the files, it may need a tenth of the time.
    """
    parts = [path.split("/") for path in paths]
    for depth in range(max(map(len, parts)), 0, -1):
        folders = {"/".join(items[:depth]) for items in parts}
        if len(folders) <= _MAX_PATHS:
            return sorted(folders)
    return ["."]


def _is_in_repository(folder: Path) -> bool:
    """Return whether the folder or one above it has a ``.git``, without starting a process."""
    path = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(path, ".git")):  # noqa: PTH118 - never raises
        parent = os.path.dirname(path)  # noqa: PTH120 - as above
        if parent == path:
            return False
        path = parent
    return True


def _start(program: str, folder: Path, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - fixed arguments, no shell
        [program, *_OVERRIDES, "--no-pager", *arguments],
        cwd=folder,
        env=_ENVIRONMENT | {"HOME": os.path.expanduser("~")},  # noqa: PTH111 - never raises
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
