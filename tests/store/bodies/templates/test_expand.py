"""Bodies with code of templates become Markdown that shows what their generators show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from newsgraph.store.bodies.templates.expand import expand_templates
from tests.store.bodies.link_targets import FakeLinkTargets, make_context

CASES = Path(__file__).parents[3] / "golden" / "bodies" / "templates"
NAMES = sorted(path.name for path in CASES.iterdir() if ".expanded." not in path.name)


def expand_case(name):
    """Return the expanded body of a file, whose front matter has the context."""
    header, _, body = (CASES / name).read_text("utf-8").removeprefix("---\n").partition("---\n")
    values = yaml.safe_load(header)
    targets = FakeLinkTargets(
        **{
            key: values.pop(key)
            for key in ("documents", "files", "includes", "site")
            if key in values
        }
    )
    return expand_templates(
        body,
        make_context(targets=targets, **values),
        is_html=name.endswith(".html"),
        is_mdx=name.endswith(".mdx"),
    )


@pytest.mark.parametrize("name", NAMES)
def test_expanded_bodies(name):
    """A body and what is left out of it are as in the file; UPDATE_GOLDENS=1 writes it."""
    expanded = expand_case(name)
    left_out = "".join(f"# {count} {code}\n" for code, count in sorted(expanded.left_out.items()))
    text = f"---\n{left_out}---\n{expanded.text}"
    path = CASES / name.replace(".", ".expanded.")
    if os.environ.get("UPDATE_GOLDENS") == "1":
        path.write_text(text, "utf-8", newline="\n")
    assert text == path.read_text("utf-8")
