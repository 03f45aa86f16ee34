"""The newsgraph.toml that `newsgraph init` writes changes nothing but the id."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.server.config.settings import NewsgraphToml, read_root
from newsgraph.server.config.toml_file import TomlFile
from newsgraph.server.config.toml_template import build_toml, find_detected_values, suggest_id
from newsgraph.server.config.toml_text import format_value
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.documents.languages import SiteLanguage
from tests.hypothesis_profiles import scale_examples

CONFIGURATIONS = {
    "plain": ("", ""),
    "jekyll": ("_config.yml", "title: T\ndescription: D\nurl: https://a.example\nbaseurl: /b\n"),
    "hugo": ("hugo.toml", 'title = "T"\nbaseURL = "https://a.example/b/"\ntimeZone = "Asia/Tokyo"'),
    "zola": ("config.toml", 'base_url = "https://a.example"\ntitle = "T"\n'),
    "hexo": ("_config.yml", "title: T\nsource_dir: source\nlanguage: de\ntimezone: Asia/Tokyo\n"),
    "eleventy": (
        "_data/site.json",
        '{"title": "T", "author": {"name": "A", "url": "https://a.b/", "email": "a@b.c"}}',
    ),
    "astro": ("astro.config.mjs", 'export default { site: "https://a.example" }'),
    "docusaurus": ("docusaurus.config.js", 'module.exports = { title: "T", url: "https://a.b" }'),
    "mkdocs": ("mkdocs.yml", "site_name: T\nsite_url: https://a.example/\n"),
    "pelican": ("pelicanconf.py", "SITENAME = 'T'\nTIMEZONE = 'Asia/Tokyo'\nWITH_FUTURE_DATES = 1"),
}
SETTING = re.compile(r"^# (?=[a-z_]+ = )", re.MULTILINE)


@pytest.fixture(params=CONFIGURATIONS)
def folder(tmp_path, request):
    """A folder with a generator's configuration."""
    name, text = CONFIGURATIONS[request.param]
    if name:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    if request.param == "eleventy":
        (tmp_path / ".eleventy.js").write_text("", "utf-8")
    assert read_root(tmp_path).collection.kind == request.param
    return tmp_path


def write(folder, text):
    """Write the folder's newsgraph.toml, and return its root."""
    (folder / "newsgraph.toml").write_text(text, "utf-8", newline="\n")
    return read_root(folder)


def test_only_the_id_is_added(folder):
    """The folder is read as without the file."""
    before = read_root(folder)
    after = write(folder, build_toml(before, "town-1", {}))
    assert after.collection == replace(before.collection, id="town-1")
    assert (after.evidence, after.config_file) == (before.evidence, before.config_file)
    assert after.server_settings == "{}"


def test_every_line_is_valid_without_its_sign(folder):
    """Values of the generator mean the same when they are repeated; all settings are known."""
    before = read_root(folder)
    text = build_toml(before, "town-1", {})
    NewsgraphToml.model_validate(tomllib.loads(SETTING.sub("", text)))
    detected = find_detected_values(before.collection, {})
    lines = [f"# {key} = " for key in detected]
    repeated = "\n".join(
        line[2:] if line.startswith(tuple(lines)) else line for line in text.splitlines()
    )
    assert set(detected) <= set(tomllib.loads(repeated))
    assert write(folder, repeated).collection == replace(before.collection, id="town-1")


def test_defaults_are_those_of_the_generator(folder):
    """A setting whose default depends on the generator is shown with the default, not another."""
    before = read_root(folder).collection
    text = build_toml(read_root(folder), "town-1", {})
    shown = tomllib.loads(SETTING.sub("", text))
    assert shown["file_titles"] is before.uses_file_titles
    assert shown["future"] == (
        before.future or ("hide" if before.archive_kind.hides_future else "show")
    )


def test_an_existing_file_stays(folder):
    """Its values are set as before, also those that the template does not show."""
    values = {
        "id": "daily",
        "title": 'A "title"\n',
        "kind": "plain",
        "exclude": ["a/*", "b\\c"],
        "keys": {"title": ["Überschrift", "seo.title"]},
        "unpublished": "serve",
        "max_age_seconds": 60,
        "grace_seconds": 0.5,
        "cors_origins": ["*"],
        "introspection": False,
    }
    toml = "\n".join(
        f"{key} = {{ title = {json.dumps(value['title'])} }}"
        if key == "keys"
        else f"{key} = {json.dumps(value)}"
        for key, value in values.items()
    )
    before = write(folder, toml)
    text = build_toml(before, "daily", values)
    assert tomllib.loads(text) == values
    after = write(folder, text)
    assert after == before


@given(
    st.text(st.characters()),
    st.text(st.characters()),
    st.sampled_from(["en", "de_DE", "english", "x", "zh-Hant"]),
    st.sampled_from(["Asia/Tokyo", "Mars/Olympus", "", "../x"]),
)
def test_any_values_of_a_generator(title, description, language, time_zone):
    """Quotes, line breaks and control characters in them break no line; invalid ones are absent."""
    languages = (SiteLanguage("en", "en"), SiteLanguage("de", "de", "content/de", "de"))
    collection = Collection(
        title=title,
        description=description,
        url="https://a.example/",
        language=language,
        time_zone=time_zone,
        languages=languages,
    )
    root = ImportRoot(Path("blog"), collection, config_file=Path("blog/_config.yml"))
    text = build_toml(root, "town-1", {})
    assert tomllib.loads(text) == {"id": "town-1"}
    assert all(line.isprintable() for line in text.splitlines())
    all_values = tomllib.loads(SETTING.sub("", text))
    NewsgraphToml.model_validate(all_values)
    detected = find_detected_values(collection, {})
    assert {key: all_values[key] for key in detected} == detected
    assert detected["languages"] == ["en", "de"]
    # Spaces around a title are not part of it.
    assert "title" in detected or not title or title.strip() != title or not is_unicode(title)
    assert ("time_zone" in detected) == (time_zone == "Asia/Tokyo")


@settings(max_examples=scale_examples(50))
@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_any_texts_in_a_configuration(title, description):
    """The folder is read as before, also if the texts of the configuration are repeated."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = f"title = {format_value(title)}\nparams.description = {format_value(description)}"
        (folder / "hugo.toml").write_text(texts, "utf-8")
        before = read_root(folder)
        text = build_toml(before, "town-1", {})
        expected = replace(before.collection, id="town-1")
        assert write(folder, text).collection == expected
        for key in find_detected_values(before.collection, {}):
            text = text.replace(f"# {key} = ", f"{key} = ")
        assert write(folder, text).collection == expected


def is_unicode(text):
    """Return whether a text has no surrogates."""
    return text.encode(errors="ignore").decode() == text


@pytest.mark.parametrize(
    ("title", "folder", "expected"),
    [
        ("Town Paper", "blog", "town-paper-00000042"),
        (None, "My Blog", "my-blog-00000042"),
        ("???", "blog", "blog-00000042"),
        ("", "", "archive-00000042"),
        ("新闻", "blog", "新闻-00000042"),
        ("Ruby on Rails: Compress the complexity", "x", "ruby-on-rails-compress-the-00000042"),
        ("a" * 50, "x", f"{'a' * 32}-00000042"),
        ("\ud83dx\x00", "x", "x-00000042"),
    ],
)
def test_suggested_ids(title, folder, expected):
    """They say what the archive is, in letters that URLs and file names can have."""
    root = ImportRoot(Path("/", folder), Collection(title=title))
    assert suggest_id(root, 42) == expected
    toml = TomlFile(Path("x"), "", tomllib.loads(build_toml(root, expected, {})))
    assert toml.values == {"id": expected}
