"""Writes docs/settings.md from the settings' models, for `test_settings_page.py`."""

from __future__ import annotations

import inspect
import re
import types
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic_core import PydanticUndefined

from newsgraph.gql.options import Options
from newsgraph.server.config.graphql_settings import GraphQLSettings
from newsgraph.server.config.settings import FIXED_SETTINGS, NewsgraphToml, ServerSettings
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.field_keys import FieldKeySettings

HEADER = """\
# Settings

For those who run newsgraph: every setting, with its default.

<!-- A test writes this page from the settings' models: UPDATE_GOLDENS=1 make test-fast -->

Settings of a server are keys of `newsgraph.toml` in the first folder, or of environment variables
with the prefix `NEWSGRAPH_` (`NEWSGRAPH_MAX_AGE_SECONDS=60`; lists are separated by commas).
Options of `newsgraph serve` come before variables, and variables before the file. An unknown key,
an unknown variable with this prefix, or an invalid value is an error that says where it is.

In the column *takes effect*, "reload" means: with several workers, SIGHUP is enough
([serving.md](serving.md#signals)); a single process needs a restart.
"""

COLLECTION = """\
## Collection

These keys describe the documents of a folder. They have no environment variables, and take effect
with the folder's next import.
"""

COLUMNS = ("setting", "type", "default", "meaning", "takes effect")

_TYPES = {
    str: "text",
    bool: "true or false",
    int: "integer",
    float: "number",
    Path: "path",
}


def read_descriptions(model: type) -> dict[str, str]:
    """Return the descriptions of a class's attributes from its docstring."""
    text = inspect.getdoc(model) or ""
    attributes = text.partition("Attributes:\n")[2]
    pattern = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
    return {
        name: to_markdown(" ".join(line.strip() for line in lines.split("\n")))
        for name, lines in pattern.findall(attributes)
    }


def to_markdown(description: str) -> str:
    """Return the description of an attribute as a sentence in Markdown."""
    text = description.replace("``", "`").replace("|", "\\|")
    sentence = text[0].upper() + text[1:]
    return sentence if sentence.endswith(".") else f"{sentence}."


def describe_type(annotation: Any, metadata: list[Any]) -> str:
    """Return a type in plain words, with its bounds."""
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return describe_type(arguments[0], [*arguments[1:], *metadata])
    if origin in (Union, types.UnionType):
        (inner,) = [argument for argument in arguments if argument is not type(None)]
        return describe_type(inner, metadata)
    if origin is Literal:
        return " or ".join(f"`{argument}`" for argument in arguments)
    if annotation == FieldKeySettings:
        return "table of lists of texts"
    if origin is tuple:
        return f"list of {describe_type(arguments[0], [])}s"
    name = _TYPES[annotation]
    bounds = {type(bound): bound for bound in flatten(metadata)}
    if Le in bounds:
        low = bounds[Ge].ge if Ge in bounds else bounds[Gt].gt
        above = "above " if Gt in bounds else ""
        return f"{name}, {above}{low:,} to {bounds[Le].le:,}"
    return name


def flatten(metadata: list[Any]) -> list[Any]:
    """Return the constraints in a field's metadata, also those in `Field`."""
    result: list[Any] = []
    for item in metadata:
        result += getattr(item, "metadata", None) or [item]
    return result


def describe_default(default: object) -> str:
    """Return a default as newsgraph.toml would have it."""
    match default:
        case None | ():
            return ""
        case bool():
            return f"`{str(default).lower()}`"
        case tuple():
            return "`[" + ", ".join(f'"{item}"' for item in default) + "]`"
        case str():
            return f'`"{default}"`'
        case float() if default == int(default):
            return f"`{int(default)}`"
    return f"`{default}`"


def build_rows(names: list[str], descriptions: dict[str, str], *, is_server: bool) -> str:
    """Return the rows of a table."""
    rows = []
    for name in names:
        field = NewsgraphToml.model_fields[name]
        default = "" if field.default is PydanticUndefined else describe_default(field.default)
        cells = [f"`{name}`", describe_type(field.annotation, field.metadata), default]
        cells.append(descriptions[name])
        if is_server:
            cells.append("restart" if name in FIXED_SETTINGS else "reload")
        rows.append(f"| {' | '.join(cells)} |\n")
    return "".join(rows)


def build_page() -> str:
    """Return the text of docs/settings.md."""
    graphql_names = list(GraphQLSettings.model_fields)
    server_names = [name for name in ServerSettings.model_fields if name not in graphql_names]
    collection_names = [
        name for name in NewsgraphToml.model_fields if name not in ServerSettings.model_fields
    ]
    graphql_descriptions = read_descriptions(Options) | read_descriptions(GraphQLSettings)
    collection_descriptions = read_descriptions(Collection)
    collection_descriptions["unpublished"] = (
        "Whether documents with `published: false` are hidden, or served like others."
    )
    table = f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}\n"
    limits = "[security.md](security.md) describes the errors of requests that exceed a limit."
    return (
        f"{HEADER}\n## Server\n\n{table}"
        f"{build_rows(server_names, read_descriptions(ServerSettings), is_server=True)}"
        f"\n## GraphQL\n\n{limits}\n\n{table}"
        f"{build_rows(graphql_names, graphql_descriptions, is_server=True)}"
        f"\n{COLLECTION}\n| key | type | default | meaning |\n|{' --- |' * 4}\n"
        f"{build_rows(collection_names, collection_descriptions, is_server=False)}"
    )
