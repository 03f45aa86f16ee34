"""Reads the dates between which an article is shown, and decides when it is visible.

Hugo has the keys ``publishDate`` and ``expiryDate``, with others in their place
(https://gohugo.io/configuration/front-matter/#dates). newsgraph reads them in archives of all
kinds, as authors who write them mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.document import Schedule
from newsgraph.store.documents.yaml_tags import BOOL_TAG, FLOAT_TAG, INT_TAG

if TYPE_CHECKING:
    from newsgraph.store.documents.collection_settings import Collection
    from newsgraph.store.documents.fields import FieldReader

PUBLISH_DATE_KEYS: Final = ("publishDate", "publish_date", "pubDate", "pub_date", "published")
EXPIRES_AT_KEYS: Final = (
    *("expiryDate", "expiry_date", "unpublishDate", "unpublish_date", "expires", "expires_at"),
    *("expiresAt", "expires_on", "expirationDate", "expiration_date", "expireDate", "expire_date"),
)


def parse_schedule(fields: FieldReader, dated_at: str | None, date_key: str | None) -> Schedule:
    """Read when an article is shown.

    Args:
        fields: the front matter.
        dated_at: the date of publication, ``YYYY-MM-DDTHH:MM:SSZ`` in UTC.
        date_key: the key of that date; None if it is in the path, or if there is none.
    """
    return Schedule(dated_at, _parse_publish_date(fields, date_key), _parse_expires_at(fields))


def _parse_publish_date(fields: FieldReader, date_key: str | None) -> str | None:
    field = fields.find(*PUBLISH_DATE_KEYS)
    # `published` is true or false in most archives.
    if field is None or (field[0] == "published" and not fields.has_timestamp("published")):
        return None
    return fields.get_timestamp(field[0], midnight_in_zone=True) if field[0] != date_key else None


def _parse_expires_at(fields: FieldReader) -> str | None:
    field = fields.find(*EXPIRES_AT_KEYS)
    if field is None:
        return None
    # `expires: false`, and numbers of seconds for HTTP headers.
    is_date = field[1].tag not in (BOOL_TAG, INT_TAG, FLOAT_TAG) or fields.has_timestamp(field[0])
    return fields.get_timestamp(field[0], midnight_in_zone=True) if is_date else None


@dataclass(frozen=True, slots=True)
class VisiblePeriod:
    """The time in which a document is visible.

    Times are ``YYYY-MM-DDTHH:MM:SSZ`` in UTC.

    Attributes:
        start: the first second; None if it has always been visible.
        end: the first second after the period; None if it does not end.
    """

    start: str | None = None
    end: str | None = None

    def contains(self, now: str) -> bool:
        """Return whether a time is in the period."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)

    def next_change(self, now: str) -> str | None:
        """Return the next time after `now` at which the period starts or ends, or None."""
        if self.end is not None and self.end <= max(now, self.start or ""):
            return None
        return self.start if self.start is not None and self.start > now else self.end


ALWAYS: Final = VisiblePeriod()
"""The period of a document without a schedule."""


def visible_period(schedule: Schedule, collection: Collection, path: str) -> VisiblePeriod:
    """Return when a document is visible, by the rules of its collection.

    Args:
        schedule: the dates of the document.
        collection: its collection, whose setting ``future`` overrides its kind's rule.
        path: the file's path. Jekyll's posts and collections are in folders whose names begin
            with an underscore; all other documents are pages, which have no date for Jekyll.
    """
    end = None if collection.serve_expired else schedule.expires_at
    return VisiblePeriod(_visible_from(schedule, collection, path), end)


def _visible_from(schedule: Schedule, collection: Collection, path: str) -> str | None:
    if collection.future == "show":
        return None
    kind = collection.archive_kind
    if collection.future == "hide":
        hides_date = True
    else:
        is_page = collection.is_complete and "/_" not in f"/{path}".rpartition("/")[0]
        hides_date = kind.hides_future and (kind.hides_future_pages or not is_page)
    if schedule.publish_date is not None and (kind.publish_date_first or not hides_date):
        return schedule.publish_date
    if not hides_date:
        return None
    return max(filter(None, (schedule.dated_at, schedule.publish_date)), default=None)
