"""Builds a topic or an organization from the fields of a taxonomy file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.articles import parse_domain, parse_images
from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.document import OrganizationEntry, TopicEntry

if TYPE_CHECKING:
    from newsgraph.store.documents.fields import FieldReader

DEFAULT_RETIREMENT_NOTICE: Final = "This feed is going to end."
"""The notice to readers if a topic has ``retiring: true`` instead of a text."""


def parse_topic(fields: FieldReader) -> TopicEntry:
    """Build the topic of a file with ``taxonomy: topic``.

    Raises:
        DocumentError: ``missing-name``.
    """
    retiring = fields.get_bool_or_text("retiring")
    return TopicEntry(
        name=_parse_name(fields, "topic"),
        id=fields.get_text("_id", "id"),
        shortname=fields.get_text("shortname"),
        parent=fields.get_text("parent"),
        description=fields.get_plain_text("description"),
        keywords=fields.get_text_list("keywords"),
        aliases=fields.get_text_list("aliases"),
        retiring=DEFAULT_RETIREMENT_NOTICE if retiring is True else retiring or None,
        gone=fields.get_bool("gone") or False,
    )


def parse_organization(fields: FieldReader) -> OrganizationEntry:
    """Build the provider of a file with ``taxonomy: organization``.

    Raises:
        DocumentError: ``missing-name`` or ``missing-domain``.
    """
    name = _parse_name(fields, "organization")
    domain = parse_domain(fields)
    if domain is None:
        offset = fields.offset_of("domain")
        raise DocumentError("missing-domain", offset, f"The organization {name!r} has no domain.")
    return OrganizationEntry(
        domain=domain,
        name=name,
        description=fields.get_plain_text("description"),
        images=parse_images(fields),
        other_names=fields.get_text_list("otherNames"),
    )


def _parse_name(fields: FieldReader, kind: str) -> str:
    name = fields.get_name("name")
    if name is None:
        raise DocumentError("missing-name", fields.offset_of("name"), f"The {kind} has no name.")
    return name
