"""From the fields of a taxonomy file to a topic or an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.articles import domain, images
from newsgraph.store.documents.diagnostics import UnreadableError
from newsgraph.store.documents.document import OrganizationEntry, TopicEntry

if TYPE_CHECKING:
    from newsgraph.store.documents.fields import Fields

RETIRING: Final = "This feed is going to end."
"""What readers are told where a topic only says ``retiring: true``."""


def topic(fields: Fields) -> TopicEntry:
    """The topic that a file with ``taxonomy: topic`` describes.

    Raises:
        UnreadableError: ``missing-name``.
    """
    retiring = fields.flag_or_text("retiring")
    return TopicEntry(
        name=_name(fields, "topic"),
        id=fields.text("_id", "id"),
        shortname=fields.text("shortname"),
        parent=fields.text("parent"),
        description=fields.text("description"),
        keywords=fields.texts("keywords"),
        aliases=fields.texts("aliases"),
        retiring=RETIRING if retiring is True else retiring or None,
        gone=fields.flag("gone") or False,
    )


def organization(fields: Fields) -> OrganizationEntry:
    """The publisher that a file with ``taxonomy: organization`` describes.

    Raises:
        UnreadableError: ``missing-name`` or ``missing-domain``.
    """
    name = _name(fields, "organization")
    found = domain(fields)
    if found is None:
        offset = fields.offset_of("domain")
        raise UnreadableError("missing-domain", offset, f"The organization {name!r} has no domain.")
    return OrganizationEntry(
        domain=found,
        name=name,
        description=fields.text("description"),
        images=images(fields),
        other_names=fields.texts("otherNames"),
    )


def _name(fields: Fields, kind: str) -> str:
    name = fields.text("name")
    if name is None:
        raise UnreadableError("missing-name", fields.offset_of("name"), f"The {kind} has no name.")
    return name
