"""Git is started only where it can tell something, and for a limited time."""

from __future__ import annotations

from time import monotonic

import pytest

from newsgraph.store.importing.git_repository import GitFolder, find_git_folder


async def test_a_check_and_later_imports_start_nothing(opened, archive):
    """A check stores no dates, and the documents that the store has keep theirs."""
    archive.write_article("a.md")
    await opened.import_archives(archive)
    # From here on, the folder looks as if git knew it; this test may start no process.
    (archive.folder / ".git").mkdir()
    archive.write_article("a.md", body="New.")
    await opened.import_archives(archive)
    archive.write_article("b.md")
    await opened.store.import_roots([archive.root], is_check=True)
    archive.write_article("c.md")
    with pytest.raises(RuntimeError, match="it starts"):
        await opened.import_archives(archive)


def fake_git(path, *lines):
    """Write a program of the shell, and return a folder that it is asked about."""
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return GitFolder(path.parent, str(path), b"", is_shallow=False, deadline=monotonic() + 1)


@pytest.mark.process
def test_the_time_is_limited(tmp_path):
    """At the deadline git is ended, and what it has not printed completely is unknown."""
    folder = fake_git(
        tmp_path / "git",
        r"printf 'commit 1 p\0\n:100644 100644 0 b A\0a.md\0:100644 100644 0 b A\0cut-o'",
        "exec sleep 600",
    )
    assert {change.file.path for change in folder.changes(["a.md"])} <= {"a.md"}


@pytest.mark.process
def test_git_may_fail(tmp_path):
    """Nothing is known then."""
    folder = fake_git(tmp_path / "git", "exit 128")
    assert list(folder.committed_files()) == list(folder.changes(["a.md"])) == []


def test_a_folder_outside_of_repositories(tmp_path):
    """It starts no process."""
    assert find_git_folder(tmp_path) is None
    assert find_git_folder(tmp_path / "missing") is None


@pytest.mark.parametrize(
    ("paths", "arguments"),
    [
        (["a.md"], ["a.md"]),
        (["posts/a.md", "b.md"], ["b.md", "posts/a.md"]),
        ([f"posts/{number}/a.md" for number in range(3)], [f"posts/{n}/a.md" for n in range(3)]),
        ([f"posts/{number}/a.md" for number in range(17)], ["posts"]),
        ([f"{number}.md" for number in range(17)], ["."]),
    ],
)
@pytest.mark.process
def test_git_looks_at_few_paths(tmp_path, paths, arguments):
    """They are the files, or folders that contain them."""
    folder = fake_git(
        tmp_path / "git",
        'while [ "$1" != -- ]; do shift; done; shift',
        r"""for path; do printf 'commit 1 p\0\n:100644 100644 0 b A\0%s\0' "$path"; done""",
    )
    assert [change.file.path for change in folder.changes(paths)] == arguments
