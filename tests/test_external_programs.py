"""Tests of `tests.external_programs`: without a program, a test is skipped, or fails in CI."""

from __future__ import annotations

import pytest

from tests.external_programs import APT_PACKAGES, require_tool


def test_an_installed_tool_has_a_path():
    """The path of an installed program is returned."""
    assert require_tool("sh").endswith("/sh")


def test_a_tool_may_have_other_names(tmp_path, monkeypatch):
    """Chromium is found under the name google-chrome too."""
    chrome = tmp_path / "google-chrome"
    chrome.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert require_tool("chromium") == str(chrome)


def test_a_missing_tool_skips_the_test(monkeypatch):
    """Outside of CI the test is skipped with the command that installs the program."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install no-such-tool"):
        require_tool("no-such-tool")


@pytest.mark.parametrize(("tool", "package"), APT_PACKAGES.items())
def test_the_message_names_the_package_of_a_tool(monkeypatch, tmp_path, tool, package):
    """The message names the Debian package, whose name may differ from the program's."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=f"{tool} .*apt-get install {package}$"):
        require_tool(tool)


def test_a_missing_tool_fails_in_ci(monkeypatch):
    """In CI the test fails, as nobody would notice a skipped one."""
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-tool"):
        require_tool("no-such-tool")
