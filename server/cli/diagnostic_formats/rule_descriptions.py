"""What each code of a diagnostic means, for programs that list codes as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.store.documents.diagnostics import DiagnosticCode

RULE_DESCRIPTIONS: Final[Mapping[DiagnosticCode, str]] = {
    "no-documents": "The folder has no documents.",
    "not-a-document": "Files without front matter are left out.",
    "left-out": "The generator makes no pages of these files, so they are left out.",
    "broken-configuration": "The configuration of the generator cannot be read.",
    "unchanged-folder": "Nothing of the folder is imported.",
    "unread-configuration": "Data files that are programs are not run.",
    "unknown-time-zone": "The time zone in the configuration of the generator is unknown.",
    "no-front-matter": "A file that was a document has no front matter any more.",
    "unclosed-front-matter": "The front matter has no end.",
    "program-not-run": "The front matter is a program, of which only written values are read.",
    "broken-yaml": "The YAML cannot be read.",
    "broken-toml": "The TOML cannot be read.",
    "broken-json": "The JSON cannot be read.",
    "too-complex": "The front matter has too many levels, values or characters.",
    "not-a-mapping": "The front matter has no keys.",
    "not-a-taxonomy": "The file describes neither a topic nor an organization.",
    "missing-name": "A topic or an organization has no name.",
    "missing-domain": "An organization has no domain.",
    "wrong-type": "A value has the wrong type, and is ignored.",
    "wrong-date": "A date cannot be read, and is ignored.",
    "wrong-url": "A URL is not complete or not valid, and is ignored.",
    "unsafe-url": "A URL has another scheme than http and https, and is ignored.",
    "unknown-related": "An item in `related` leads to no document, and is ignored.",
    "unknown-language": "A language is no language tag, and is ignored.",
    "duplicate-key": "A key is there more than once.",
    "unknown-tag": "A YAML tag is unknown, and is ignored.",
    "number-normalised": "A number is not finite or too large, and is changed.",
    "characters-removed": "The file has characters that are not allowed, and are ignored.",
    "missing-folder": "The folder does not exist.",
    "unreadable-folder": "The folder cannot be read.",
    "bad-file-name": "The name of a file or folder is not UTF-8.",
    "unreadable-file": "The file cannot be read.",
    "not-utf8": "The file is not UTF-8.",
    "duplicate-id": "Another document has the same id, and this one is refused.",
    "shared-id": "Another document has the same id, and this one gets another.",
    "same-url": "Two documents have the same URL.",
    "taken-alias": "An alias of a topic is already a name of another topic.",
    "shared-alias": "Two documents have the same old address.",
    "shared-guid": "Several documents have the same guid.",
    "unknown-entry-id": "The ids of articles in the old feed of the site are not known.",
    "relative-url": "URLs of images or authors are relative, and the collection has no `url`.",
    "removed-html": "Elements or links of the body are not served.",
    "template-code-left-out": "Template code in the body is left out.",
    "unread-authors": "A file of authors cannot be read.",
    "unserved-file": "Documents refer to files that are not served.",
}
"""Descriptions by code, in the order of `CODES`."""
