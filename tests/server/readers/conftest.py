"""The site that readers subscribe to."""

from __future__ import annotations

import pytest

from tests.server.readers.site import Site


@pytest.fixture
def site(tmp_path):
    """A site that is served."""
    folder = tmp_path / "site"
    folder.mkdir()
    with Site(folder) as site:
        yield site
