"""Who a site belongs to, and its pictures, by its generator's configuration."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.site_config import parse_site_config
from newsgraph.store.documents.site_identity import SiteIdentity

DOCUSAURUS = """
module.exports = {
  favicon: 'img/favicon.ico',
  themeConfig: {
    image: 'img/card.jpg',
    navbar: {logo: {alt: 'L', src: 'img/logo.svg'}},
    footer: {copyright: `© ${new Date().getFullYear()} Ann`},
  },
}
"""


@pytest.mark.parametrize(
    ("path", "text", "identity"),
    [
        (
            "_config.yml",
            (
                "logo: /assets/logo.png\nauthor:\n  name: Ann\n  email: ann@a.example\n"
                "  url: https://ann.example/\nemail: web@a.example\n"
            ),
            SiteIdentity(
                author="Ann",
                author_url="https://ann.example/",
                email="ann@a.example",
                logo="/assets/logo.png",
            ),
        ),
        (
            "_config.yml",
            "author: Ann\nemail: web@a.example\nfavicon: f.ico\ncopyright: '&copy; <b>Ann</b>'",
            SiteIdentity(copyright="© Ann", author="Ann", email="web@a.example", icon="f.ico"),
        ),
        (
            "hugo.toml",
            (
                "copyright = '© {year} Ann'\n[params]\nimages = ['social.png', 'b.png']\n"
                "[params.author]\nname = 'Ann'\nemail = 'ann@a.example'\n"
                "[params.assets]\nfavicon = 'fav.png'\n"
            ),
            SiteIdentity(author="Ann", email="ann@a.example", icon="fav.png", logo="social.png"),
        ),
        (
            "hugo.toml",
            "copyright = 'CC BY 4.0'\n[params]\nauthor = 'Ann'\nlogo = 'logo.svg'\n",
            SiteIdentity(copyright="CC BY 4.0", author="Ann", logo="logo.svg"),
        ),
        (
            "config.toml",
            "[extra]\nauthor = 'Ann'\nfavicon = 'https://a.example/i'\nlogo = {src = 'l.png'}",
            SiteIdentity(author="Ann", icon="https://a.example/i", logo="l.png"),
        ),
        (
            "mkdocs.yml",
            (
                "site_author: Ann\ncopyright: Copyright &copy; 2024 <a href='/'>Ann</a>\n"
                "theme:\n  name: material\n  favicon: images/f.png\n  logo: images/l.svg\n"
                "  icon: {logo: material/library}\n"
            ),
            SiteIdentity(
                copyright="Copyright © 2024 Ann",
                author="Ann",
                icon="images/f.png",
                logo="images/l.svg",
            ),
        ),
        (
            "docusaurus.config.js",
            DOCUSAURUS,
            SiteIdentity(icon="img/favicon.ico", logo="img/logo.svg"),
        ),
        (
            "pelicanconf.py",
            "AUTHOR = 'Ann'\nSITELOGO = '/images/l.png'\nFAVICON = '/images/f.ico'\n",
            SiteIdentity(author="Ann", icon="/images/f.ico", logo="/images/l.png"),
        ),
        ("_config.yml", "email: your-email@example.com\nlogo: fa-home\n", SiteIdentity()),
        ("_config.yml", "author: [a]\nlogo: 3\ncopyright: {a: b}\nemail: []\n", SiteIdentity()),
        ("_config.yml", "logo: javascript:x.png\n", SiteIdentity()),
    ],
)
def test_configurations(path, text, identity):
    """Values that only a template fills in, names of icons and examples of addresses are none."""
    assert parse_site_config(text, path).identity == identity
