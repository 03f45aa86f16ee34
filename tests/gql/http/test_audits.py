"""The audits of the npm package graphql-http, run against a real server."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.external_programs import require_npm_package, require_tool
from tests.gql.conftest import ROOT
from tests.server.live import running_server

pytestmark = pytest.mark.process

AUDIT_COUNT = 61


def test_all_audits_pass(tmp_path):
    """The server passes all audits of GraphQL over HTTP, including the SHOULDs and MAYs."""
    node = require_tool("node")
    folder = require_npm_package("graphql-http")
    with running_server(tmp_path) as (site_url, _):
        command = [node, ROOT / "tests" / "clients" / "audit.mjs", f"{site_url}/graphql"]
        process = subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=folder)
    audits = json.loads(process.stdout)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) >= AUDIT_COUNT
