"""What a change of the schema means for those who use it.

    python -m tests.schema_changes OLD.graphql [NEW.graphql]

NEW is the schema of this checkout where it is left out. Either may be `git:REF`: the reviewed
schema as that commit has it, such as `git:HEAD` or `git:v0.1.0`.

Exits with 1 where something breaks.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from graphql import GraphQLError, GraphQLSchema, build_schema
from graphql.utilities import BreakingChange, DangerousChange, SafeChange, find_schema_changes

from newsgraph.gql import sdl

REVIEWED = "tests/golden/schema.graphql"
ROOT = Path(__file__).resolve().parent.parent
BREAKS = "Breaks clients"
KINDS: dict[str, type] = {
    BREAKS: BreakingChange,
    "Can change what clients see": DangerousChange,
    "Is new, or harmless": SafeChange,
}
"""What is said of each kind of graphql-core's; the first that fits counts.

An optional argument that is added counts as something that clients can see. Without a default
it changes no answer.
"""

USAGE = "python -m tests.schema_changes OLD.graphql|git:REF [NEW.graphql|git:REF]"


class NoSchema(Exception):
    """There is no schema to compare; the message says where, and what to do."""


def read(place: str) -> GraphQLSchema:
    """Return the schema of a file, or of a commit.

    Args:
        place: a path, or ``git:`` and what git calls the commit.

    Raises:
        NoSchema: there is none.
    """
    try:
        return build_schema(_of_commit(place[4:]) if place.startswith("git:") else _text(place))
    except GraphQLError as error:
        raise NoSchema(f"{place} is no schema: {error}") from error


def _text(place: str) -> str:
    try:
        return Path(place).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NoSchema(f"{place} cannot be read: {error}") from error


def _of_commit(reference: str) -> str:
    # With `--end-of-options` a reference that begins with a dash is no option.
    command = ["git", "show", "--end-of-options", f"{reference}:{REVIEWED}"]
    try:
        shown = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    except OSError as error:
        raise NoSchema(f"git cannot be run: {error}") from error
    if shown.returncode != 0:
        raise NoSchema(f"git has no {reference}:{REVIEWED}: {shown.stderr.decode().strip()}")
    return shown.stdout.decode()


def changes(old: GraphQLSchema, new: GraphQLSchema) -> dict[str, list[str]]:
    """Return what changed, for each kind of `KINDS`, as graphql-core judges it."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for change in find_schema_changes(old, new):
        kind = next(kind for kind, of_kind in KINDS.items() if isinstance(change, of_kind))
        found[kind].append(change.description)
    return {kind: sorted(lines) for kind, lines in found.items()}


def main(arguments: list[str]) -> int:
    """Print what changed; return 1 where something breaks, and 2 where nothing can be told."""
    if len(arguments) not in (1, 2):
        sys.stderr.write(f"{USAGE}\n")
        return 2
    try:
        old = read(arguments[0])
        new = read(arguments[1]) if len(arguments) > 1 else build_schema(sdl())
    except NoSchema as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = changes(old, new)
    for kind, lines in found.items():
        if lines:
            sys.stdout.write(f"{kind} ({len(lines)}):\n")
            sys.stdout.writelines(f"  {line}\n" for line in lines)
    if not any(found.values()):
        sys.stdout.write("Nothing changed.\n")
    return 1 if found[BREAKS] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
