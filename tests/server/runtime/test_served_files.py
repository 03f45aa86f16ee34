"""Serving processes send files of folders to real clients."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.store.documents.collection_settings import Collection
from tests.server.cli.test_serve import server_process, wait_for_url
from tests.server.live import NO_CERTIFICATES, TIMEOUT_SECONDS, running_server
from tests.store.archive import Archive
from tests.store.picture_files import png

PICTURE = png(30, 20) + bytes(range(256)) * 2000
QUERY = "{ articles(first: 1) { edges { node { images { url } } } } }"


@pytest.fixture
def archive(tmp_path):
    """A folder with an article and a picture of half a megabyte."""
    archive = Archive(tmp_path / "archive", Collection())
    archive.write_file("a.png", PICTURE)
    archive.write_article("a.md", date="2024-01-01", image="a.png")
    return archive


def read_image_url(client):
    """Return the URL of the picture in the graph."""
    response = client.post("graphql", json={"query": QUERY}).json()
    (edge,) = response["data"]["articles"]["edges"]
    (image,) = edge["node"]["images"]
    return image["url"]


@pytest.mark.process
def test_workers_send_files(tmp_path, archive):
    """All workers have the files; each connection gets the ranges that it asks for."""
    with server_process(tmp_path, archive.folder, "--port", 0, "--workers", 2) as process:
        url = wait_for_url(process)
        for start in range(12):
            with httpx.Client(base_url=url, trust_env=False, verify=NO_CERTIFICATES) as client:
                path = read_image_url(client).removeprefix(url)
                assert path.startswith("/files/")
                headers = {"Range": f"bytes={start}-{start + 99_999}"}
                response = client.get(path, headers=headers)
                assert response.status_code == httpx.codes.PARTIAL_CONTENT
                assert response.content == PICTURE[start : start + 100_000]
                assert client.get(path).content == PICTURE
                assert client.head(path).headers["content-length"] == str(len(PICTURE))
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""


def test_a_server_below_a_path(tmp_path, archive):
    """URLs in the graph have the path that a proxy removes, and lead to the files."""
    with running_server(tmp_path, prefix="/news", roots=(archive.folder,)) as (url, _):
        settings = {"trust_env": False, "verify": NO_CERTIFICATES}
        with httpx.Client(base_url=f"{url}/", **settings) as client:
            image_url = read_image_url(client)
            assert image_url.startswith(f"{url}/files/")
            assert client.get(image_url).content == PICTURE
            page = client.get("articles/a").text
            picture = page[page.index(f'<img src="{image_url}"') :].partition(">")[0]
            assert 'width="30" height="20"' in picture
            with client.stream("GET", image_url) as response:
                # The client leaves before the end.
                next(response.iter_raw())
            assert client.get(image_url, headers={"Range": "bytes=1-3"}).content == b"PNG"
