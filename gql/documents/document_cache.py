"""From the text of a document to one that can be executed; each text is read once."""

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

from newsgraph.gql.documents.introspection import introspection_passed
from newsgraph.gql.documents.limits import limit_passed
from newsgraph.gql.request_errors import PARSE_FAILED, VALIDATION_FAILED, coded, refusal, too_large

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import DocumentNode, GraphQLSchema

    from newsgraph.gql.options import Options

KEPT_BYTES = 25_000_000
"""How much memory the documents that are kept may take."""

_TOKEN_BYTES = 550
"""What a token takes, with all that is made of it."""

MAX_ERRORS = 10
"""After how many mistakes a document is not looked at any further."""

_ABORTED = "Parsing aborted."
_NESTED = 200
"""graphql-core's own limit to what its parser and its rules follow."""


class Unreadable(Exception):
    """A document that cannot be executed.

    Attributes:
        errors: what is wrong with it, as clients may see it.
    """

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__("; ".join(one.message for one in errors))
        self.errors = list(errors)


class Documents:
    """Reads documents, and keeps the newest ones that were good.

    Args:
        schema: that documents are valid for.
        options: the limits.
        kept_bytes: how much memory the documents that are kept may take.
    """

    def __init__(
        self, schema: GraphQLSchema, options: Options, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self._schema, self._options = schema, options
        self._kept: LRUCache[str, DocumentNode] = LRUCache(kept_bytes, getsizeof=weight)
        # graphql-core promises a narrower type of rules than it takes.
        self._rules = cast("tuple[type[ValidationRule], ...]", specified_rules)
        if not options.introspection:
            self._rules = (NoIntrospection, *self._rules)

    def read(
        self, text: str, check: Callable[[DocumentNode], None] = lambda _: None
    ) -> DocumentNode:
        """Return a document that is valid and within the limits.

        Args:
            text: the document's.
            check: raises where the document is not wanted, before the slow part is done.

        Raises:
            Unreadable: it is not valid, or passes a limit.
        """
        if (kept := self._kept.get(text)) is not None:
            check(kept)
            return kept
        document = self._parsed(text)
        if (passed := limit_passed(document, self._options)) is not None:
            raise Unreadable(passed)
        check(document)
        self._validate(document)
        if (passed := introspection_passed(self._schema, document, text)) is not None:
            raise Unreadable(passed)
        if weight(document) <= self._kept.maxsize:
            self._kept[text] = document
        return document

    def _parsed(self, text: str) -> DocumentNode:
        most = self._options.max_document_characters
        if len(text) > most:
            told = f"The document is longer than {most} characters"
            raise Unreadable(too_large(told, "max_document_characters", most))
        tokens = self._options.max_tokens
        try:
            return parse(
                text,
                max_lexical_tokens=tokens,
                max_comments=tokens,
                # The specification has no `{ }`, but graphql-core has, unless it is told.
                allow_empty_selection_sets=False,
            )
        except GraphQLSyntaxError as error:
            raise Unreadable(self._unparsed(error)) from None

    def _unparsed(self, error: GraphQLSyntaxError) -> GraphQLError:
        tokens = self._options.max_tokens
        if not error.message.endswith(_ABORTED):
            return GraphQLError(
                error.message,
                source=error.source,
                positions=error.positions,
                extensions={"code": PARSE_FAILED},
            )
        if "nested" in error.message:
            return _too_deep()
        what = "comments" if "comments" in error.message else "tokens (words and signs)"
        return too_large(f"The document has more than {tokens} {what}", "max_tokens", tokens)

    def _validate(self, document: DocumentNode) -> None:
        hide = not self._options.introspection
        errors = validate(
            self._schema, document, self._rules, max_errors=MAX_ERRORS, hide_suggestions=hide
        )
        if not errors:
            return
        if errors[-1].message == "Validation aborted.":
            errors[-1] = _too_deep()
        for one in errors:
            if not one.extensions:
                one.extensions = {"code": VALIDATION_FAILED}
        raise Unreadable(*(coded(one, hide_suggestions=hide) for one in errors))


def weight(document: DocumentNode) -> int:
    """Return about how many bytes of memory a document takes, its text included.

    Args:
        document: parsed; it holds each of its tokens, comments too, and all of its text.
    """
    place = document.loc
    assert place is not None  # noqa: S101 - it has been parsed with places
    tokens, token = 0, place.start_token.next
    while token is not None:
        tokens, token = tokens + 1, token.next
    # Comments and strings are cut out of the text, so that it is there twice.
    return tokens * _TOKEN_BYTES + 2 * sys.getsizeof(place.source.body)


def _too_deep() -> GraphQLError:
    return too_large(f"The document is nested more than {_NESTED} deep", "nesting", _NESTED)


class NoIntrospection(ValidationRule):
    """Keeps the schema to itself; ``__typename`` stays."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:  # noqa: ANN401 - graphql-core's own
        """Report a field that tells of the schema."""
        if node.name.value in ("__schema", "__type"):
            told = "This server does not tell its schema: introspection is switched off."
            self.report_error(refusal(told, "INTROSPECTION_DISABLED", [node]))
