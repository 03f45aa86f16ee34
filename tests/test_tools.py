"""A missing tool is never silent."""

from __future__ import annotations

import pytest

from tests.tools import PACKAGES, need


def test_a_tool_that_is_there_has_a_path():
    """The path can be run as it is."""
    assert need("sh").endswith("/sh")


def test_a_tool_goes_by_its_other_names(tmp_path, monkeypatch):
    """Debian says chromium, others say google-chrome."""
    chrome = tmp_path / "google-chrome"
    chrome.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert need("chromium") == str(chrome)


def test_a_missing_tool_skips_and_says_how_to_get_it(monkeypatch):
    """On a developer's machine the other tests still count."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install no-such-tool"):
        need("no-such-tool")


@pytest.mark.parametrize(("tool", "package"), PACKAGES.items())
def test_a_tool_comes_in_a_package(monkeypatch, tmp_path, tool, package):
    """Which may be called otherwise."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=f"{tool} .*apt-get install {package}$"):
        need(tool)


def test_a_missing_tool_fails_in_ci(monkeypatch):
    """A skip nobody reads would hide a broken feature."""
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-tool"):
        need("no-such-tool")
