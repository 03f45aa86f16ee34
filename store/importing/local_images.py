"""Gives the files that front matter names their URLs, sizes and types if the archive has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from newsgraph.store.documents.document import (
    Article,
    DocumentReference,
    Enclosure,
    OrganizationEntry,
)
from newsgraph.store.importing.local_urls import local_url

if TYPE_CHECKING:
    from newsgraph.store.bodies.context import LocalFile
    from newsgraph.store.documents.document import (
        Image,
        ProviderMention,
        RelatedLink,
        TopicEntry,
    )
    from newsgraph.store.importing.local_files import DocumentFiles

Content: TypeAlias = "Article | TopicEntry | OrganizationEntry"


def find_images(content: Content, files: DocumentFiles) -> Content:
    """Return what a document says, with the URLs of its files that are in the archive.

    Args:
        content: what the document says.
        files: finds the files, and records the references.
    """
    match content:
        case Article():
            return replace(
                content,
                images=_find_all(content.images, files),
                enclosures=tuple(_find_enclosure(item, files) for item in content.enclosures),
                provider=_find_provider_images(content.provider, files),
                authors=tuple(
                    replace(author, image=find_picture(author.image, files))
                    for author in content.authors
                ),
                related=tuple(_find_related_images(item, files) for item in content.related),
            )
        case OrganizationEntry():
            return replace(content, images=_find_all(content.images, files))
    return content


def find_picture(url: str | None, files: DocumentFiles) -> str | None:
    """Return the URL of a picture that is a file of the archive; any other as it is."""
    file = _find_picture_file(url, files) if url else None
    return url if file is None else local_url(file)


def _find_picture_file(url: str, files: DocumentFiles) -> LocalFile | None:
    file = files.find_file(url)
    return file if file is not None and file.media_type.startswith("image/") else None


def _find_enclosure(enclosure: Enclosure, files: DocumentFiles) -> Enclosure:
    file = files.find_file(enclosure.url)
    if file is None:
        return enclosure
    return Enclosure(local_url(file), file.media_type, file.size)


def _find_all(images: tuple[Image, ...], files: DocumentFiles) -> tuple[Image, ...]:
    return tuple(_find_image(image, files) for image in images)


def _find_image(image: Image, files: DocumentFiles) -> Image:
    file = _find_picture_file(image.url, files)
    if file is None:
        return image
    width, height = image.width, image.height
    if width is None and height is None:
        width, height = file.width, file.height
    return replace(image, url=local_url(file), width=width, height=height)


def _find_provider_images(
    provider: ProviderMention | None, files: DocumentFiles
) -> ProviderMention | None:
    if provider is None or not provider.images:
        return provider
    return replace(provider, images=_find_all(provider.images, files))


def _find_related_images(
    item: RelatedLink | DocumentReference, files: DocumentFiles
) -> RelatedLink | DocumentReference:
    if isinstance(item, DocumentReference):
        return replace(item, link=_find_link_images(item.link, files))
    return _find_link_images(item, files)


def _find_link_images(link: RelatedLink, files: DocumentFiles) -> RelatedLink:
    if not link.images and link.provider is None:
        return link
    return replace(
        link,
        images=_find_all(link.images, files),
        provider=_find_provider_images(link.provider, files),
    )
