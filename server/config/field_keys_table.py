"""The setting `keys`: the front matter keys that an archive has for the fields of an article."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from newsgraph.store.documents.field_keys import FIELD_NAMES, SYNONYMS, FieldKeySettings

if TYPE_CHECKING:
    from newsgraph.store.documents.field_keys import FieldName

ERROR_TYPE = "field_keys"
"""Type of the errors; their context has the ``key`` in the table that is wrong."""


def _parse_table(value: object) -> FieldKeySettings:
    """Return the keys of each field; a single text is a list of one.

    Raises:
        PydanticCustomError: a field is unknown, or its value is no text and no list of texts.
    """
    if not isinstance(value, dict):
        if value == ():
            return ()
        raise _error("keys", "should be a table such as {title = ['headline']}")
    keys: dict[FieldName, tuple[str, ...]] = {}
    for name, item in value.items():
        field = _field_of(name)
        texts = [item] if isinstance(item, str) else item
        if not isinstance(texts, list) or not all(_is_text(text) for text in texts):
            raise _error(name, f"should have the name of a key or a list of them for {name!r}")
        if texts:
            keys[field] = (*keys.get(field, ()), *(text.strip() for text in texts))
    # In a fixed order, so that the order in the file does not matter.
    return tuple((field, keys[field]) for field in FIELD_NAMES if field in keys)


def _field_of(name: str) -> FieldName:
    names: dict[str, FieldName] = {**{field: field for field in FIELD_NAMES}, **SYNONYMS}
    if name in names:
        return names[name]
    similar = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {similar[0]!r}? The" if similar else "the"
    raise _error(name, f"has no field {name!r}; {hint} fields are {', '.join(FIELD_NAMES)}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _error(key: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(ERROR_TYPE, "{message}", {"message": message, "key": key})


FieldKeysTable: TypeAlias = Annotated[FieldKeySettings, BeforeValidator(_parse_table)]
"""Type of the setting."""
