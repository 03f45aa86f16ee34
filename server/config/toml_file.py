"""Reads a newsgraph.toml; its errors name file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from newsgraph.server.config.field_keys_table import ERROR_TYPE
from newsgraph.server.startup_errors import SettingsError
from newsgraph.store.importing.archive_files import UnreadableFile, read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pydantic_core import ErrorDetails

FILE_NAME: Final = "newsgraph.toml"

_TOML_POSITION: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file and its keys.

    Attributes:
        path: the file.
        text: its text; empty if there is no such file.
        values: its keys and values.
    """

    path: Path
    text: str
    values: dict[str, Any]

    def describe_error(self, error: ErrorDetails, known_keys: Iterable[str]) -> str:
        """Return a message about an invalid key or value, with its line if a search finds it."""
        key = str(error["loc"][0])
        match = _find_key(key, self.text)
        if match and "key" in error.get("ctx", {}):
            match = _find_key(error["ctx"]["key"], self.text, match.end()) or match
        line = f":{self.text.count(chr(10), 0, match.start()) + 1}" if match else ""
        if error["type"] != "extra_forbidden":
            return f"{self.path}{line}: {describe_value_error(repr(key), error)}"
        similar = difflib.get_close_matches(key, known_keys := sorted(known_keys), n=1)
        if similar:
            return f"{self.path}{line}: there is no setting {key!r}; did you mean {similar[0]!r}?"
        all_keys = ", ".join(known_keys)
        return f"{self.path}{line}: there is no setting {key!r}; the settings are {all_keys}"


def read_toml_file(path: Path) -> TomlFile:
    """Read a file; one that does not exist has no keys.

    Raises:
        SettingsError: the file cannot be read, or is no TOML.
    """
    try:
        text = read_small_file(path, "utf-8-sig", "strict") or ""
    except UnreadableFile as error:
        raise SettingsError(f"{path}: it cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: it is not UTF-8 text; save it as UTF-8") from error
    return TomlFile(path, text, _parse_toml(path, text))


def describe_value_error(name: str, error: ErrorDetails) -> str:
    """Rewrite a pydantic error as a sentence about a setting."""
    if error["type"] == "string_pattern_mismatch":
        return f"{name} should be a language such as en or pt-BR, not {error['input']!r}"
    if error["type"] == ERROR_TYPE:
        return f"{name} {error['msg']}"
    if error["type"] == "value_error":
        return f"{name} {error['ctx']['error']}"
    reason = error["msg"].removeprefix("Input ").replace("valid tuple", "list")
    entry = "".join(f" (entry {index + 1})" for index in error["loc"][1:] if isinstance(index, int))
    return f"{name}{entry} {reason[0].lower()}{reason[1:]}, not {error['input']!r}"


def _parse_toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise SettingsError(f"{path}: invalid TOML: it has too many levels") from error
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        if (position := _TOML_POSITION.search(message)) is None:
            raise SettingsError(f"{path}: {message}") from error
        line = int(position[1]) if position[1] else text.count("\n") + 1
        column = f":{position[2]}" if position[2] else ""
        reason = message[: position.start()]
        raise SettingsError(f"{path}:{line}{column}: invalid TOML: {reason}") from error


def _find_key(key: str, text: str, start: int = 0) -> re.Match[str] | None:
    pattern = rf"""^[ \t\[]*["']?{re.escape(key)}["']?[ \t]*[=.\]]"""
    return re.compile(pattern, re.MULTILINE).search(text, start)
