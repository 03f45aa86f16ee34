"""GraphiQL of a newsgraph that is installed from a wheel."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.installed import running_server, write_documents

pytestmark = pytest.mark.process


@pytest.mark.usefixtures("graphiql")
def test_a_wheel_contains_graphiql(newsgraph, tmp_path, browse):
    """It works outside of a checkout, without Node.js and without requests to other sites."""
    with running_server(newsgraph, write_documents(tmp_path), cwd=tmp_path) as url:
        page = browse(f"{url}/graphql")
        page.get_by_role("button", name="Execute query").click()
        expect(page.locator(".result-window")).to_contain_text("Tides turn turbines")
        page.get_by_role("button", name="Show Documentation Explorer").click()
        expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Query")
