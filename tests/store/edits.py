"""Hypothesis strategies for the contents of a folder's files, and for edits of the folder."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.store.archive import article_document, to_yaml

PATHS = ("a.md", "b.md", "c.markdown", "sub/a.md", "sub/2021-03-12-d.de.md", "t.yaml", "o.yaml")
URLS = st.sampled_from(
    (
        "https://one.org/story",
        "http://www.one.org/story/?utm_source=x",
        "https://two.org/story",
        "https://two.org/other#part",
        "https://three.org",
    )
)
NAMES = st.sampled_from(("CDS", "cds", "Data Science", "AI", "A.I.", "Artificial Intelligence"))
DATES = st.sampled_from(("2021-01-01", "2021-01-01T00:00:00Z", "2022-05-05 12:00", "never"))
TIMES_OF_IMPORTS = st.sampled_from(
    ("2023-01-01", "2025-01-01T02:30:00Z", "2025-01-01T04:30:00Z", "2099-01-01")
)
"""Each group of edits is an hour later than the one before."""
IMAGES = st.lists(
    st.fixed_dictionaries(
        {"url": st.sampled_from(("https://one.org/1.png", "2.png"))},
        optional={"width": st.just(10), "isCached": st.booleans()},
    ),
    max_size=2,
)
PROVIDERS = st.one_of(
    st.sampled_from(("One", "Two Ltd", "Unheard-of")),
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(("One", "ONE", "Two Ltd")),
            "domain": st.sampled_from(("one.org", "www.two.org", "four.org")),
            "images": IMAGES,
        },
    ),
)
STORY = {
    "webUrl": URLS,
    "originalUrl": URLS,
    "ampUrl": URLS,
    "date": DATES,
    "provider": PROVIDERS,
    "images": IMAGES,
    "quality": st.sampled_from((70, "high")),
}
LINKS = st.fixed_dictionaries({"title": st.just("link")}, optional=STORY)
REFERENCES = st.sampled_from(
    (
        *("a", "x", "sub/a", "a b", "b.md", "./a.md", "../b", "/sub/a/", "/2021/03/12/d"),
        *("written-slug", "/about/", "nowhere"),
        *({"slug": "a", "title": "own"}, {"title": "own", "url": "/about/", "quality": 5}),
    )
)
ARTICLES = st.fixed_dictionaries(
    {"title": st.sampled_from(("One", "Two", "Three"))},
    optional=STORY
    | {
        "id": st.sampled_from(("a", "x", "sub/a", "a b")),
        "topics": st.lists(NAMES, max_size=3),
        "related": st.lists(st.one_of(URLS, LINKS, REFERENCES), max_size=3),
        "slug": st.just("written-slug"),
        "published": st.booleans(),
        "publishDate": TIMES_OF_IMPORTS,
        "expiryDate": TIMES_OF_IMPORTS,
        "author": st.sampled_from(
            (
                *("Ann", "ann", "Bob", "A. Bell", "A Bell"),
                ["Bob", "b"],
                {"key": "b", "name": "Bob", "url": "https://bob.example"},
            )
        ),
        "secured": st.just("private"),
        "lang": st.sampled_from(("en", "de_AT", "Klingon")),
        "translationKey": st.sampled_from(("/a", "story")),
        "aliases": st.lists(st.sampled_from(("/x", "/x/index.html", "/y", "name")), max_size=2),
    },
)
TOPICS = st.fixed_dictionaries(
    {"taxonomy": st.just("topic"), "name": NAMES},
    optional={
        "_id": NAMES,
        "shortname": NAMES,
        "parent": NAMES,
        "keywords": st.lists(NAMES, max_size=2),
        "aliases": st.lists(NAMES, max_size=2),
        "retiring": st.sampled_from((True, False, "Soon.")),
        "gone": st.booleans(),
    },
)
ORGANIZATIONS = st.fixed_dictionaries(
    {
        "taxonomy": st.just("organization"),
        "name": st.sampled_from(("One", "Two")),
        "domain": st.sampled_from(("one.org", "two.org", "four.org")),
    },
    optional={
        "otherNames": st.lists(st.sampled_from(("Two Ltd", "Unheard-of")), max_size=2),
        "images": IMAGES,
    },
)
INVALID_FILES = st.sampled_from(
    ("", "---\ntitle: [\n---\n", "---\nname: no title\n---\n", b"---\n\xff\n")
)
AUTHOR_FILE = "_data/authors.yaml"
AUTHOR_FILES = st.none() | st.dictionaries(
    st.sampled_from(("ann", "b", "A. Bell")),
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(("Ann", "Bob", "a bell")),
            "url": st.sampled_from(("https://ann.example", "/ann")),
            "bio": st.just("Writes."),
        },
    ),
    max_size=3,
)
"""Valid author files of Jekyll: the authors of a broken one would depend on earlier imports."""


@st.composite
def texts(draw, path):
    """Draw the content of a file."""
    if draw(st.integers(0, 7)) == 0:
        return draw(INVALID_FILES)
    entry = draw(st.one_of(TOPICS, ORGANIZATIONS))
    if path.endswith(".yaml"):
        return to_yaml(entry)
    fields = draw(ARTICLES) if draw(st.integers(0, 5)) else entry
    return article_document(path, "*Body*", fields)


@st.composite
def edits(draw):
    """Draw an edit as (action, path, value)."""
    path = draw(st.sampled_from(PATHS))
    action = draw(
        st.sampled_from(
            (
                *("write", "write", "write", "remove", "rename", "setting", "title"),
                *("kind", "authors", "url"),
            )
        )
    )
    if action == "authors":
        return action, AUTHOR_FILE, draw(AUTHOR_FILES)
    if action == "rename":
        return action, path, draw(st.sampled_from(PATHS))
    return action, path, draw(texts(path)) if action == "write" else None


def apply_edit(archive, action, path, value):
    """Apply an edit to a folder."""
    file = archive.folder / path
    if action == "write":
        archive.write_file(path, value)
    elif action == "authors" and value is not None:
        archive.write_file(path, to_yaml(value))
    elif action == "kind":
        kind = "plain" if archive.collection.kind == "jekyll" else "jekyll"
        archive.collection = replace(archive.collection, kind=kind)
    elif action == "setting":
        serve = not archive.collection.serve_unpublished
        archive.collection = replace(archive.collection, serve_unpublished=serve)
    elif action == "url":
        url = None if archive.collection.url else "https://one.org"
        archive.collection = replace(archive.collection, url=url)
    elif action == "title":
        archive.collection = replace(archive.collection, title=path)
    elif file.exists():
        if action in ("remove", "authors"):
            file.unlink()
        else:
            target = archive.folder / value
            target.parent.mkdir(exist_ok=True)
            file.rename(target)
