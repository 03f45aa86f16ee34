"""The manifest of the third-party files that GraphiQL's page needs, and reading these files.

This module uses only the standard library: builds import it before anything is installed.
"""

from __future__ import annotations

import hashlib
import tomllib
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).parent

MANIFEST_PATH = PACKAGE_FOLDER / "files.toml"

DOWNLOAD_FOLDER = PACKAGE_FOLDER / "fetched"
"""Target folder of `server.graphiql.download`; builds contain it, the repository does not."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of an npm package.

    Attributes:
        package: name of the package.
        version: version of the package.
        path: path of the file within the package.
        digest: its SHA-384 as in Subresource Integrity: ``sha384-`` and base64.
    """

    package: str
    version: str
    path: str
    digest: str

    @property
    def relative_path(self) -> str:
        """Path of the file below the download folder."""
        return f"{self.package}/{self.path}"

    def matches_digest(self, body: bytes) -> bool:
        """Return whether bytes have the digest of the manifest."""
        return compute_digest(body) == self.digest


def compute_digest(body: bytes) -> str:
    """Return the digest of bytes in the manifest's format."""
    return f"sha384-{b64encode(hashlib.sha384(body).digest()).decode()}"


def read_manifest(path: Path = MANIFEST_PATH) -> list[PackageFile]:
    """Return the files of the manifest, in the order in which a browser needs them."""
    manifest = tomllib.loads(path.read_text("utf-8"))
    return [
        PackageFile(package["name"], package["version"], file_path, digest)
        for package in manifest["package"]
        for file_path, digest in package["files"].items()
    ]


def read_files(
    folder: Path = DOWNLOAD_FOLDER, files: list[PackageFile] | None = None
) -> dict[PackageFile, bytes] | None:
    """Return the contents of files; None if a file is missing or its digest is wrong.

    Args:
        folder: folder into which the files were downloaded.
        files: the files to read; those of the manifest by default.
    """
    contents = {}
    for file in read_manifest() if files is None else files:
        try:
            contents[file] = (folder / file.relative_path).read_bytes()
        except OSError:
            return None
        if not file.matches_digest(contents[file]):
            return None
    return contents
