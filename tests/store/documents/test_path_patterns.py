"""Globs of paths, and the patterns of .gitignore."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.path_patterns import IgnoreFile, compile_glob, matches_glob


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("*.md", ["a.md", ".md"], ["a/b.md", "a.mdx"]),
        ("**/*.md", ["a.md", "a/b/c.md"], ["a.html"]),
        ("/blog/**", ["/blog/a", "/blog/a/b"], ["/blog", "/blogs/a"]),
        ("{/blog,/blog/**}", ["/blog", "/blog/a"], ["/blo"]),
        ("{a,b{c,d}}.md", ["a.md", "bc.md", "bd.md"], ["b.md"]),
        ("a?.md", ["ab.md"], ["a/.md", "a.md"]),
        ("[a-c]x[!d].md", ["bxe.md"], ["dxe.md", "axd.md"]),
        (r"\*.md", ["*.md"], ["a.md"]),
        ("a[.md", ["a[.md"], ["a.md"]),
        ("a,b}.md", ["a,b}.md"], ["a.md"]),
        ("{a", ["a"], ["{a"]),
        ("[^]]", ["a"], ["]"]),
        ("a.b+c", ["a.b+c"], ["aab+c", "a.bbc"]),
    ],
)
def test_globs(pattern, matching, others):
    """An asterisk matches no slash, two of them do, and braces have alternatives."""
    assert [path for path in matching if not matches_glob(path, [pattern])] == []
    assert [path for path in others if matches_glob(path, [pattern])] == []


def test_globs_across_folders():
    """Zola's asterisks match slashes."""
    assert matches_glob("a/b/c.md", ["a/*.md"], crosses_folders=True)
    assert not matches_glob("a/b/c.md", ["a/*.md"])


@given(st.text("ab/*?[]!^{},\\.-", max_size=40), st.text("ab/.,", max_size=30))
def test_any_pattern(pattern, path):
    """No pattern raises an exception."""
    compile_glob(pattern).fullmatch(path)
    IgnoreFile(pattern).ignores(path)


def test_patterns_that_would_take_long_match_nothing():
    """A pattern with many asterisks could take exponential time."""
    assert not matches_glob("a" * 50, ["*a" * 40])
    assert not matches_glob("a" * 600, ["a" * 600])


@pytest.mark.parametrize(
    ("text", "ignored", "others"),
    [
        ("drafts/", ["drafts/a.md", "x/drafts/b/c.md"], ["drafts", "drafts.md"]),
        ("/drafts", ["drafts/a.md", "drafts"], ["x/drafts/a.md"]),
        ("a/b.md", ["a/b.md"], ["x/a/b.md"]),
        ("*.tmp.md\n# no.md\n\n!keep.tmp.md", ["a.tmp.md", "x/b.tmp.md"], ["keep.tmp.md", "no.md"]),
        ("*\n!a.md", ["b.md", "c/d.md"], ["a.md", "x/a.md"]),
        ("\\#a.md", ["#a.md"], ["a.md"]),
        ("**/x/**", ["x/a.md", "b/x/c/d.md"], ["x.md"]),
    ],
)
def test_ignore_files(text, ignored, others):
    """Patterns match at any depth unless they have a slash, and the last one counts."""
    patterns = IgnoreFile(text)
    assert [path for path in ignored if not patterns.ignores(path)] == []
    assert [path for path in others if patterns.ignores(path)] == []
