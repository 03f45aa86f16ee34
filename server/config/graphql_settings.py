"""Settings of the GraphQL endpoint; `gql.options.Options` explains each of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path  # noqa: TC003 - pydantic evaluates it
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from newsgraph.gql.options import DEFAULT_OPTIONS, Options
from newsgraph.server.startup_errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


def _split_list(value: object) -> object:
    """Split the value of an environment variable; newsgraph.toml has a list already."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    if origins:
        # An import of folders reads settings, too, and rarely has to wait for Strawberry.
        from strawberry.http.websocket_origin import normalize_allowed_origins

    for origin in origins:
        try:
            normalize_allowed_origins([origin])
        except ValueError as error:
            message = f"should list origins such as https://app.example, or '*', not {origin!r}"
            raise ValueError(message) from error
    return origins


class GraphQLSettings(BaseModel):
    """Settings of the GraphQL endpoint; all but `trusted_documents` are fields of `Options`.

    Attributes:
        trusted_documents: folder of ``.graphql`` files, read at startup; relative to the working
            folder.
    """

    max_cost: Annotated[int, Field(ge=1, le=100_000_000)] = DEFAULT_OPTIONS.max_cost
    max_depth: Annotated[int, Field(ge=1, le=200)] = DEFAULT_OPTIONS.max_depth
    max_aliases: Annotated[int, Field(ge=0, le=100_000)] = DEFAULT_OPTIONS.max_aliases
    max_fields: Annotated[int, Field(ge=1, le=100_000)] = DEFAULT_OPTIONS.max_fields
    max_tokens: Annotated[int, Field(ge=1, le=1_000_000)] = DEFAULT_OPTIONS.max_tokens
    max_document_characters: Annotated[int, Field(ge=1, le=10_000_000)] = (
        DEFAULT_OPTIONS.max_document_characters
    )
    max_body_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = DEFAULT_OPTIONS.max_body_bytes
    max_batch: Annotated[int, Field(ge=1, le=100)] = DEFAULT_OPTIONS.max_batch
    operation_seconds: Annotated[float, Field(gt=0, le=3_600)] = DEFAULT_OPTIONS.operation_seconds
    response_bytes: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = (
        DEFAULT_OPTIONS.response_bytes
    )
    send_seconds: Annotated[float, Field(gt=0, le=3_600)] = DEFAULT_OPTIONS.send_seconds
    introspection: bool = DEFAULT_OPTIONS.introspection
    persisted_bytes: Annotated[int, Field(ge=0, le=1_000_000_000)] = DEFAULT_OPTIONS.persisted_bytes
    trusted_documents: Annotated[Path | None, BeforeValidator(lambda value: value or None)] = None
    trusted_only: bool = DEFAULT_OPTIONS.trusted_only
    cors_origins: Annotated[
        tuple[str, ...], BeforeValidator(_split_list), AfterValidator(_check_origins)
    ] = DEFAULT_OPTIONS.cors_origins

    def graphql_options(self, trusted_documents: Mapping[str, str]) -> Options:
        """Return the options of the GraphQL endpoint.

        Args:
            trusted_documents: texts of the trusted documents by their SHA-256.

        Raises:
            SettingsError: only trusted documents are allowed, and there are none.
        """
        if self.trusted_only and not trusted_documents:
            message = "trusted_only is set, but trusted_documents names no folder with documents"
            raise SettingsError(message)
        names = {field.name for field in dataclasses.fields(Options)} - {"trusted_documents"}
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        return Options(**values, trusted_documents=trusted_documents)
