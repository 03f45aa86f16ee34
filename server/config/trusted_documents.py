"""Trusted documents: a folder of ``.graphql`` files that clients ask for by their SHA-256."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.gql import Documents, Schema, Unreadable, sha256
from newsgraph.server.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from newsgraph.gql.options import Options


def read_trusted(folder: Path, options: Options) -> dict[str, str]:
    """Return the texts of a folder's documents, by their hashes.

    Args:
        folder: it and the folders in it are looked through.
        options: the limits, which hold for trusted documents too.

    Raises:
        SettingsError: one cannot be read, or is no document of this schema; the message
            tells its file and line.
    """
    if not folder.is_dir():
        raise SettingsError(f"trusted_documents: {folder} is not a folder")
    documents = Documents(Schema(options).graphql, options)
    found = {}
    for path in sorted(folder.rglob("*.graphql")):
        try:
            # Newlines stay as they are: they are part of what is hashed.
            text = path.read_bytes().decode("utf-8")
            documents.read(text)
        except UnicodeDecodeError as error:
            raise SettingsError(f"{path}: it is not UTF-8 text; save it as UTF-8") from error
        except OSError as error:
            raise SettingsError(f"{path}: it cannot be read: {error.strerror}") from error
        except Unreadable as error:
            first = error.errors[0]
            place = f":{at[0].line}:{at[0].column}" if (at := first.locations) else ""
            raise SettingsError(f"{path}{place}: {first.message}") from error
        found[sha256(text)] = text
    return found
