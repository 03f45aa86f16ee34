"""Tags that print the URL of a document, and are not where the URL of a link is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.bodies.document_urls import print_document_urls
from newsgraph.store.bodies.render import render_body
from newsgraph.store.documents.plain_text import summarize
from tests.hypothesis_profiles import scale_examples
from tests.store.bodies.link_targets import FakeLinkTargets, make_context

REF, POST, LINK = '{{< ref "x.md" >}}', "{% post_url 2024-01-02-a %}", "{% link _posts/x.md %}"
TARGETS = FakeLinkTargets(
    documents={
        "x.md": "content/posts/x.md",
        "/x.md": "content/posts/x.md",
        "2024-01-02-a": "_posts/2024-01-02-a.md",
        "/_posts/x.md": "_posts/x.md",
    }
)
PAGES = {"hugo": "content/posts/x", "jekyll": "_posts/2024-01-02-a"}


def render(kind, body, *, is_html=False):
    """Return the HTML of a body in an archive with a site."""
    context = make_context(
        kind, "content/y.md", TARGETS, site_url="https://town.example", base_path="/news"
    )
    return render_body(body, context, is_html=is_html).html.strip()


@pytest.mark.parametrize(
    ("kind", "body", "html"),
    [
        ("hugo", f"See {REF}.", "<p>See https://town.example/news/posts/x/.</p>"),
        ("jekyll", f"See {POST}#b.", "<p>See /news/2024/01/02/a.html#b.</p>"),
        ("jekyll", LINK, "<p>/news/_posts/x.html</p>"),
        ("hexo", "{% post_path x.md %}", "<p>/news/posts/x/</p>"),
        (
            "jekyll",
            f"<{POST}>",
            (
                '<p><a href="newsgraph-site:/documents/_posts/2024-01-02-a.md">'
                "/news/2024/01/02/a.html</a></p>"
            ),
        ),
        (
            "hugo",
            f"# {REF}",
            '<h1 id="httpstownexamplenewspostsx">https://town.example/news/posts/x/</h1>',
        ),
        (
            "jekyll",
            f"https://other.example{POST} is text.",
            (
                '<p><a href="https://other.example/news/2024/01/02/a.html">'
                "https://other.example/news/2024/01/02/a.html</a> is text.</p>"
            ),
        ),
        (
            "zola",
            '<b title="@/x.md">@/x.md</b>',
            '<p><b title="https://town.example/news/posts/x/">@/x.md</b></p>',
        ),
    ],
)
def test_text(kind, body, html):
    """In text, headings and titles, it is the URL that the generator prints."""
    assert render(kind, body) == html


@pytest.mark.parametrize(
    "body",
    [
        f"[a]({{{{ site.url }}}}{POST})",
        f"[a]({{{{ site.baseurl }}}}{POST})",
        f"[a](<{{{{ site.url }}}}{{{{ site.baseurl }}}}/{POST}>)",
        f'<a href="{{{{ site.baseurl }}}}{POST}">a</a>',
        f"<a href={{{{ site.url }}}}{POST}>a</a>",
        f"{{% capture u %}}{POST}{{% endcapture %}}[a]({{{{ u | absolute_url }}}})",
    ],
)
def test_prefixes(body):
    """Before a link to a document, the URL and the path of the site lead nowhere else."""
    link = '<a href="newsgraph-site:/documents/_posts/2024-01-02-a.md">a</a>'
    assert render("jekyll", body) == f"<p>{link}</p>"


def test_names_without_emphasis():
    """What is in a path is not read as Markdown."""
    targets = FakeLinkTargets(documents={"x.md": "content/_a_/~~b~~*.md"})
    context = make_context("hugo", "content/y.md", targets)
    assert render_body(f"{REF} {REF}", context).html == "<p>/_a_/~~b~~%2A/ /_a_/~~b~~%2A/</p>\n"


def test_text_that_is_no_link():
    """What an author writes himself has no path, and shows no scheme either."""
    assert print_document_urls("a newsgraph-document:b", make_context()) == "a b"


@pytest.mark.parametrize("tag", [REF, POST, LINK])
def test_summaries(tag):
    """A summary has no angle brackets without contents."""
    assert summarize(f"See <{tag}>, {tag}.") == "See,."


TAGS = (
    REF,
    '{{% relref "x.md#a" %}}',
    POST,
    LINK,
    "@/x.md",
    "{filename}x.md",
    "{% post_path x.md %}",
)
PLACES = (
    *("%s", "<%s>", "[%s](/a)", "[a](%s)", "[a](<%s> '%s')", "![%s](%s)", "# %s\n", "`%s`"),
    *(
        "[a]: %s\n\n[a]",
        "```\n%s\n```\n",
        "    %s\n",
        "| %s |\n| --- |\n| %s |\n",
        "**%s**",
        "> %s\n",
    ),
    *(
        '<a href="%s" title="%s">%s</a>',
        "<p id=%s class='%s'>",
        "<img src=%s alt=%s>",
        "<!-- %s -->",
    ),
    *('<iframe src="%s" title="%s"></iframe>', "<textarea>%s</textarea>", "<pre>%s</pre>"),
    *(
        '<img data-src="%s" srcset="%s 2x">',
        "https://town.example%s",
        "/news%s",
        "(/a%s)",
        "[a](b/%s)",
    ),
    *(
        "- %s\n",
        "[^1]\n\n[^1]: %s\n",
        "a\n: %s\n",
        "## b {#%s}\n",
        '{: title="%s"}\n',
        "<svg>%s</svg>",
    ),
    *(
        '<object data="%s">%s</object>',
        '<video poster="%s"><source src=%s></video>',
        "<xmp>%s</xmp>",
    ),
)


@pytest.mark.slow
@settings(max_examples=scale_examples(200))
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(TAGS)), min_size=1, max_size=6),
    st.sampled_from(["hugo", "jekyll", "hexo", "zola", "pelican", "plain", "docusaurus", "mkdocs"]),
    st.booleans(),
)
def test_no_scheme_is_shown(parts, kind, is_html):
    """Wherever a tag is, the scheme is in no text, and only begins the URL of a link or picture."""
    body = "\n\n".join(place.replace("%s", tag) for place, tag in parts)
    html = render(kind, body, is_html=is_html)
    assert "newsgraph-document" not in html
    assert html.count("newsgraph-site") == html.count('="newsgraph-site:/')
    assert "newsgraph-" not in (summarize(body, is_html=is_html) or "")


@pytest.mark.parametrize("name", ["{x", "x{", "<x", "é", "1x", ":x", "x\u2028{"])
def test_attributes_of_any_name(name):
    """The parser of HTML reads names of attributes that cannot be set."""
    assert render("hugo", f"<b {name}='{REF}' title='{REF}'>x</b>", is_html=True).endswith(">x</b>")
