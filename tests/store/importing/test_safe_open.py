"""No path and no link leads to a file outside of the folder, and to none that is not a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsgraph.store.importing.safe_open import open_below, path_to_open_again


@pytest.fixture
def folder(tmp_path):
    """A folder with a file, beside a file that must not be opened."""
    folder = tmp_path / "folder"
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "a.png").write_bytes(b"inside")
    (tmp_path / "secret.png").write_bytes(b"outside")
    return folder


def can_open(folder, path):
    """Return whether a file is opened, and close it."""
    try:
        open_below(str(folder), path).close()
    except OSError:
        return False
    return True


def test_a_file_is_opened(folder):
    """Also if the folder itself is a link."""
    with open_below(str(folder), "img/a.png") as file:
        assert file.read() == b"inside"
    link = folder.parent / "link"
    link.symlink_to(folder)
    with open_below(str(link), "img/a.png") as file:
        assert file.read() == b"inside"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.png",
        "img/../../secret.png",
        "/etc/hostname",
        "img//a.png",
        "./img/a.png",
        "",
        "img",
        "img/",
        "missing.png",
        "img/a.png/b.png",
        "img/a.png\0.png",
    ],
)
def test_paths_that_are_refused(folder, path):
    """A path has to be in its normal form, and that of a file."""
    assert not can_open(folder, path)


def test_links_are_not_followed(folder):
    """Neither a link to a file nor one to a folder, wherever they lead; also no loop."""
    (folder / "file.png").symlink_to(folder.parent / "secret.png")
    (folder / "inside.png").symlink_to(folder / "img" / "a.png")
    (folder / "up").symlink_to(folder.parent)
    (folder / "loop").symlink_to("loop")
    for path in ("file.png", "inside.png", "up/secret.png", "up/folder/img/a.png", "loop"):
        assert not can_open(folder, path)


def test_only_regular_files(folder):
    """A pipe would block, and a device could never end."""
    os.mkfifo(folder / "pipe.png")
    with pytest.raises(OSError, match="not a regular file"):
        open_below(str(folder), "pipe.png")


def test_no_descriptor_is_left_open(folder):
    """Each descriptor is closed, whether the file is opened or not."""
    before = len(list(Path("/dev/fd").iterdir()))
    for path in ("img/a.png", "img/b.png", "img/a.png/c", "../x", "img"):
        for _ in range(20):
            can_open(folder, path)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_the_open_file_is_opened_again(folder):
    """The second path leads to the same file, also after another one has taken its place."""
    with open_below(str(folder), "img/a.png") as file:
        (folder / "img" / "a.png").unlink()
        (folder / "img" / "a.png").symlink_to(folder.parent / "secret.png")
        path = path_to_open_again(file, str(folder), "img/a.png")
        assert path.read_bytes() == b"inside"
