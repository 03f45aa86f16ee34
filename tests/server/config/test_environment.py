"""Environment variables whose names begin with NEWSGRAPH_."""

from __future__ import annotations

import re

import pytest

from newsgraph.server.config.folders import settings_sources
from newsgraph.server.config.settings import read_settings
from newsgraph.server.startup_errors import SettingsError

OPTIONS = {"database": "sqlite:///x.db"}


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("NEWSGRAPH_port", "there is no setting NEWSGRAPH_port; did you mean NEWSGRAPH_PORT?"),
        ("NEWSGRAPH_PROT", "there is no setting NEWSGRAPH_PROT; did you mean NEWSGRAPH_PORT?"),
        (
            "NEWSGRAPH_TITEL",
            "there is no setting NEWSGRAPH_TITEL; did you mean 'title' in the folder's",
        ),
        ("NEWSGRAPH_TITLE", "NEWSGRAPH_TITLE: 'title' describes a folder; set it in the folder's"),
        ("NEWSGRAPH_ZZZZZZ", "there is no setting NEWSGRAPH_ZZZZZZ; docs/settings.md lists all"),
        ("NEWSGRAPH_", "there is no setting NEWSGRAPH_; docs/settings.md lists all"),
    ],
)
def test_an_unknown_variable_is_an_error(monkeypatch, variable, message):
    """The message suggests a similar setting."""
    monkeypatch.setenv(variable, "x")
    with pytest.raises(SettingsError, match=re.escape(message)):
        read_settings(settings_sources((), OPTIONS))


def test_variables_of_kubernetes_are_ignored(monkeypatch, caplog):
    """A warning names them; a port that is a number is still the setting."""
    variables = {
        "NEWSGRAPH_SERVICE_HOST": "10.0.0.1",
        "NEWSGRAPH_SERVICE_PORT": "80",
        "NEWSGRAPH_SERVICE_PORT_HTTP": "80",
        "NEWSGRAPH_PORT": "tcp://10.0.0.1:80",
        "NEWSGRAPH_PORT_80_TCP": "tcp://10.0.0.1:80",
        "NEWSGRAPH_PORT_80_TCP_PROTO": "tcp",
        "NEWSGRAPH_PORT_80_TCP_PORT": "80",
        "NEWSGRAPH_PORT_80_TCP_ADDR": "10.0.0.1",
        "NEWSGRAPH_WEB_SERVICE_HOST": "10.0.0.2",
        "NEWSGRAPH_WEB_PORT": "udp://10.0.0.2:80",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert read_settings(settings_sources((), OPTIONS)).port == 8000
    (warning,) = caplog.messages
    assert warning.startswith("ignored variables that Kubernetes has set: NEWSGRAPH_PORT, ")
    assert all(name in warning for name in variables)
    monkeypatch.setenv("NEWSGRAPH_PORT", "9000")
    assert read_settings(settings_sources((), OPTIONS)).port == 9000
