"""A JSON schema of the part of SARIF 2.1.0 that is used, stricter than the one of OASIS.

It is written from the standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
Properties that are not used are errors here, as a misspelt one would be; and what GitHub's code
scanning needs is required.
"""

from __future__ import annotations

from typing import Any


def strict_object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of an object that has these properties and no others.

    Args:
        properties: their schemas.
        optional: names of those that may be absent.
    """
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


TEXT = {"type": "string", "minLength": 1}
POSITIVE = {"type": "integer", "minimum": 1}
MESSAGE = strict_object({"text": TEXT})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = strict_object(
    {
        "id": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": strict_object({"text": TEXT, "markdown": TEXT}),
        "defaultConfiguration": strict_object({"level": LEVEL}),
    }
)
LOCATION = strict_object(
    {
        "physicalLocation": strict_object(
            {
                "artifactLocation": strict_object(
                    {"uri": {"type": "string", "format": "uri-reference", "minLength": 1}}
                ),
                "region": strict_object(
                    {"startLine": POSITIVE, "startColumn": POSITIVE}, optional=("startColumn",)
                ),
            },
            optional=("region",),
        )
    }
)
RESULT = strict_object(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        # One: GitHub shows only the first location.
        "locations": {"type": "array", "items": LOCATION, "minItems": 1, "maxItems": 1},
    }
)
RUN = strict_object(
    {
        "tool": strict_object(
            {
                "driver": strict_object(
                    {
                        "name": TEXT,
                        "version": TEXT,
                        "rules": {"type": "array", "items": RULE, "uniqueItems": True},
                    }
                )
            }
        ),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "newlineSequences": {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True},
        "results": {"type": "array", "items": RESULT},
    }
)
SARIF_LOG = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **strict_object(
        {
            "$schema": {"type": "string", "format": "uri"},
            "version": {"const": "2.1.0"},
            "runs": {"type": "array", "items": RUN, "minItems": 1, "maxItems": 1},
        }
    ),
}
