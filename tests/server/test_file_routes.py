"""Files that documents refer to are served by their digests, and no others."""

from __future__ import annotations

import asyncio
import os
import shutil

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.file_routes import PICTURE_POLICY
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store.dump import fetch_rows
from tests.store.picture_files import FILES, PDF, png, svg
from tests.store_files import open_store

OK, PARTIAL = httpx.codes.OK, httpx.codes.PARTIAL_CONTENT
NOT_MODIFIED, NOT_FOUND = httpx.codes.NOT_MODIFIED, httpx.codes.NOT_FOUND
NOT_SATISFIABLE = httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE

SOUND = b"ID3" + bytes(range(256)) * 1000
SCRIPT = svg('width="3" height="2" onload="alert(1)"').replace(
    b"<g/>", b"<script>alert(1)</script>"
)


@pytest.fixture
def archive(tmp_path):
    """A folder with an article, and files that its front matter names."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_file("my bridge.png", png(30, 20))
    archive.write_file("logo.svg", SCRIPT)
    archive.write_article("a.md", date="2024-01-01", images=["my bridge.png", "logo.svg"])
    return archive


@pytest.fixture
async def store(tmp_path, archive):
    """A store with the folder."""
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    yield store
    await store.close()


@pytest.fixture
async def client(store):
    """A client of the application."""
    async with create_client(create_app(store, SITE)) as client:
        yield client


def path_of(tmp_path, name):
    """Return the path of the URL of a stored file."""
    rows = fetch_rows(tmp_path / "x.db", "SELECT path, href FROM local_file")
    return f"/files/{dict(rows)[name]}"


async def test_a_picture(client, tmp_path):
    """It has its type, its digest as ETag, and may be cached for ever."""
    response = await client.get(path_of(tmp_path, "my bridge.png"))
    assert response.status_code == OK
    assert response.content == png(30, 20)
    sha256 = path_of(tmp_path, "my bridge.png").split("/")[2]
    expected = {
        "content-type": "image/png",
        "content-length": str(len(png(30, 20))),
        "etag": f'"{sha256}"',
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "cross-origin",
        "content-security-policy": PICTURE_POLICY,
        "accept-ranges": "bytes",
    }
    assert {name: response.headers[name] for name in expected} == expected
    assert "content-disposition" not in response.headers
    assert "content-encoding" not in response.headers


async def test_an_svg_runs_nothing(client, tmp_path):
    """Its bytes stay as they are; the policy forbids scripts, and the sandbox all else."""
    headers = {"Accept-Encoding": "gzip, br"}
    response = await client.get(path_of(tmp_path, "logo.svg"), headers=headers)
    assert response.content == SCRIPT
    assert response.headers["content-type"] == "image/svg+xml"
    policy = response.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "sandbox"} <= set(policy)
    assert not [part for part in policy if "script" in part or "allow" in part]


async def test_head(client, tmp_path):
    """HEAD has the headers of GET, and no body."""
    path = path_of(tmp_path, "my bridge.png")
    get, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (OK, b"")
    assert head.headers == get.headers


async def test_other_methods(client, tmp_path):
    """Files are only read."""
    response = await client.post(path_of(tmp_path, "my bridge.png"))
    assert response.status_code == httpx.codes.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("condition", ['"{}"', 'W/"{}"', '"x", "{}"', "*"])
async def test_a_client_that_has_the_file(client, tmp_path, condition):
    """It gets a 304 with the headers that a cache needs."""
    path = path_of(tmp_path, "my bridge.png")
    etag = condition.format(path.split("/")[2])
    response = await client.get(path, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (NOT_MODIFIED, b"")
    assert response.headers["etag"] == f'"{path.split("/")[2]}"'
    assert "immutable" in response.headers["cache-control"]
    response = await client.get(path, headers={"If-None-Match": '"other"'})
    assert response.status_code == OK


@pytest.fixture
async def sound(archive, store, tmp_path):
    """The path of a file of 256 kB."""
    archive.write_file("a.mp3", SOUND)
    archive.write_article("b.md", date="2024-01-01", image="a.png")
    archive.write_file("a.png", png(3, 3) + SOUND)
    await store.import_roots([archive.root])
    return path_of(tmp_path, "a.png")


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=100-", 100, None), ("bytes=-5", -5, None), ("bytes=7-7", 7, 8)],
)
async def test_a_range(client, sound, header, start, end):
    """Players read the parts that they need."""
    body = png(3, 3) + SOUND
    response = await client.get(sound, headers={"Range": header})
    assert response.status_code == PARTIAL
    assert response.content == body[start:end]
    assert response.headers["content-range"].endswith(f"/{len(body)}")
    assert response.headers["content-type"] == "image/png"


async def test_several_ranges(client, sound):
    """They are the parts of one response."""
    response = await client.get(sound, headers={"Range": "bytes=0-3,10-13"})
    assert response.status_code == PARTIAL
    assert response.headers["content-type"].startswith("multipart/byteranges")
    assert png(3, 3)[:4] in response.content


@pytest.mark.parametrize("etag", ["current", "other"])
async def test_if_range(client, sound, etag):
    """If the file is another one by now, the client gets all of it."""
    value = f'"{sound.split("/")[2]}"' if etag == "current" else '"other"'
    response = await client.get(sound, headers={"Range": "bytes=0-3", "If-Range": value})
    assert response.status_code == (PARTIAL if etag == "current" else OK)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("bytes=99999999-", NOT_SATISFIABLE),
        ("bytes=x", httpx.codes.BAD_REQUEST),
        ("lines=1-2", httpx.codes.BAD_REQUEST),
    ],
)
async def test_wrong_ranges(client, sound, header, status):
    """They get an error, and the server goes on."""
    response = await client.get(sound, headers={"Range": header})
    assert response.status_code == status
    assert (await client.get(sound)).status_code == OK


async def test_files_stay_out_of_the_response_cache(client, sound):
    """Each request reads the file; simultaneous ones with different ranges do not share a part."""
    first, second = [await client.get(sound, headers={"Range": f"bytes={n}-{n}"}) for n in (1, 2)]
    assert (first.content, second.content) == (b"P", b"N")
    assert (await client.get(sound)).content == png(3, 3) + SOUND


@pytest.mark.parametrize(
    "path",
    [
        "/files/{sha256}/other.png",
        "/files/{sha256}/my%20bridge.PNG",
        "/files/{sha256}/..%2f..%2fx.db",
        "/files/{sha256}/",
        "/files/{sha256}",
        "/files/",
        "/files/{upper}/my%20bridge.png",
        "/files/{zeros}/my%20bridge.png",
        "/files/x/my%20bridge.png",
        "/files/../in/my%20bridge.png",
        "/files/{sha256}/my%20bridge.png/x",
        "/files/{sha256}/my%20bridge.png%00",
        "/files/{sha256}/%ff.png",
        "/files/a.md",
    ],
)
async def test_no_other_url_serves_a_file(client, tmp_path, path):
    """Digest and name have to be those of a file; the error is plain text and not cached."""
    sha256 = path_of(tmp_path, "my bridge.png").split("/")[2]
    url = path.format(sha256=sha256, upper=sha256.upper(), zeros="0" * 64)
    response = await client.get(url)
    assert response.status_code == NOT_FOUND
    assert "cache-control" not in response.headers


@pytest.mark.parametrize(
    "change", ["gone", "other contents", "same size", "link", "folder", "pipe", "link to itself"]
)
async def test_a_file_that_changed_after_the_import(client, archive, tmp_path, change):
    """It is not served until the next import: its digest would be wrong."""
    path = path_of(tmp_path, "my bridge.png")
    file = archive.folder / "my bridge.png"
    file.unlink()
    if change == "other contents":
        file.write_bytes(b"something else")
    elif change == "same size":
        file.write_bytes(bytes(len(png(30, 20))))
    elif change == "link":
        (tmp_path / "secret").write_bytes(png(30, 20))
        file.symlink_to(tmp_path / "secret")
    elif change == "link to itself":
        file.symlink_to(file)
    elif change == "folder":
        file.mkdir()
    elif change == "pipe":
        os.mkfifo(file)
    assert (await client.get(path)).status_code == NOT_FOUND


async def test_a_folder_that_became_a_link(archive, store, client, tmp_path):
    """A link in the middle of the path is not followed, even to an equal file."""
    archive.write_file("img/a.png", png(4, 4))
    archive.write_article("c.md", date="2024-01-01", image="/img/a.png")
    await store.import_roots([archive.root])
    path = path_of(tmp_path, "img/a.png")
    assert (await client.get(path)).status_code == OK
    shutil.move(archive.folder / "img", tmp_path / "moved")
    (archive.folder / "img").symlink_to(tmp_path / "moved")
    assert (await client.get(path)).status_code == NOT_FOUND


async def test_a_hidden_document(archive, store, client, tmp_path):
    """When the only document that refers to a file is hidden, the file is not served any more."""
    path = path_of(tmp_path, "my bridge.png")
    archive.write_article("a.md", date="2024-01-01", image="my bridge.png", published=False)
    await store.import_roots([archive.root])
    assert (await client.get(path)).status_code == NOT_FOUND


async def test_the_setting_turns_it_off(archive, store, client, tmp_path):
    """After the next import, the files of the folder are not served."""
    path = path_of(tmp_path, "my bridge.png")
    archive.collection = Collection(id="x", files=False)
    await store.import_roots([archive.root])
    assert (await client.get(path)).status_code == NOT_FOUND


async def test_a_pdf_is_shown_by_the_browser(archive, store, client, tmp_path):
    """A PDF has no policy that would prevent the browser's viewer, and is no download."""
    archive.write_file("a.png", PDF)
    archive.write_file("plan.pdf", PDF)
    archive.write_article("d.md", date="2024-01-01", image="plan.pdf")
    await store.import_roots([archive.root])
    response = await client.get(path_of(tmp_path, "plan.pdf"))
    assert response.headers["content-type"] == "application/pdf"
    assert "content-security-policy" not in response.headers
    assert "content-disposition" not in response.headers
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_no_descriptor_is_left_open(client, sound):
    """Whatever the response, the file is closed after it."""
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208 - shorter
    for headers in ({}, {"Range": "bytes=0-1"}, {"Range": "bytes=999999999-"}, {"Range": "x"}):
        for method in ("GET", "HEAD"):
            await client.request(method, sound, headers=headers)
    etag = f'"{sound.split("/")[2]}"'
    await client.get(sound, headers={"If-None-Match": etag})
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208 - as above


async def test_each_type_has_its_media_type(archive, store, client, tmp_path):
    """The type of the response is the one that the import found."""
    names = [name for name in FILES if not name.endswith(".mp3")]
    for name in names:
        archive.write_file(f"all/{name}", FILES[name])
    images = [f"all/{name}" for name in names]
    archive.write_article("e.md", date="2024-01-01", images=images)
    await store.import_roots([archive.root])
    types = dict(fetch_rows(tmp_path / "x.db", "SELECT path, media_type FROM local_file"))
    for image in images:
        response = await client.get(path_of(tmp_path, image))
        assert response.headers["content-type"] == types[image]


async def test_further_transfers_wait(store, tmp_path):
    """Not more files are open than the process may have; each request gets its file."""
    path = path_of(tmp_path, "my bridge.png")
    async with create_client(create_app(store, SITE, max_file_transfers=1)) as client:
        responses = await asyncio.gather(*(client.get(path) for _ in range(5)))
        assert {response.content for response in responses} == {png(30, 20)}
        assert (await client.get("/files/" + "0" * 64 + "/a.png")).status_code == NOT_FOUND
        assert (await client.get(path)).status_code == OK
