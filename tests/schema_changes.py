"""Reports what a change of the schema means for clients.

    python -m tests.schema_changes OLD.graphql [NEW.graphql]

NEW is the schema of this checkout by default. Either may be `git:REF`: the reviewed schema in that
commit, such as `git:HEAD` or `git:v0.1.0`.

Exits with 1 if a change breaks clients.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from graphql import GraphQLError, GraphQLSchema, build_schema
from graphql.utilities import BreakingChange, DangerousChange, SafeChange, find_schema_changes

from newsgraph.gql.executable_schema import sdl

SCHEMA_PATH = "tests/golden/schema.graphql"
ROOT = Path(__file__).resolve().parent.parent
BREAKING = "Breaks clients"
CHANGE_KINDS: dict[str, type] = {
    BREAKING: BreakingChange,
    "Can change what clients see": DangerousChange,
    "Is new, or harmless": SafeChange,
}
"""By heading, graphql-core's class of change; the first that matches is used.

graphql-core counts a new optional argument among the changes that clients can see, although
without a default it changes no response.
"""

USAGE = "python -m tests.schema_changes OLD.graphql|git:REF [NEW.graphql|git:REF]"


class SchemaUnavailable(Exception):
    """A schema could not be read; the message says where."""


def read_schema(source: str) -> GraphQLSchema:
    """Return the schema in a file or a commit.

    Args:
        source: a path, or ``git:`` and a revision that git knows.

    Raises:
        SchemaUnavailable: there is no schema.
    """
    try:
        return build_schema(
            _read_commit(source[4:]) if source.startswith("git:") else _read_file(source)
        )
    except GraphQLError as error:
        raise SchemaUnavailable(f"{source} is not a schema: {error}") from error


def _read_file(source: str) -> str:
    try:
        return Path(source).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaUnavailable(f"{source} cannot be read: {error}") from error


def _read_commit(reference: str) -> str:
    # After `--end-of-options`, a reference that begins with a dash is not an option.
    command = ["git", "show", "--end-of-options", f"{reference}:{SCHEMA_PATH}"]
    try:
        process = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    except OSError as error:
        raise SchemaUnavailable(f"git cannot be run: {error}") from error
    if process.returncode != 0:
        raise SchemaUnavailable(
            f"git has no {reference}:{SCHEMA_PATH}: {process.stderr.decode().strip()}"
        )
    return process.stdout.decode()


def describe_changes(old: GraphQLSchema, new: GraphQLSchema) -> dict[str, list[str]]:
    """Return graphql-core's descriptions of the changes, by kind."""
    descriptions: dict[str, list[str]] = {kind: [] for kind in CHANGE_KINDS}
    for change in find_schema_changes(old, new):
        kind = next(
            kind for kind, change_class in CHANGE_KINDS.items() if isinstance(change, change_class)
        )
        descriptions[kind].append(change.description)
    return {kind: sorted(lines) for kind, lines in descriptions.items()}


def main(arguments: list[str]) -> int:
    """Print the changes; return 1 if one breaks clients, 2 if a schema could not be read."""
    if len(arguments) not in (1, 2):
        sys.stderr.write(f"{USAGE}\n")
        return 2
    try:
        old = read_schema(arguments[0])
        new = read_schema(arguments[1]) if len(arguments) > 1 else build_schema(sdl())
    except SchemaUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    descriptions = describe_changes(old, new)
    for kind, lines in descriptions.items():
        if lines:
            sys.stdout.write(f"{kind} ({len(lines)}):\n")
            sys.stdout.writelines(f"  {line}\n" for line in lines)
    if not any(descriptions.values()):
        sys.stdout.write("Nothing changed.\n")
    return 1 if descriptions[BREAKING] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
