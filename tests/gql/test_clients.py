"""Relay, Apollo, urql, codegen and Python clients work with the GraphQL endpoint."""

from __future__ import annotations

import pytest

from tests.clients.check import CHECKS, PYTHON, ClientFailed, main, run_program
from tests.external_programs import require_npm_package, require_tool, skip_or_fail
from tests.server.live import running_server

NPM = {
    "schema": "@graphql-eslint/eslint-plugin",
    "relay": "relay-compiler",
    "codegen": "@graphql-codegen/cli",
    "apollo": "@apollo/client",
    "follow": "graphql-ws",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The URL of a server with the seeds."""
    with running_server(tmp_path_factory.mktemp("clients")) as (site, _):
        yield site


@pytest.mark.process
@pytest.mark.parametrize("name", CHECKS)
def test_client_check_passes(site, name):
    """Each third-party client or code generator works with the schema and the server."""
    if package := NPM.get(name):
        require_tool("node")
        require_npm_package(package)
    elif not PYTHON.exists():
        skip_or_fail("ariadne-codegen is not installed: make test fetches it")
    assert CHECKS[name](site).strip()


@pytest.mark.process
def test_failed_client_reports_its_output():
    """The exception has the client's output, so that a failure in CI can be diagnosed."""
    with pytest.raises(ClientFailed, match="no such operation"):
        run_program("sh", "-c", "echo no such operation >&2; exit 3")


@pytest.mark.process
def test_script_fails_if_a_check_fails(monkeypatch, capsys):
    """`python -m tests.clients.check` returns 1 and prints the reason if a check fails."""

    def fail(_site):
        raise ClientFailed("a reason")

    monkeypatch.setitem(CHECKS, "good", lambda site: f"checked {site}")
    monkeypatch.setitem(CHECKS, "bad", fail)
    assert main(["good", "bad"]) == 1
    output = capsys.readouterr().out
    assert "good: checked http://127.0.0.1:" in output
    assert "bad: FAILED\na reason" in output
