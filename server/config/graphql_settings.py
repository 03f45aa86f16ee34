"""Settings of what clients of the graph may do; `gql.options.Options` says what each means."""

from __future__ import annotations

import dataclasses
from pathlib import Path  # noqa: TC003 - pydantic evaluates it
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from strawberry.http.websocket_origin import normalize_allowed_origins

from newsgraph.gql.options import DEFAULTS, Options
from newsgraph.server.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


def _apart(said: object) -> object:
    """Take a variable of the environment apart; a file has a list."""
    return tuple(said.replace(",", " ").split()) if isinstance(said, str) else said


def _origins(said: tuple[str, ...]) -> tuple[str, ...]:
    for one in said:
        try:
            normalize_allowed_origins([one])
        except ValueError as error:
            message = f"should name sites such as https://app.example, or '*', not {one!r}"
            raise ValueError(message) from error
    return said


class GraphKeys(BaseModel):
    """The settings of the graph; all but `trusted_documents` are called as in `Options`.

    Attributes:
        trusted_documents: a folder of ``.graphql`` files, read at the start; a relative one
            begins in the working folder.
    """

    max_cost: Annotated[int, Field(ge=1, le=100_000_000)] = DEFAULTS.max_cost
    max_depth: Annotated[int, Field(ge=1, le=200)] = DEFAULTS.max_depth
    max_aliases: Annotated[int, Field(ge=0, le=100_000)] = DEFAULTS.max_aliases
    max_fields: Annotated[int, Field(ge=1, le=100_000)] = DEFAULTS.max_fields
    max_tokens: Annotated[int, Field(ge=1, le=1_000_000)] = DEFAULTS.max_tokens
    max_document_characters: Annotated[int, Field(ge=1, le=10_000_000)] = (
        DEFAULTS.max_document_characters
    )
    max_body_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = DEFAULTS.max_body_bytes
    max_batch: Annotated[int, Field(ge=1, le=100)] = DEFAULTS.max_batch
    operation_seconds: Annotated[float, Field(gt=0, le=3_600)] = DEFAULTS.operation_seconds
    response_bytes: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = DEFAULTS.response_bytes
    send_seconds: Annotated[float, Field(gt=0, le=3_600)] = DEFAULTS.send_seconds
    introspection: bool = DEFAULTS.introspection
    persisted_bytes: Annotated[int, Field(ge=0, le=1_000_000_000)] = DEFAULTS.persisted_bytes
    trusted_documents: Annotated[Path | None, BeforeValidator(lambda said: said or None)] = None
    trusted_only: bool = DEFAULTS.trusted_only
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_apart), AfterValidator(_origins)] = (
        DEFAULTS.cors_origins
    )

    def options(self, trusted: Mapping[str, str]) -> Options:
        """Return the options of the graph.

        Args:
            trusted: the texts of the trusted documents, by their hashes.

        Raises:
            SettingsError: only trusted documents are to be run, and there are none.
        """
        if self.trusted_only and not trusted:
            told = "trusted_only is set, but trusted_documents names no folder with documents"
            raise SettingsError(told)
        names = {one.name for one in dataclasses.fields(Options)} - {"trusted_documents"}
        given: dict[str, Any] = {name: getattr(self, name) for name in names}
        return Options(**given, trusted_documents=trusted)
