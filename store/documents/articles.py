"""From the fields of a front matter to an article, with Jekyll's and Hugo's names understood."""

from __future__ import annotations

from typing import Final

from yaml import MappingNode, Node, ScalarNode

from newsgraph.store.documents import times, urls
from newsgraph.store.documents.diagnostics import UnreadableError
from newsgraph.store.documents.document import Article, Author, Image, ProviderMention, RelatedLink
from newsgraph.store.documents.fields import Fields, items, shape
from newsgraph.store.documents.yaml_values import offset

DRAFTS: Final = "_drafts"
PUBLISHED_AT: Final = ("publishedDateTime", "publishedAt", "date", "pubDate", "pubdate")
UPDATED_AT: Final = (
    "updated",
    "updatedAt",
    "updatedDateTime",
    "lastmod",
    "last_modified_at",
    "modified",
)
EXCERPT: Final = ("excerpt", "description", "summary")
AMP_URL: Final = ("ampWebUrl", "ampUrl")
CDN_AMP_URL: Final = ("cdnAmpWebUrl", "cdnAmpUrl")
IF_WEB_URL: Final = ("link", "canonical_url", "externalUrl", "source_url")
TOPICS: Final = ("topics", "tags", "categories")
IMAGES: Final = ("images", "image")
IMAGE_URL: Final = ("url", "path", "src")


def article(fields: Fields, body: str, path: str) -> Article:
    """The article that a front matter and a body make.

    Args:
        fields: of the front matter.
        body: the Markdown below it.
        path: the file's, for the date that Jekyll writes into its name.

    Raises:
        UnreadableError: ``missing-title``.
    """
    category = fields.text("category")
    if category is None:
        category = next(iter(fields.texts("categories", split=True)), None)
    published = fields.flag("published")
    if published is None:
        published = not fields.flag("draft")
    # Jekyll shows what lies there only to its author, whatever it says.
    published = published and DRAFTS not in path.split("/")[:-1]
    found = fields.find("provider")
    provider = provider_of(fields, found[1], found[0]) if found else None
    return Article(
        title=_title(fields),
        id=fields.text("id"),
        excerpt=fields.text(*EXCERPT),
        published_at=fields.time(*PUBLISHED_AT) or times.date_of_file(path),
        updated_at=fields.time(*UPDATED_AT),
        web_url=fields.url("webUrl") or fields.web_url_if_any(*IF_WEB_URL),
        original_url=fields.url("originalUrl"),
        amp_url=fields.url(*AMP_URL),
        cdn_amp_url=fields.url(*CDN_AMP_URL),
        type=fields.text("type"),
        category=category,
        quality=fields.integer("quality"),
        heat=fields.integer("heat"),
        published=published,
        provider=provider,
        topics=_topics(fields),
        images=images(fields),
        authors=_authors(fields),
        related=_related(fields),
        body=body,
    )


def images(fields: Fields) -> tuple[Image, ...]:
    """Pictures: an address, a mapping with one, or a list of those."""
    found = fields.find(*IMAGES)
    if found is None:
        return ()
    name, node = found
    made = (_image(fields, item, fields.label(name)) for item in items(node))
    return tuple(image for image in made if image)


def provider_of(fields: Fields, node: Node, name: str) -> ProviderMention | None:
    """A publisher: its name, or a mapping with name, domain and images."""
    label = fields.label(name)
    if not isinstance(node, MappingNode):
        text = fields.text_of(node, label, expected="a name or a mapping")
        if text and urls.is_web(text):
            return ProviderMention(None, urls.domain(text))
        return ProviderMention(text, None) if text else None
    inner = Fields(fields.values, node, label)
    mention = ProviderMention(inner.text("name"), domain(inner), images(inner))
    return mention if mention.name or mention.domain or mention.images else None


def domain(fields: Fields) -> str | None:
    """The ``domain`` of a publisher, in its normal form."""
    text = fields.text("domain")
    found = fields.find("domain")
    if text is None or found is None:
        return None
    normal = urls.domain(text)
    if normal is None:
        fields.wrong_type(found[1], fields.label("domain"), "a domain such as example.com")
    return normal


def _title(fields: Fields) -> str:
    found = fields.find("title")
    if found is None:
        raise UnreadableError(
            "missing-title", fields.offset_of("title"), "The document has no title."
        )
    node = found[1]
    if not isinstance(node, ScalarNode):
        message = f"The title must be text, not {shape(node)}."
        raise UnreadableError("missing-title", offset(node), message)
    title = fields.values.text(node)
    if not title:
        raise UnreadableError(
            "missing-title", offset(node), "The title has no character that can be kept."
        )
    return title


def _topics(fields: Fields) -> tuple[str, ...]:
    found = fields.find(*TOPICS)
    if found is None:
        return ()
    # In `topics: Computer Vision` the blank belongs to the name.
    return fields.texts(found[0], split=found[0] != "topics")


def _image(fields: Fields, node: Node, label: str) -> Image | None:
    if not isinstance(node, MappingNode):
        url = fields.url_of(node, label, relative=True)
        return Image(url) if url else None
    inner = Fields(fields.values, node, label)
    found = inner.find(*IMAGE_URL)
    if found is None:
        fields.wrong_type(node, label, "an image with its url")
        return None
    url = inner.url_of(found[1], inner.label(found[0]), relative=True)
    if url is None:
        return None
    return Image(
        url=url,
        width=inner.integer("width", least=0),
        height=inner.integer("height", least=0),
        is_cached=inner.flag("isCached"),
        title=inner.text("title"),
        attribution=inner.text("attribution"),
    )


def _authors(fields: Fields) -> tuple[Author, ...]:
    authors: dict[str, Author] = {}
    places = [(fields, name) for name in ("author", "authors")]
    provider = fields.find("provider")
    if provider and isinstance(provider[1], MappingNode):
        places.append((Fields(fields.values, provider[1], provider[0]), "authors"))
    for place, name in places:
        found = place.find(name)
        for node in items(found[1]) if found else ():
            author = _author(place, node, place.label(name))
            # A later mention may be the one that knows the address.
            if author and (author.name not in authors or not authors[author.name].url):
                authors[author.name] = author
    return tuple(authors.values())


def _author(fields: Fields, node: Node, label: str) -> Author | None:
    if not isinstance(node, MappingNode):
        name = fields.text_of(node, label, expected="a name or a mapping")
        return Author(name) if name else None
    inner = Fields(fields.values, node, label)
    name = inner.text("name")
    if name is None:
        fields.wrong_type(node, label, "an author with a name")
        return None
    return Author(name, inner.url("url"))


def _related(fields: Fields) -> tuple[RelatedLink, ...]:
    found = fields.find("related")
    if found is None:
        return ()
    links = (
        _link(fields, node, f"related {place}") for place, node in enumerate(items(found[1]), 1)
    )
    return tuple(link for link in links if link)


def _link(fields: Fields, node: Node, label: str) -> RelatedLink | None:
    if not isinstance(node, MappingNode):
        url = fields.url_of(node, label)
        return RelatedLink(title=url, web_url=url) if url else None
    inner = Fields(fields.values, node, label)
    web_url = inner.url("webUrl") or inner.web_url_if_any("url", *IF_WEB_URL)
    original_url = inner.url("originalUrl")
    title = inner.text("title") or web_url or original_url
    if title is None:
        fields.wrong_type(node, label, "a link with a title or a webUrl")
        return None
    provider = inner.find("provider")
    return RelatedLink(
        title=title,
        excerpt=inner.text(*EXCERPT),
        published_at=inner.time(*PUBLISHED_AT),
        web_url=web_url,
        original_url=original_url,
        amp_url=inner.url(*AMP_URL),
        cdn_amp_url=inner.url(*CDN_AMP_URL),
        type=inner.text("type"),
        quality=inner.integer("quality"),
        provider=provider_of(inner, provider[1], provider[0]) if provider else None,
        images=images(inner),
    )
