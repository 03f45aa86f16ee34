"""Tests of the report about schema changes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from graphql import build_schema

from newsgraph.gql.executable_schema import sdl
from tests.schema_changes import (
    BREAKING,
    CHANGE_KINDS,
    ROOT,
    SCHEMA_PATH,
    SchemaUnavailable,
    describe_changes,
    main,
    read_schema,
)

DANGEROUS, SAFE = list(CHANGE_KINDS)[1:]

OLD = """
type Query { article(slug: String!, quality: Int = 1): Article  find(by: By): Article }
type Article implements Story { title: String!  excerpt: String }
interface Story { title: String! }
interface Node { id: ID! }
enum Kind { ARTICLE VIDEO }
input By { title: String }
"""

CHANGES = {
    "field removed": (BREAKING, "  excerpt: String ", " ", "Field Article.excerpt was removed."),
    "type removed": (BREAKING, "enum Kind { ARTICLE VIDEO }", "", "Kind was removed."),
    "value removed": (BREAKING, "ARTICLE VIDEO", "ARTICLE", "Enum value Kind.VIDEO was removed."),
    "field becomes nullable": (
        BREAKING,
        "{ title: String!  excerpt",
        "{ title: String  excerpt",
        "Article.title changed type from String! to String.",
    ),
    "argument removed": (BREAKING, ", quality: Int = 1", "", "article(quality:) was removed."),
    "argument becomes required": (BREAKING, "by: By", "by: By!", "find(by:) has changed type"),
    "input becomes required": (BREAKING, "title: String }", "title: String! }", "By.title"),
    "interface removed": (
        BREAKING,
        " implements Story",
        "",
        "no longer implements interface Story",
    ),
    "default changed": (
        DANGEROUS,
        "Int = 1",
        "Int = 2",
        "article(quality:) has changed defaultValue",
    ),
    "value added": (DANGEROUS, "VIDEO", "VIDEO AUDIO", "Kind.AUDIO was added"),
    "argument added": (DANGEROUS, "by: By", "by: By, url: String", "Query.find(url:) was added"),
    "input added": (
        DANGEROUS,
        "title: String }",
        "title: String url: String }",
        "By.url was added",
    ),
    "field added": (SAFE, "excerpt: String", "excerpt: String url: String", "Article.url was ad"),
    "type added": (SAFE, "enum Kind", "type Topic { name: String } enum Kind", "Topic was added."),
    "field becomes non-null": (SAFE, "excerpt: String", "excerpt: String!", "Article.excerpt"),
    "description changed": (SAFE, "enum Kind", '"What it is." enum Kind', "Description of Kind"),
}


@pytest.mark.parametrize(("kind", "old", "new", "description"), CHANGES.values(), ids=CHANGES)
def test_changes_are_classified(kind, old, new, description):
    """Each change is reported once, under the right heading."""
    assert OLD.count(old) == 1
    changes = describe_changes(build_schema(OLD), build_schema(OLD.replace(old, new)))
    assert any(description in line for line in changes.pop(kind))
    # A new value is not reported as a harmless change, too.
    assert [line for lines in changes.values() for line in lines] == []


def write_file(folder, name, text):
    """Write a file and return its path."""
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def test_exit_code_is_1_only_for_breaking_changes(tmp_path, capsys):
    """A release script can use the exit code."""
    old = write_file(tmp_path, "old.graphql", OLD)
    extended = write_file(tmp_path, "more.graphql", OLD.replace("VIDEO", "VIDEO AUDIO"))
    assert main([old, extended]) == 0
    assert capsys.readouterr().out.startswith(f"{DANGEROUS} (1):\n  ")
    assert main([extended, old]) == 1
    assert capsys.readouterr().out == f"{BREAKING} (1):\n  Enum value Kind.AUDIO was removed.\n"
    assert main([old, old]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"


def test_default_of_the_second_schema(tmp_path, capsys):
    """Without a second argument, the schema of the checkout is compared."""
    assert main([write_file(tmp_path, "now.graphql", sdl())]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"


@pytest.mark.process
def test_schema_of_a_commit():
    """The schema is read from the commit, so a released schema needs no copy."""
    git = ["git", "-C", ROOT, "rev-parse", "--verify", "--quiet", "HEAD"]
    if subprocess.run(git, check=False, capture_output=True).returncode:
        pytest.skip("these are not the files of a git repository")
    assert "articles" in read_schema("git:HEAD").query_type.fields


@pytest.mark.process
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("git:no-such-commit", f"git has no no-such-commit:{SCHEMA_PATH}"),
        ("git:--help", f"git has no --help:{SCHEMA_PATH}"),
        ("no-such-file.graphql", "no-such-file.graphql cannot be read"),
        (str(Path(__file__)), "is not a schema: Syntax Error"),
    ],
)
def test_unreadable_schema_is_reported(source, message, capsys):
    """A wrong path gives a message and exit code 2, not a traceback."""
    with pytest.raises(SchemaUnavailable, match=message):
        read_schema(source)
    assert main([source]) == 2
    assert message in capsys.readouterr().err


def test_usage_without_arguments(capsys):
    """Without arguments, the usage is printed."""
    assert main([]) == 2
    assert "OLD.graphql" in capsys.readouterr().err
