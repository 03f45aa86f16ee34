"""Articles have the addresses that their generators give them, and nothing else changes by it."""

from __future__ import annotations

import pytest

from newsgraph.server.config.settings import read_root
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    article_values,
    diagnostic_codes,
    link_targets,
    nonzero_counts,
)

CONFIG = "url: https://blog.example\nbaseurl: /b\npermalink: pretty\n"
ALIASES = """
SELECT alias.path, slug FROM article_alias alias JOIN article ON article.id = article_id
ORDER BY alias.path, is_derived, alias.published_at DESC, article_id
"""
IDENTITIES = "SELECT id, node_id, slug, guid, updated_at FROM article ORDER BY id"


@pytest.fixture
def import_site(opened, archive):
    """A function that imports the archive with the configuration of its generator."""

    async def import_site(folder=""):
        return await opened.store.import_roots([read_root(archive.folder / folder)])

    return import_site


def post(**fields):
    """Return a document."""
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in fields.items()) + "---\n"


async def test_posts_have_the_address_of_their_site(opened, archive, import_site, import_new):
    """It is their URL, and requests for it redirect."""
    archive.write_file("_config.yml", CONFIG)
    archive.write_file("_posts/2020-01-02-a.md", post(title="A"))
    await import_site()
    assert article_values(opened.path, "generator_url") == {
        "_posts/2020-01-02-a": "https://blog.example/b/2020/01/02/a/"
    }
    assert fetch_rows(opened.path, ALIASES) == [
        ("/2020/01/02/a", "_posts/2020-01-02-a"),
        ("/b/2020/01/02/a", "_posts/2020-01-02-a"),
    ]
    root = read_root(archive.folder)
    archive.collection, archive.config_file = root.collection, root.config_file
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_the_configuration_changes_addresses_alone(opened, archive, import_site, clock):
    """Ids, slugs and times of update stay, and addresses are those of the last import."""
    archive.write_file("_config.yml", CONFIG)
    archive.write_file("_posts/2020-01-02-a.md", post(title="A"))
    await import_site()
    before = fetch_rows(opened.path, IDENTITIES)
    clock.forward(days=1)
    archive.write_file("_config.yml", CONFIG.replace("pretty", "none"))
    assert nonzero_counts(await import_site()) == {"updated": 1}
    assert fetch_rows(opened.path, IDENTITIES) == before
    assert [path for path, _ in fetch_rows(opened.path, ALIASES)] == [
        *("/a", "/a.html", "/b/a", "/b/a.html")
    ]
    assert nonzero_counts(await import_site()) == {"unchanged": 1}


async def test_without_the_url_of_the_site(opened, archive, import_site):
    """Requests are redirected, and the article's URL is that of its page here."""
    for config in ("baseurl: /b\npermalink: pretty\n", f"{CONFIG}url: http://localhost:4000\n"):
        archive.write_file("_config.yml", config.replace("url: https://blog.example\n", ""))
        archive.write_file("_posts/2020-01-02-a.md", post(title="A"))
        await import_site()
        assert article_values(opened.path, "generator_url") == {"_posts/2020-01-02-a": None}
        paths = [path for path, _ in fetch_rows(opened.path, ALIASES)]
        assert paths == ["/2020/01/02/a", "/b/2020/01/02/a"]


async def test_links_find_articles_by_these_addresses(opened, archive, import_site):
    """A related link leads to the article, whichever was imported first."""
    archive.write_file("_config.yml", CONFIG)
    related = "['http://www.blog.example/b/2020/01/02/b']"
    archive.write_file("_posts/2020-01-02-a.md", post(title="A", related=related))
    await import_site()
    assert link_targets(opened.path) == {("_posts/2020-01-02-a", 0): None}
    archive.write_file("_posts/2020-01-02-b.md", post(title="B"))
    await import_site()
    assert link_targets(opened.path) == {("_posts/2020-01-02-a", 0): "_posts/2020-01-02-b"}


async def test_links_by_name_have_the_url_of_their_article(opened, archive, import_site):
    """The graph has one URL for the article and the links to it."""
    archive.write_file("_config.yml", CONFIG)
    archive.write_file("_posts/2020-01-02-a.md", post(title="A", related="[b]"))
    archive.write_file("_posts/2020-01-02-b.md", post(title="B"))
    await import_site()
    url = "https://blog.example/b/2020/01/02/b/"
    assert fetch_rows(opened.path, "SELECT generator_url FROM link") == [(url,)]


async def test_stated_addresses_have_precedence(opened, archive, import_site):
    """An old address leads to the document that states it, even if it is older; no warning."""
    archive.write_file("_config.yml", CONFIG)
    archive.write_file("_posts/2020-01-02-a.md", post(title="A"))
    stated = post(
        title="B", webUrl="https://blog.example/b/2020/01/02/a/", redirect_from="/2020/01/02/a"
    )
    archive.write_file("_posts/2019-01-02-b.md", stated)
    related = "['https://blog.example/b/2020/01/02/a']"
    archive.write_file("_posts/2021-01-02-c.md", post(title="C", related=related))
    report = await import_site()
    assert diagnostic_codes(report) == []
    assert fetch_rows(opened.path, ALIASES)[:3] == [
        ("/2019/01/02/b", "_posts/2019-01-02-b"),
        ("/2020/01/02/a", "_posts/2019-01-02-b"),
        ("/2020/01/02/a", "_posts/2020-01-02-a"),
    ]
    assert link_targets(opened.path) == {("_posts/2021-01-02-c", 0): "_posts/2019-01-02-b"}


async def test_equal_addresses_are_no_problem(opened, archive, import_site):
    """The generator decides between them, and so does newsgraph: the newest counts."""
    archive.write_file("_config.yml", CONFIG)
    archive.write_file("_posts/2020-01-02-a.md", post(title="A", permalink="/x/"))
    archive.write_file("_posts/2021-01-02-b.md", post(title="B", permalink="/x/"))
    report = await import_site()
    assert diagnostic_codes(report) == []
    assert fetch_rows(opened.path, ALIASES)[2:] == [
        ("/x", "_posts/2021-01-02-b"),
        ("/x", "_posts/2020-01-02-a"),
    ]


async def test_hidden_documents_have_no_address_here(opened, archive, import_site):
    """Neither drafts nor documents in no list are found by it."""
    archive.write_file("hugo.toml", "baseURL = 'https://blog.example/'\n")
    archive.write_file("content/a.md", post(title="A", draft="true"))
    archive.write_file("content/b.md", post(title="B", build="{list: never}"))
    await import_site()
    assert fetch_rows(opened.path, ALIASES) == []
    assert fetch_rows(opened.path, "SELECT url FROM article_url") == []


async def test_an_address_names_no_publisher(opened, archive, import_site):
    """A document without a provider has none, and the URL of one that names it is not known."""
    archive.write_file("_config.yml", CONFIG)
    archive.write_file("_posts/2020-01-02-a.md", post(title="A"))
    archive.write_file("_posts/2020-01-02-b.md", post(title="B", provider="CNET"))
    await import_site()
    assert set(article_values(opened.path, "provider_domain").values()) == {None}
    archive.write_file("t.md", post(taxonomy="topic", name="x"))
    await import_site()
    assert set(article_values(opened.path, "provider_domain").values()) == {None}


async def test_a_folder_in_the_archive(opened, archive, import_site):
    """Addresses begin at the folder of the configuration."""
    archive.write_file("hugo.toml", "baseURL = 'https://blog.example/'\n")
    archive.write_file("content/posts/a.md", post(title="A"))
    await import_site("content/posts")
    assert article_values(opened.path, "generator_url") == {"a": "https://blog.example/posts/a/"}


async def test_plain_archives_have_no_addresses(opened, archive, import_site):
    """Nobody gave them any."""
    archive.write_file("newsgraph.toml", "url = 'https://blog.example/'\n")
    archive.write_file("a.md", post(title="A", permalink="/x/", slug="y", url="/z/"))
    await import_site()
    assert article_values(opened.path, "generator_url") == {"a": None}
    assert fetch_rows(opened.path, ALIASES) == []


async def test_bodies_start_at_the_address(opened, archive, import_site):
    """Relative URLs lead where those of the generator's page lead."""
    archive.write_file("_config.yml", CONFIG)
    archive.write_file("_posts/2020-01-02-a.md", f"{post(title='A')}[x](../y/) [z](/z/)\n")
    await import_site()
    (body,) = article_values(opened.path, "body_html").values()
    assert 'href="https://blog.example/b/2020/01/02/y/"' in body
    assert 'href="https://blog.example/z/"' in body
