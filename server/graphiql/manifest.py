"""The files of other people that GraphiQL's page needs: which they are, and whether they are there.

It needs nothing but Python: builds read it too, before anything is installed.
"""

from __future__ import annotations

import hashlib
import tomllib
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

LIST = HERE / "files.toml"

FETCHED = HERE / "fetched"
"""Where `server.graphiql.download` puts them; builds carry them, and git does not."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a package.

    Attributes:
        package: npm's name of it.
        version: the package's.
        path: the file's, within the package.
        digest: ``sha384-`` and base64, as Subresource Integrity says it.
    """

    package: str
    version: str
    path: str
    digest: str

    @property
    def place(self) -> str:
        """Where it is, below the folder of all."""
        return f"{self.package}/{self.path}"

    def is_right(self, body: bytes) -> bool:
        """Tell whether bytes are what the list says."""
        return digest(body) == self.digest


def digest(body: bytes) -> str:
    """Return the digest of bytes, as the list has it."""
    return f"sha384-{b64encode(hashlib.sha384(body).digest()).decode()}"


def listed(path: Path = LIST) -> list[File]:
    """Return all files, in the order that a browser needs them."""
    told = tomllib.loads(path.read_text("utf-8"))
    return [
        File(package["name"], package["version"], name, said)
        for package in told["package"]
        for name, said in package["files"].items()
    ]


def read(folder: Path = FETCHED, files: list[File] | None = None) -> dict[File, bytes] | None:
    """Return the files' bytes, or None where one is missing or is not what the list says.

    Args:
        folder: where they have been put.
        files: those that there should be; all of the list if left out.
    """
    found = {}
    for file in listed() if files is None else files:
        try:
            found[file] = (folder / file.place).read_bytes()
        except OSError:
            return None
        if not file.is_right(found[file]):
            return None
    return found
