"""Sites that feed readers subscribe to."""

from __future__ import annotations

import pytest

from tests.server.readers.site import Site, serve_in_process


@pytest.fixture
def site(tmp_path):
    """Return a site whose server runs in a thread."""
    folder = tmp_path / "site"
    folder.mkdir()
    with Site(folder) as site:
        yield site


@pytest.fixture
def site_in_processes(tmp_path):
    """Return a site which a new process serves after each restart of the server."""
    folder = tmp_path / "site"
    folder.mkdir()
    with Site(folder, serve=serve_in_process) as site:
        yield site
