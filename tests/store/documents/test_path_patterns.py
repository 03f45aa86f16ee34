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
    compile_glob(pattern).matches(path)
    IgnoreFile(pattern).ignores(path)


@pytest.mark.parametrize(
    ("pattern", "short", "long"),
    [
        ("*a" * 4, "a" * 9, "a" * 255),
        ("*a" * 40, None, "a" * 50),
        ("**/a/" * 4 + "a", "a/a/a/a/a", "/".join("a" * 500)),
        ("{a,a}" * 30 + "*", None, "a" * 60),
        ("{*a,*b}" * 3, "aba", "a" * 255),
        ("{a" + ",{a" * 40, None, "a" * 40),
        ("a" * 600, None, "a" * 600),
    ],
)
def test_globs_that_would_take_long_do_not_match(pattern, short, long):
    """A glob with many asterisks or alternatives could take exponential time."""
    assert short is None or matches_glob(short, [pattern])
    assert not matches_glob(long, [pattern])


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("**/*.{jpg,jpeg,png,gif,webp,svg,avif,bmp}", f"{'images/' * 9}{'a' * 99}.png"),
        ("{/blog,/blog/**,/news/*-*-*.md}", f"/news/{'2024-05-02' * 9}.md"),
        ("{a,b}*{c,d}*{e,f}*", "acexyz" * 9),
    ],
)
def test_usual_globs_match_long_paths(pattern, path):
    """The limit is far from what people write."""
    assert matches_glob(path, [pattern])


@pytest.mark.parametrize(
    ("pattern", "short", "long"),
    [
        ("*a" * 4, "a" * 9, "a" * 255),
        ("a**/**a/" * 3 + "a", "a/a/a/a/a/a/a", "a/" * 2000 + "a"),
        ("**/a/" * 4 + "a", "a/a/a/a/a", "a/" * 2000 + "a"),
        ("a" * 600, None, "a" * 600),
    ],
)
def test_ignore_patterns_that_would_take_long_do_not_match(pattern, short, long):
    """They apply to short paths, and the other patterns apply to all."""
    patterns = IgnoreFile(f"{pattern}\n**/drafts/**/*.md\n")
    assert short is None or patterns.ignores(short)
    assert not patterns.ignores(long)
    assert patterns.ignores(f"{'folder/' * 40}drafts/{'a' * 99}.md")


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
        ("a/", ["a/b.md"], ["a"]),
        ("!\n\\\n[b-a]\n[[]\n[a\na.md", ["a.md", "["], ["[a", "!"]),
        ("", [], ["a.md"]),
    ],
)
def test_ignore_files(text, ignored, others):
    """Patterns match at any depth unless they have a slash, and the last one counts.

    What is no pattern is left out.
    """
    patterns = IgnoreFile(text)
    assert [path for path in ignored if not patterns.ignores(path)] == []
    assert [path for path in others if patterns.ignores(path)] == []
