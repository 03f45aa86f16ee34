"""The site that readers subscribe to."""

from __future__ import annotations

import pytest

from tests.server.readers.site import Site, in_a_process


@pytest.fixture
def site(tmp_path):
    """A site that is served."""
    folder = tmp_path / "site"
    folder.mkdir()
    with Site(folder) as site:
        yield site


@pytest.fixture
def site_of_processes(tmp_path):
    """A site that a new process serves whenever its server changes."""
    folder = tmp_path / "site"
    folder.mkdir()
    with Site(folder, serving=in_a_process) as site:
        yield site
