"""What is put by comes back."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

import pytest

from newsgraph.store.errors import DatabaseUnusable
from newsgraph.store.importing.derived_rows import BATCH
from newsgraph.store.importing.spool import Spool
from tests.store.dump import content, rows


@pytest.mark.parametrize("file", [None, TemporaryFile])
def test_values_come_back_in_any_order(file):
    """From memory and from a file; each time a new one."""
    with Spool(file and file()) as spool:
        values = [{"text": "\ud800 ☃" * number, "number": number} for number in range(20)]
        places = [spool.put(value) for value in values]
        for place, value in reversed(list(zip(places, values, strict=True))):
            assert place.get() == value
        assert places[3].get() is not places[3].get()
        assert spool.put("more").get() == "more"


def test_a_full_disk_is_told():
    """What to do about it, too."""
    full = Path("/dev/full").open("r+b", buffering=0)  # noqa: SIM115 - the spool closes it
    with Spool(full) as spool, pytest.raises(DatabaseUnusable, match="TMPDIR can name another"):
        spool.put("no room")


@pytest.mark.slow
async def test_documents_of_several_batches(opened, fresh, archive, tmp_path):
    """What a batch writes does not hang on the others; files that swap their places neither."""
    number = 2 * BATCH + 3
    for one in range(number):
        link = f"https://one.org/{(one + BATCH) % number}"
        archive.write(f"{one}.md", id=str(one), webUrl=f"https://one.org/{one}", related=[link])
    archive.topic("z.yaml", "Topic")
    report = await opened.take(archive)
    assert report.created == number + 1
    (linked,) = rows(opened.path, "SELECT count(*) FROM link WHERE target_id IS NOT NULL")
    assert linked == (number,)
    first, last = archive.folder / "0.md", archive.folder / f"{number - 1}.md"
    first.rename(tmp_path / "aside")
    last.rename(first)
    (tmp_path / "aside").rename(last)
    for one in range(1, number - 1, 2):
        archive.write(f"{one}.md", id=str(one), title="Changed", published=one % 3 > 0)
    await opened.take(archive)
    assert content(opened.path) == content(await fresh(archive))
