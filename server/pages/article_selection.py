"""What the page of an article asks the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.pages.pagination import page_of
from newsgraph.server.pages.selections import ROW
from newsgraph.server.selections import AUTHORS, PROVIDER, fields
from newsgraph.store.query.filter import Is, Not
from newsgraph.store.query.selection import Arguments, Edge, Edges, Field, Node, Page, Selection

if TYPE_CHECKING:
    from newsgraph.server.pages.pagination import Turn

MOST_LINKS = 500
"""How many of an article's links its page shows at most."""

MOST_LOOKED_AT = 60
"""How many links, and how many articles that link to it, are looked at for links among them."""

MOST_OF_A_NEIGHBOUR = 40
"""How many links of each of these are looked at."""

LINKING_ROWS = 20
"""How many articles that link to one are on one page."""

_IMAGES = Edge("images", "images", Selection(fields("url", "width", "height", "attribution")))
_TOPICS = Edge(
    "topics",
    "topics",
    Selection((*fields("slug", "name"), Edge("end", "end", Selection(fields("gone"))))),
)
_TOLD: tuple[Field | Edge, ...] = (
    *fields("publishedAt", "quality"),
    PROVIDER,
    Edge("images", "images", Selection(fields("url")), Arguments(first=3)),
)
_STORY = (*fields("title", "webUrl"), *_TOLD)
_SLUG = Edge("article", "article", Selection(fields("slug")))
_LINKS = Edge(
    "related",
    "related",
    Selection((*fields("webUrl"), _SLUG)),
    Arguments(first=MOST_OF_A_NEIGHBOUR),
)


def article(slug: str, turn: Turn) -> Selection:
    """Ask for an article, and what is around it, as `server.pages.graph.select` takes it.

    Args:
        slug: its name.
        turn: which of the articles that link to it are listed.
    """
    own = Edge("article", "article", Selection((*fields("slug", "title"), *_TOLD)))
    linked = Selection((*_STORY, own))
    among = Selection((Edge("article", "article", Selection((*fields("slug"), _LINKS))),))
    linking = Selection((*fields("slug"), *_STORY, _LINKS))
    some = Arguments(first=MOST_LOOKED_AT)
    others = Not(Is("slug", "eq", slug))
    best = Arguments(first=MOST_LOOKED_AT, filter=others, order="quality-desc")
    whole = Selection(
        (
            *fields("slug", "title", "excerpt", "publishedAt", "updatedAt", "webUrl", "bodyHtml"),
            *fields("type", "category", "quality"),
            PROVIDER,
            _TOPICS,
            AUTHORS,
            _IMAGES,
            Edge("related", "related", linked, Arguments(first=MOST_LINKS)),
            Edge("among", "related", among, some),
            Edge("linking", "relatedBy", Page((Edges("edges", (Node("node", linking),)),)), best),
            Edge(
                "relatedBy", "relatedBy", page_of(ROW), turn.arguments(LINKING_ROWS, filter=others)
            ),
        )
    )
    return Selection((Edge("article", "article", whole, Arguments(by=("slug", slug))),))
