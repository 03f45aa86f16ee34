"""Whoever changes the schema is told what that means for others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from graphql import build_schema

from newsgraph.gql import sdl
from tests.schema_changes import BREAKS, KINDS, REVIEWED, ROOT, NoSchema, changes, main, read

SEEN, NEW = list(KINDS)[1:]

OLD = """
type Query { article(slug: String!, quality: Int = 1): Article  find(by: By): Article }
type Article implements Story { title: String!  excerpt: String }
interface Story { title: String! }
interface Node { id: ID! }
enum Kind { ARTICLE VIDEO }
input By { title: String }
"""

CHANGES = {
    "a field goes": (BREAKS, "  excerpt: String ", " ", "Field Article.excerpt was removed."),
    "a type goes": (BREAKS, "enum Kind { ARTICLE VIDEO }", "", "Kind was removed."),
    "a value goes": (BREAKS, "ARTICLE VIDEO", "ARTICLE", "Enum value Kind.VIDEO was removed."),
    "a field can be null": (
        BREAKS,
        "{ title: String!  excerpt",
        "{ title: String  excerpt",
        "Article.title changed type from String! to String.",
    ),
    "an argument goes": (BREAKS, ", quality: Int = 1", "", "article(quality:) was removed."),
    "an argument is needed": (BREAKS, "by: By", "by: By!", "find(by:) has changed type"),
    "an input is needed": (BREAKS, "title: String }", "title: String! }", "By.title"),
    "an interface goes": (BREAKS, " implements Story", "", "no longer implements interface Story"),
    "a default changes": (SEEN, "Int = 1", "Int = 2", "article(quality:) has changed defaultValue"),
    "a value comes": (SEEN, "VIDEO", "VIDEO AUDIO", "Kind.AUDIO was added"),
    "an argument comes": (SEEN, "by: By", "by: By, url: String", "Query.find(url:) was added"),
    "an input comes": (SEEN, "title: String }", "title: String url: String }", "By.url was added"),
    "a field comes": (NEW, "excerpt: String", "excerpt: String url: String", "Article.url was ad"),
    "a type comes": (NEW, "enum Kind", "type Topic { name: String } enum Kind", "Topic was added."),
    "a field is always there": (NEW, "excerpt: String", "excerpt: String!", "Article.excerpt"),
    "words change": (NEW, "enum Kind", '"What it is." enum Kind', "Description of Kind"),
}


@pytest.mark.parametrize(("kind", "old", "new", "told"), CHANGES.values(), ids=CHANGES)
def test_each_class_of_change_is_told(kind, old, new, told):
    """What breaks somebody's app must not hide among what is only new."""
    assert OLD.count(old) == 1
    found = changes(build_schema(OLD), build_schema(OLD.replace(old, new)))
    assert any(told in line for line in found.pop(kind))
    # A value that comes is told once, not also as something that is only new.
    assert [line for lines in found.values() for line in lines] == []


def written(folder, name, text):
    """The path of a file with a text."""
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def test_it_exits_with_1_only_where_something_breaks(tmp_path, capsys):
    """A release script can ask it."""
    old = written(tmp_path, "old.graphql", OLD)
    more = written(tmp_path, "more.graphql", OLD.replace("VIDEO", "VIDEO AUDIO"))
    assert main([old, more]) == 0
    assert capsys.readouterr().out.startswith(f"{SEEN} (1):\n  ")
    assert main([more, old]) == 1
    assert capsys.readouterr().out == f"{BREAKS} (1):\n  Enum value Kind.AUDIO was removed.\n"
    assert main([old, old]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"


def test_without_a_second_schema_it_is_the_current_one(tmp_path, capsys):
    """The usual question is what my own change does."""
    assert main([written(tmp_path, "now.graphql", sdl())]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"


@pytest.mark.process
def test_a_commit_has_its_own_schema():
    """What was released is compared without a copy of it."""
    git = ["git", "-C", ROOT, "rev-parse", "--verify", "--quiet", "HEAD"]
    if subprocess.run(git, check=False, capture_output=True).returncode:
        pytest.skip("these are not the files of a git repository")
    assert "articles" in read("git:HEAD").query_type.fields


@pytest.mark.process
@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("git:no-such-commit", f"git has no no-such-commit:{REVIEWED}"),
        ("git:--help", f"git has no --help:{REVIEWED}"),
        ("no-such-file.graphql", "no-such-file.graphql cannot be read"),
        (str(Path(__file__)), "is no schema: Syntax Error"),
    ],
)
def test_what_is_no_schema_is_told(place, told, capsys):
    """A typing mistake is no traceback, and is not taken for a schema that changed."""
    with pytest.raises(NoSchema, match=told):
        read(place)
    assert main([place]) == 2
    assert told in capsys.readouterr().err


def test_without_arguments_it_says_how_it_is_used(capsys):
    """Nobody remembers."""
    assert main([]) == 2
    assert "OLD.graphql" in capsys.readouterr().err
