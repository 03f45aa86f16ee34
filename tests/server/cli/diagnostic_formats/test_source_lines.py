"""The lines of files that are read when diagnostics are printed."""

from __future__ import annotations

from newsgraph.server.cli.diagnostic_formats.source_lines import MAX_BYTES, SourceLines


def test_lines_end_as_in_diagnostics(tmp_path):
    """A line ends at CRLF, CR or LF; a byte order mark is no character; other bytes are shown."""
    (tmp_path / "a.md").write_bytes("\ufeffone\r\ntwo\rthree ü\nfour ".encode() + b"\xff")
    source = SourceLines()
    lines = [source.read(tmp_path, "a.md", number) for number in range(1, 6)]
    assert lines == ["one", "two", "three ü", "four \ufffd", None]


def test_files_that_cannot_be_read_have_no_lines(tmp_path):
    """A file may be gone, a folder, behind a link or outside of the root: that is no error."""
    root = tmp_path / "site"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("secret", "utf-8")
    (root / "link.md").symlink_to(tmp_path / "secret.md")
    source = SourceLines()
    for path in ("gone.md", "folder", "link.md", "../secret.md", "", "a\0.md"):
        assert source.read(root, path, 1) is None


def test_only_the_beginning_of_a_large_file_is_read(tmp_path):
    """The line at the limit may be incomplete, so it is not shown."""
    (tmp_path / "a.md").write_bytes(b"first\n" + b"x" * MAX_BYTES)
    source = SourceLines()
    assert source.read(tmp_path, "a.md", 1) == "first"
    assert source.read(tmp_path, "a.md", 2) is None


def test_files_of_two_roots_are_told_apart(tmp_path):
    """They can have the same path."""
    source = SourceLines()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.md").write_text(name, "utf-8")
    assert [source.read(tmp_path / name, "x.md", 1) for name in "aba"] == ["a", "b", "a"]
