"""Trusted documents: a folder of ``.graphql`` files that clients refer to by their SHA-256."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.gql.documents.document_cache import DocumentCache, InvalidDocumentError
from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.executable_schema import Schema
from newsgraph.server.startup_errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from newsgraph.gql.options import Options


def read_trusted_documents(folder: Path, options: Options) -> dict[str, str]:
    """Return the texts of the documents in a folder and its subfolders, by their SHA-256.

    Args:
        folder: folder of ``.graphql`` files.
        options: limits, which trusted documents must observe too.

    Raises:
        SettingsError: a file cannot be read, or is no valid document of the schema; the message
            has its path and line.
    """
    if not folder.is_dir():
        raise SettingsError(f"trusted_documents: {folder} is not a folder")
    documents = DocumentCache(Schema(options).graphql_schema, options)
    texts = {}
    for path in sorted(folder.rglob("*.graphql")):
        try:
            # Line ends are not normalized: they are part of what is hashed.
            text = path.read_bytes().decode("utf-8")
            documents.parse_and_validate(text)
        except UnicodeDecodeError as error:
            raise SettingsError(f"{path}: it is not UTF-8 text; save it as UTF-8") from error
        except OSError as error:
            raise SettingsError(f"{path}: it cannot be read: {error.strerror}") from error
        except InvalidDocumentError as error:
            first = error.errors[0]
            location = ""
            if first.locations:
                location = f":{first.locations[0].line}:{first.locations[0].column}"
            raise SettingsError(f"{path}{location}: {first.message}") from error
        texts[sha256(text)] = text
    return texts
