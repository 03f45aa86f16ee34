"""Converts rows to objects, for the loaders of the Strawberry peer."""

from __future__ import annotations

from typing import Any

from tests.bench.peers.strawberry_loaders.leaf_types import Image
from tests.bench.peers.strawberry_loaders.types import Article, Provider, RelatedLink, Topic


def image_from_row(row: Any) -> Image:
    """Convert the row of an image."""
    cached = None if row[4] is None else bool(row[4])
    return Image(
        url=row[1], width=row[2], height=row[3], is_cached=cached, title=row[5], attribution=row[6]
    )


def article_from_row(row: Any) -> Article:
    """Convert the row of an article."""
    return Article(
        key=row[0],
        id=row[1],
        slug=row[2],
        title=row[3],
        excerpt=row[4],
        published_at=row[5],
        updated_at=row[6],
        web_url=row[7],
        original_url=row[8],
        amp_url=row[9],
        cdn_amp_url=row[10],
        type=row[11],
        category=row[12],
        quality=row[13],
        heat=row[14],
        published=bool(row[15]),
        provider_key=row[16],
    )


def provider_from_row(row: Any) -> Provider:
    """Convert the row of a provider."""
    return Provider(key=row[0], name=row[1], domain=row[2], description=row[3])


def topic_from_row(row: Any) -> Topic:
    """Convert the row of a topic."""
    return Topic(key=row[0], name=row[1], slug=row[2])


def related_link_from_row(row: Any) -> RelatedLink:
    """Convert the row of a related link."""
    return RelatedLink(
        key=row[1],
        position=row[2],
        title=row[3],
        excerpt=row[4],
        published_at=row[5],
        web_url=row[6],
        quality=row[7],
        provider_key=row[8],
        target_key=row[9],
    )
