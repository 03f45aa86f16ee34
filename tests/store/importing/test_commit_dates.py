"""The date of the last commit is `updatedAt` of documents that the store has not had before."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.importing.commit_dates import CHANGED_SINCE, first_updated_at
from tests.external_programs import require_tool
from tests.store.archive import Archive
from tests.store.importing.import_results import article_values

pytestmark = pytest.mark.process

IMPORTED = "2025-01-01T00:00:00Z"
"""What the clock of the tests shows."""


class Repository:
    """A git repository with the documents of an archive.

    Args:
        folder: the folder of the repository.
        archive: the archive in it.
    """

    def __init__(self, folder, archive):
        self.folder, self.archive = folder, archive

    def git(self, *arguments, date="2024-01-01"):
        """Run git, with a date of commits, and without the user's configuration."""
        name = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
        name |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in name.items()}
        dates = {f"GIT_{who}_DATE": f"{date}T12:00:00+0000" for who in ("AUTHOR", "COMMITTER")}
        empty = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run(
            [require_tool("git"), "-c", "protocol.file.allow=always", *arguments],
            cwd=self.folder,
            env={"PATH": os.defpath} | name | dates | empty,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def commit(self, date):
        """Commit everything."""
        self.git("add", "--all", ".", date=date)
        self.git("commit", "--allow-empty", "-m", "Change", date=date)


@pytest.fixture
def repository(tmp_path):
    """A repository whose folder ``blog`` is an archive."""
    require_tool("git")
    folder = tmp_path / "site"
    repository = Repository(folder, Archive(folder / "blog"))
    repository.git("init", "--initial-branch=main")
    return repository


def write_program(path, *lines):
    """Write a program of the shell, and return its path."""
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return str(path)


async def test_first_import(opened, repository, monkeypatch):
    """Each document has the date of the last commit that changed it, if it states none.

    The variables of a hook of another repository, which may run the import, do not count.
    """
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_WORK_TREE", "/nowhere")
    archive = repository.archive
    archive.write_article("old.md", date="2021-01-01")
    archive.write_article("own.md", date="2021-01-01", updated="2022-02-02")
    archive.write_article("dateless.md")
    archive.write_article("later.md", date="2024-12-01")
    archive.write_article("deep/new.md", date="2021-01-01")
    repository.commit("2023-03-03")
    archive.write_article("deep/new.md", date="2021-01-01", body="New.")
    repository.commit("2024-04-04")
    (repository.folder / "README").write_text("Not a document.")
    repository.commit("2024-05-05")
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at") == {
        "old": "2023-03-03T12:00:00Z",
        "own": "2022-02-02T00:00:00Z",
        "dateless": "2023-03-03T12:00:00Z",
        "later": "2024-12-01T00:00:00Z",  # not before it is published
        "deep/new": "2024-04-04T12:00:00Z",
    }


async def test_later_imports(opened, repository, clock):
    """A store that has a document does not ask git; a new document gets its date."""
    archive = repository.archive
    archive.write_article("a.md", date="2021-01-01")
    await opened.import_archives(archive)
    repository.commit("2024-04-04")
    archive.write_article("b.md", date="2021-01-01")
    repository.commit("2024-05-05")
    clock.forward(days=1)
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at") == {
        "a": "2021-01-01T00:00:00Z",
        "b": "2024-05-05T12:00:00Z",
    }
    archive.write_article("b.md", date="2021-01-01", body="New.")
    repository.commit("2024-06-06")
    clock.forward(days=1)
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at")["b"] == "2025-01-03T00:00:00Z"


async def test_uncommitted_changes(opened, repository):
    """A changed file has the time of the import, one that git does not know its own date."""
    archive = repository.archive
    archive.write_article("changed.md", date="2021-01-01")
    archive.write_article("staged.md", date="2021-01-01")
    repository.commit("2024-04-04")
    archive.write_article("changed.md", date="2021-01-01", body="New.")
    archive.write_article("staged.md", date="2021-01-01", body="New.")
    archive.write_article("new.md", date="2021-01-01")
    repository.git("add", "blog/staged.md")
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at") == {
        "changed": IMPORTED,
        "staged": IMPORTED,
        "new": "2021-01-01T00:00:00Z",
    }


async def test_a_commit_of_the_future(opened, repository):
    """The date is not later than the import, whatever a commit says."""
    repository.archive.write_article("a.md", date="2021-01-01")
    repository.commit("2030-01-01")
    await opened.import_archives(repository.archive)
    assert article_values(opened.path, "updated_at") == {"a": IMPORTED}


async def test_the_setting(opened, repository):
    """With ``updated = "import"``, git is not asked."""
    archive = repository.archive
    archive.collection = Collection(id="tests", updated="import")
    archive.write_article("a.md", date="2021-01-01")
    repository.commit("2024-04-04")
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at") == {"a": "2021-01-01T00:00:00Z"}


async def test_merges(opened, repository):
    """A file has the date of the side that the merge took, or of the merge that changed it."""
    archive = repository.archive
    for name in ("side", "ours", "both"):
        archive.write_article(f"{name}.md", date="2021-01-01")
    repository.commit("2023-01-01")
    repository.git("checkout", "-b", "side")
    for name in ("side", "ours", "both"):
        archive.write_article(f"{name}.md", date="2021-01-01", body="Side.")
    repository.commit("2023-03-03")
    repository.git("checkout", "main")
    for name in ("ours", "both"):
        archive.write_article(f"{name}.md", date="2021-01-01", body="Main.")
    repository.commit("2023-02-02")
    repository.git("merge", "--no-commit", "--strategy-option=ours", "side")
    archive.write_article("both.md", date="2021-01-01", body="Both.")
    repository.commit("2023-04-04")
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at") == {
        "side": "2023-03-03T12:00:00Z",
        "ours": "2023-02-02T12:00:00Z",
        "both": "2023-04-04T12:00:00Z",
    }


async def test_names_and_line_ends(opened, repository):
    """Names may have any character, and git may have changed line ends at checkout."""
    archive = repository.archive
    repository.git("config", "core.autocrlf", "true")
    names = ["commit 1.md", ":colon.md", "tab\tline\nfeed.md", "é 'quote\".md", "*.md"]
    for name in names:
        archive.write_article(name, id=f"n{names.index(name)}", date="2021-01-01")
    repository.commit("2024-04-04")
    repository.git("rm", "-r", "--cached", ".")
    repository.git("reset", "--hard")
    assert b"\r\n" in (archive.folder / "*.md").read_bytes()
    await opened.import_archives(archive)
    assert set(article_values(opened.path, "updated_at").values()) == {"2024-04-04T12:00:00Z"}
    assert len(article_values(opened.path, "updated_at")) == len(names)


async def test_a_shallow_clone(opened, repository, tmp_path):
    """Files that are older than the clone's first commit have their own dates."""
    archive = repository.archive
    archive.write_article("old.md", date="2021-01-01")
    repository.commit("2023-01-01")
    archive.write_article("old.md", date="2021-01-01", body="New.")
    repository.commit("2023-02-02")
    archive.write_article("new.md", date="2021-01-01")
    repository.commit("2023-03-03")
    repository.git("clone", "--depth=2", f"file://{repository.folder}", str(tmp_path / "clone"))
    await opened.import_archives(Archive(tmp_path / "clone" / "blog"))
    assert article_values(opened.path, "updated_at") == {
        "old": "2021-01-01T00:00:00Z",
        "new": "2023-03-03T12:00:00Z",
    }


async def test_a_repository_runs_nothing(opened, repository, tmp_path):
    """Neither its configuration nor its attributes make git run a program."""
    archive, marker = repository.archive, tmp_path / "was-run"
    program = write_program(tmp_path / "program", f": > {marker}")
    archive.write_article("a.md", date="2021-01-01")
    archive.write_article("b.md", date="2021-01-01")
    repository.commit("2024-04-04")
    signing = write_program(
        tmp_path / "sign",
        "cat > /dev/null",
        'echo "[GNUPG:] SIG_CREATED x" >&2',
        'printf -- "-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n"',
    )
    repository.git(
        *("-c", f"gpg.program={signing}", "commit", "-S", "--amend", "-m", "Signed"),
        date="2024-04-04",
    )
    assert "gpgsig" in repository.git("cat-file", "commit", "HEAD")
    (repository.folder / ".gitattributes").write_text("* filter=f diff=f\n")
    for key in (
        *("core.fsmonitor", "core.pager", "pager.log", "diff.external", "gpg.program"),
        *("filter.f.clean", "filter.f.process", "filter.f.smudge", "diff.f.textconv"),
        *("core.sshCommand", "credential.helper", "diff.f.command", "core.editor", "alias.log"),
    ):
        repository.git("config", key, program)
    repository.git("config", "log.showSignature", "true")
    for hook in ("pre-auto-gc", "post-index-change", "fsmonitor-watchman"):
        shutil.copy(program, repository.folder / ".git" / "hooks" / hook)
    archive.write_article("b.md", date="2021-01-01", body="Changed.")
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at") == {
        "a": "2024-04-04T12:00:00Z",
        "b": IMPORTED,
    }
    assert not marker.exists()


async def test_a_clone_without_trees_fetches_nothing(opened, repository, tmp_path):
    """A partial clone whose objects are missing starts no transport; the dates stay unknown."""
    archive, marker = repository.archive, tmp_path / "was-run"
    program = write_program(tmp_path / "program", f": > {marker}")
    archive.write_article("a.md", date="2021-01-01")
    repository.commit("2023-01-01")
    archive.write_article("b.md", date="2021-01-01")
    repository.commit("2024-04-04")
    repository.git("config", "uploadpack.allowFilter", "true")
    source, folder = f"file://{repository.folder}", tmp_path / "clone"
    repository.git("clone", "--filter=tree:0", source, str(folder))
    clone = Repository(folder, Archive(folder / "blog"))
    clone.git("config", "remote.origin.uploadpack", program)
    clone.git("config", "protocol.allow", "always")
    await opened.import_archives(clone.archive)
    assert set(article_values(opened.path, "updated_at").values()) == {"2021-01-01T00:00:00Z"}
    assert not marker.exists()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)
async def test_a_repository_of_another_user(opened, repository):
    """The documents of a repository that git refuses have their own dates."""
    repository.archive.write_article("a.md", date="2021-01-01")
    repository.commit("2024-04-04")
    for path in (repository.folder, repository.folder / ".git"):
        os.chown(path, 12345, 12345)
    await opened.import_archives(repository.archive)
    assert article_values(opened.path, "updated_at") == {"a": "2021-01-01T00:00:00Z"}


@pytest.mark.parametrize("broken", ["empty", "no-head", "file"])
async def test_broken_repositories(opened, tmp_path, broken):
    """They are no errors: the documents have their own dates."""
    require_tool("git")
    repository = Repository(tmp_path / "site", Archive(tmp_path / "site"))
    if broken == "file":
        (repository.folder / ".git").write_text("gitdir: nowhere\n")
    else:
        repository.git("init")
    if broken == "no-head":
        (repository.folder / ".git" / "HEAD").unlink()
    repository.archive.write_article("a.md", date="2021-01-01")
    await opened.import_archives(repository.archive)
    assert article_values(opened.path, "updated_at") == {"a": "2021-01-01T00:00:00Z"}


async def test_a_link_is_not_compared(opened, repository):
    """A commit has only the target of a symbolic link, so the document has its own date."""
    archive = repository.archive
    (repository.folder / "elsewhere.md").write_text("---\ndate: 2021-01-01\n---\n")
    (archive.folder / "link.md").symlink_to("../elsewhere.md")
    repository.commit("2024-04-04")
    await opened.import_archives(archive)
    assert article_values(opened.path, "updated_at") == {"link": "2021-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("published_at", "committed_at", "expected"),
    [
        (None, None, IMPORTED),
        ("2024-01-01T00:00:00Z", None, "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00Z", "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z", "2024-02-01T00:00:00Z"),
        ("2024-01-01T00:00:00Z", CHANGED_SINCE, IMPORTED),
        ("2026-01-01T00:00:00Z", "2024-02-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        (None, "2024-02-01T00:00:00Z", "2024-02-01T00:00:00Z"),
        (None, CHANGED_SINCE, IMPORTED),
    ],
)
def test_first_updated_at(published_at, committed_at, expected):
    """It is never before the date of publication, and a commit never makes it later than now."""
    assert first_updated_at(published_at, IMPORTED, committed_at) == expected
