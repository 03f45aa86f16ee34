"""The keys of front matter that each field of an article is read from.

They include the names that generators and their themes use. docs/documents.md lists them, and a
test compares the page with this module.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

FieldName: TypeAlias = Literal[
    "title",
    "id",
    "excerpt",
    "date",
    "updated",
    "webUrl",
    "originalUrl",
    "ampUrl",
    "cdnAmpUrl",
    "type",
    "category",
    "quality",
    "heat",
    "published",
    "draft",
    "tags",
    "image",
    "author",
    "provider",
    "related",
    "language",
    "guid",
]
"""Fields of an article that `keys` in newsgraph.toml assigns keys to."""

FIELD_NAMES: Final[tuple[FieldName, ...]] = get_args(FieldName)

SYNONYMS: Final[Mapping[str, FieldName]] = {
    "topics": "tags",
    "images": "image",
    "authors": "author",
    "publishedAt": "date",
    "updatedAt": "updated",
}
"""What GraphQL calls some of the fields; `keys` accepts these names, too."""

Keys: TypeAlias = tuple[str, ...]
FieldKeySettings: TypeAlias = tuple[tuple[FieldName, Keys], ...]
"""The keys of an archive's own, by field."""

TITLE_KEYS: Final = ("title",)
FALLBACK_TITLE_KEYS: Final = ("name", "headline")
PUBLISHED_AT_KEYS: Final = (
    *("publishedDateTime", "publishedAt", "published_at", "date", "pubDate", "pub_date"),
    *("pubDatetime", "datePublished", "date_published", "publishDate", "publish_date"),
    *("published_date", "publicationDate", "publication_date", "published_on", "published"),
    *("created_at", "createdAt", "created", "date_created", "dateCreated", "posted"),
)
UPDATED_AT_KEYS: Final = (
    *("updated", "updatedAt", "updated_at", "updatedDateTime", "lastmod", "last_modified_at"),
    *("lastModified", "last_modified", "modified", "modified_at", "modifiedAt", "modDatetime"),
    *("dateModified", "date_modified", "date_updated", "updatedDate", "last_updated"),
)
DATE_CREATED_KEYS: Final = ("created", "published", "date")
DATE_UPDATED_KEYS: Final = ("updated", "modified")
EXCERPT_KEYS: Final = ("excerpt", "description", "summary")
WEB_URL_KEYS: Final = ("webUrl",)
FALLBACK_WEB_URL_KEYS: Final = ("link", "canonical_url", "externalUrl", "source_url")
AMP_URL_KEYS: Final = ("ampWebUrl", "ampUrl")
CDN_AMP_URL_KEYS: Final = ("cdnAmpWebUrl", "cdnAmpUrl")
CATEGORY_KEYS: Final = ("category", "categories")
LANGUAGE_KEYS: Final = ("lang", "locale", "language")
AUTHOR_KEYS: Final = ("author", "authors")
IMAGES_KEYS: Final = ("images", "image")
COVER_KEYS: Final = (
    *("cover", "cover_image", "coverImage", "featured_image", "featuredImage", "featureimage"),
    *("feature_image", "heroImage", "hero_image", "hero", "banner", "teaser", "thumbnail"),
    *("thumb", "ogImage", "og_image", "socialImage", "social_image", "photo", "picture"),
)
HEADER_KEYS: Final = ("teaser", "image", "overlay_image", "og_image")
IMAGE_URL_KEYS: Final = ("url", "path", "src", "image", "file")
IMAGE_TITLE_KEYS: Final = ("title", "alt", "caption", "description")
IMAGE_ALT_KEYS: Final = ("alt", "alt_text", "altText", "description")
IMAGE_ATTRIBUTION_KEYS: Final = ("attribution", "credit")
ALT_SUFFIXES: Final = ("_alt", "Alt", "_alt_text", "AltText", "_description")
"""What follows the key of an image in the key of its alternative text: ``cover_alt``."""
RELATED_KEYS: Final = (
    *("related", "related_posts", "relatedPosts", "related_articles", "relatedArticles"),
    *("see_also", "seeAlso"),
)
"""Pelican's plugin reads ``related_posts``, Astro's documentation shows ``relatedPosts``."""

USUAL_KEYS: Final[Mapping[FieldName, Keys]] = {
    "title": (*TITLE_KEYS, *FALLBACK_TITLE_KEYS),
    "id": ("id",),
    "excerpt": EXCERPT_KEYS,
    "date": PUBLISHED_AT_KEYS,
    "updated": UPDATED_AT_KEYS,
    "webUrl": (*WEB_URL_KEYS, *FALLBACK_WEB_URL_KEYS),
    "originalUrl": ("originalUrl",),
    "ampUrl": AMP_URL_KEYS,
    "cdnAmpUrl": CDN_AMP_URL_KEYS,
    "type": ("type",),
    "category": CATEGORY_KEYS,
    "quality": ("quality",),
    "heat": ("heat",),
    "published": ("published",),
    "draft": ("draft",),
    # Those of an archive of a generator depend on its kind (`ArchiveKind.topic_keys`).
    "tags": ("topics", "tags", "categories"),
    "image": (*IMAGES_KEYS, *COVER_KEYS),
    "author": AUTHOR_KEYS,
    "provider": ("provider",),
    "related": RELATED_KEYS,
    "language": LANGUAGE_KEYS,
    "guid": ("guid",),
}
"""The keys of each field without settings, in the order of their precedence."""


class FieldKeys:
    """The keys of fields in one archive: its own ones, and after them the usual ones.

    Args:
        settings: the archive's own keys. A key with dots leads into mappings: ``seo.image`` is
            ``image`` in the mapping ``seo``.
    """

    def __init__(self, settings: FieldKeySettings = ()) -> None:
        self._own = dict(settings)
        self._all = {name: (*self._own.get(name, ()), *USUAL_KEYS[name]) for name in FIELD_NAMES}

    def __getitem__(self, name: FieldName) -> Keys:
        """Return all keys of a field, in the order of their precedence."""
        return self._all[name]

    def own(self, name: FieldName) -> Keys:
        """Return the keys of a field that the archive's settings add."""
        return self._own.get(name, ())


@cache
def field_keys(settings: FieldKeySettings) -> FieldKeys:
    """Return the keys of fields for an archive's settings; they are the same for all documents."""
    return FieldKeys(settings)


USUAL_FIELD_KEYS: Final = FieldKeys()
"""The keys of an archive without settings."""
