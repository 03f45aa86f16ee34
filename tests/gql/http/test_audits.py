"""The audits of the npm package graphql-http, against a real server."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.gql.conftest import ROOT
from tests.server.live import serving
from tests.tools import need, need_npm

pytestmark = pytest.mark.process

AUDITS = 61


def test_all_audits_pass(tmp_path):
    """GraphQL over HTTP to the letter, the SHOULDs and MAYs too."""
    node = need("node")
    folder = need_npm("graphql-http")
    with serving(tmp_path) as (site, _):
        script = [node, ROOT / "tests" / "clients" / "audit.mjs", f"{site}/graphql"]
        told = subprocess.run(script, check=True, capture_output=True, timeout=60, cwd=folder)
    audits = json.loads(told.stdout)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) >= AUDITS
