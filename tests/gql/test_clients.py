"""What Relay, Apollo, urql, codegen and Python programs make of the graph."""

from __future__ import annotations

import pytest

from tests.clients.check import CHECKS, PYTHON, ClientFailed, main, run
from tests.server.live import serving
from tests.tools import lack, need, need_npm

NPM = {
    "schema": "@graphql-eslint/eslint-plugin",
    "relay": "relay-compiler",
    "codegen": "@graphql-codegen/cli",
    "apollo": "@apollo/client",
    "follow": "graphql-ws",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server of the seeds."""
    with serving(tmp_path_factory.mktemp("clients")) as (site, _):
        yield site


@pytest.mark.process
@pytest.mark.parametrize("name", CHECKS)
def test_a_client_gets_on_with_the_graph(site, name):
    """What other people's clients and generators take for granted holds here."""
    if package := NPM.get(name):
        need("node")
        need_npm(package)
    elif not PYTHON.exists():
        lack("ariadne-codegen is not installed: make test fetches it")
    assert CHECKS[name](site).strip()


@pytest.mark.process
def test_a_client_that_fails_says_why():
    """A failure in CI is read without the machine that it was on."""
    with pytest.raises(ClientFailed, match="no such operation"):
        run("sh", "-c", "echo no such operation >&2; exit 3")


@pytest.mark.process
def test_the_script_counts_what_failed(monkeypatch, capsys):
    """`python -m tests.clients.check` must not be green over a failure."""

    def fails(_site):
        raise ClientFailed("a reason")

    monkeypatch.setitem(CHECKS, "good", lambda site: f"asked {site}")
    monkeypatch.setitem(CHECKS, "bad", fails)
    assert main(["good", "bad"]) == 1
    told = capsys.readouterr().out
    assert "good: asked http://127.0.0.1:" in told
    assert "bad: FAILED\na reason" in told
