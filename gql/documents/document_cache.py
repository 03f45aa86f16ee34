"""Parses and validates documents, and caches the valid ones by their text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

from cachetools import LRUCache
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    ValidationRule,
    parse,
    specified_rules,
    validate,
)

from newsgraph.gql.documents.introspection_limit import introspection_limit_error
from newsgraph.gql.documents.limits import document_limit_error
from newsgraph.gql.error_sanitizer import sanitize_error
from newsgraph.gql.request_errors import (
    PARSE_FAILED,
    VALIDATION_FAILED,
    limit_exceeded_error,
    request_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import DocumentNode, GraphQLSchema

    from newsgraph.gql.options import Options

CACHE_MAX_BYTES = 25_000_000
"""Maximum memory of the cached documents, as `estimate_document_bytes` counts it."""

_BYTES_PER_TOKEN = 550
"""Estimated memory of a token, including the AST nodes parsed from it."""

MAX_VALIDATION_ERRORS = 10
"""Number of errors after which the validation of a document stops."""

_PARSING_ABORTED = "Parsing aborted."
_MAX_NESTING = 200
"""graphql-core's own limit on the recursion of its parser and its validation rules."""


class InvalidDocumentError(Exception):
    """A document that cannot be executed.

    Attributes:
        errors: the syntax or validation errors, or the exceeded limit, as clients may see them.
    """

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = list(errors)


class DocumentCache:
    """Parses and validates documents, and caches the most recently used valid ones.

    Args:
        schema: the schema that documents are validated against.
        options: limits on documents, and whether introspection is allowed.
        max_bytes: maximum memory of the cached documents.
    """

    def __init__(
        self, schema: GraphQLSchema, options: Options, max_bytes: int = CACHE_MAX_BYTES
    ) -> None:
        self._schema, self._options = schema, options
        self._documents: LRUCache[str, DocumentNode] = LRUCache(
            max_bytes, getsizeof=estimate_document_bytes
        )
        # graphql-core declares a narrower type for its rules than it accepts.
        self._rules = cast("tuple[type[ValidationRule], ...]", specified_rules)
        if not options.introspection:
            self._rules = (NoIntrospectionRule, *self._rules)

    def parse_and_validate(
        self, text: str, before_validation: Callable[[DocumentNode], None] = lambda _: None
    ) -> DocumentNode:
        """Return a valid document within the limits, from the cache if its text is cached.

        Args:
            text: source text of the document.
            before_validation: called with the parsed document before the slow validation; it
                raises to reject the document. It is called for cached documents too.

        Raises:
            InvalidDocumentError: the document is invalid or exceeds a limit.
        """
        if (cached := self._documents.get(text)) is not None:
            before_validation(cached)
            return cached
        document = self._parse(text)
        if (error := document_limit_error(document, self._options)) is not None:
            raise InvalidDocumentError(error)
        before_validation(document)
        self._validate(document)
        if (error := introspection_limit_error(self._schema, document, text)) is not None:
            raise InvalidDocumentError(error)
        if estimate_document_bytes(document) <= self._documents.maxsize:
            self._documents[text] = document
        return document

    def _parse(self, text: str) -> DocumentNode:
        max_characters = self._options.max_document_characters
        if len(text) > max_characters:
            problem = f"The document is longer than {max_characters} characters"
            raise InvalidDocumentError(
                limit_exceeded_error(problem, "max_document_characters", max_characters)
            )
        max_tokens = self._options.max_tokens
        try:
            return parse(
                text,
                max_lexical_tokens=max_tokens,
                max_comments=max_tokens,
                # The specification has no empty selection sets; graphql-core allows `{ }`
                # by default.
                allow_empty_selection_sets=False,
            )
        except GraphQLSyntaxError as error:
            raise InvalidDocumentError(self._convert_syntax_error(error)) from None

    def _convert_syntax_error(self, error: GraphQLSyntaxError) -> GraphQLError:
        """Return the client's error: of an exceeded limit, or of the syntax."""
        max_tokens = self._options.max_tokens
        if not error.message.endswith(_PARSING_ABORTED):
            return GraphQLError(
                error.message,
                source=error.source,
                positions=error.positions,
                extensions={"code": PARSE_FAILED},
            )
        if "nested" in error.message:
            return _nesting_error()
        unit = (
            "comments" if "comments" in error.message else "tokens (names, values and punctuation)"
        )
        problem = f"The document has more than {max_tokens} {unit}"
        return limit_exceeded_error(problem, "max_tokens", max_tokens)

    def _validate(self, document: DocumentNode) -> None:
        hide_suggestions = not self._options.introspection
        errors = validate(
            self._schema,
            document,
            self._rules,
            max_errors=MAX_VALIDATION_ERRORS,
            hide_suggestions=hide_suggestions,
        )
        if not errors:
            return
        if errors[-1].message == "Validation aborted.":
            errors[-1] = _nesting_error()
        for error in errors:
            if not error.extensions:
                error.extensions = {"code": VALIDATION_FAILED}
        raise InvalidDocumentError(
            *(sanitize_error(error, hide_suggestions=hide_suggestions) for error in errors)
        )


def estimate_document_bytes(document: DocumentNode) -> int:
    """Return the estimated memory of a document in bytes, including its source text.

    Args:
        document: a parsed document, which references all of its tokens, comments included,
            and its complete text.
    """
    location = document.loc
    assert location is not None  # noqa: S101 - documents are parsed with locations
    count, token = 0, location.start_token.next
    while token is not None:
        count, token = count + 1, token.next
    # The values of comments and strings are copies of the text: in the worst case it is in
    # memory twice.
    return count * _BYTES_PER_TOKEN + 2 * sys.getsizeof(location.source.body)


def _nesting_error() -> GraphQLError:
    problem = f"The document is nested more than {_MAX_NESTING} deep"
    return limit_exceeded_error(problem, "nesting", _MAX_NESTING)


class NoIntrospectionRule(ValidationRule):
    """Forbids ``__schema`` and ``__type``; ``__typename`` stays allowed."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:  # noqa: ANN401 - graphql-core's own
        """Report an introspection field."""
        if node.name.value in ("__schema", "__type"):
            message = "This server does not publish its schema: introspection is switched off."
            self.report_error(request_error(message, "INTROSPECTION_DISABLED", [node]))
