"""Settings: the only place that reads the environment and newsgraph.toml.

What is said last counts: newsgraph.toml beside the content, then ``NEWSGRAPH_*``, then the
options of a command. A collection's own words (its title, what it hides) stand in its
newsgraph.toml only.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as Invalid
from pydantic_settings import BaseSettings, InitSettingsSource, SettingsConfigDict

from newsgraph.feeds.uri import uri
from newsgraph.server.config.graphql_settings import GraphKeys
from newsgraph.server.errors import SettingsError
from newsgraph.server.http_cache.options import DELIVERY, Delivery
from newsgraph.server.websub.options import HUB, NONE, OWN, HubOptions
from newsgraph.store.documents.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails
    from pydantic_settings import PydanticBaseSettingsSource

FILE = "newsgraph.toml"

_PREFIX = "NEWSGRAPH_"
_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - told apart, not listened on
_NOT_IN_A_URL = re.compile(r"[\s\x00-\x1f\x7f\"<>\\^`{|}]")
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def _http(address: str) -> str:
    """Check a whole http or https address.

    Raises:
        ValueError: it is something else.
    """
    message = f"should be a whole address such as https://news.example/, not {address!r}"
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise ValueError(message) from error
    if not good or _NOT_IN_A_URL.search(address):
        raise ValueError(message)
    return address


def _site(address: str) -> str:
    parts = urlsplit(_http(address))
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"should end with its host or path, which {address!r} does not")
    # As it stands in headers, feeds and links alike.
    return uri(address.rstrip("/"))


def _hub(said: str) -> str:
    if said in (OWN, NONE):
        return said
    try:
        return _http(said)
    except ValueError as error:
        message = f"should be 'own', 'none' or a hub's whole address, not {said!r}"
        raise ValueError(message) from error


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ServerKeys(GraphKeys):
    """The settings of a server, which a newsgraph.toml may hold too.

    Attributes:
        database: the store's address; a relative path starts in the working folder.
        host, port: where to listen; port 0 takes a free one.
        public_url: what addresses of our own begin with, such as
            ``https://news.example/archive``. A proxy that forwards only a path takes that
            path away before it hands a request on: routes begin at ``/`` here. It is never
            taken from a request's Host header, which anyone can write.
        feed_entries: how many stories a feed carries at most.
        feed_related: whether feeds list what a story leads on to below its content.
        pictures: whether pages show pictures of publishers.
        access_log: whether each request is logged.
        workers: how many processes serve.
        response_cache_bytes: memory for answers that are kept; 0 keeps none.
        max_age_seconds: how long clients and proxies may use an answer without asking again.
        hub: which WebSub hub feeds are pushed by: our ``own``, ``none``, or another's address.
        hub_private_addresses: whether our own hub sends to addresses that are not public.
    """

    database: Name = "sqlite:///newsgraph.db"
    host: Name = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: Annotated[str, AfterValidator(_site)] | None = None
    feed_entries: Annotated[int, Field(ge=1, le=1000)] = 50
    feed_related: bool = True
    pictures: bool = True
    access_log: bool = False
    workers: Annotated[int, Field(ge=1, le=256)] = 1
    response_cache_bytes: Annotated[int, Field(ge=0, le=1_000_000_000_000)] = (
        DELIVERY.response_cache_bytes
    )
    max_age_seconds: Annotated[int, Field(ge=0, le=31_536_000)] = DELIVERY.max_age_seconds
    hub: Annotated[str, AfterValidator(_hub)] = HUB.hub
    hub_private_addresses: bool = HUB.private_addresses


class Settings(ServerKeys, BaseSettings):
    """The settings of a server, from all the places that may hold them."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, frozen=True, extra="ignore", enable_decoding=False
    )

    def site(self, port: int) -> str:
        """Return what addresses of our own begin with; it has no slash at the end.

        Args:
            port: where the server listens in the end.
        """
        if self.public_url is not None:
            return self.public_url
        host = _EVERY_ADDRESS.get(self.host, self.host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def delivery(self) -> Delivery:
        """Return how answers are delivered.

        The folder of metrics is no setting: prometheus-client reads its variable when it is
        imported, so that whoever starts several processes sets it for them.
        """
        return Delivery(
            response_cache_bytes=self.response_cache_bytes,
            max_age_seconds=self.max_age_seconds,
            metrics_folder=os.environ.get(_METRICS),
        )

    def hub_options(self) -> HubOptions:
        """Return which hub feeds are pushed by."""
        return HubOptions(hub=self.hub, private_addresses=self.hub_private_addresses)


@contextmanager
def sharing_metrics(folder: str) -> Iterator[None]:
    """Let the processes that are started in the block count together.

    Args:
        folder: where they keep their counts; prometheus-client knows it by this variable.
    """
    os.environ[_METRICS] = folder
    try:
        yield
    finally:
        del os.environ[_METRICS]


class CollectionKeys(ServerKeys):
    """All that a newsgraph.toml may hold."""

    model_config = ConfigDict(extra="forbid")

    id: Name | None = None
    title: Name | None = None
    description: Name | None = None
    url: Annotated[str, AfterValidator(_http)] | None = None
    language: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] | None
    ) = None
    unpublished: Literal["hide", "serve"] = "hide"
    private_fields: tuple[Name, ...] = Collection().private_fields
    exclude: tuple[Name, ...] = ()


def read_collection(folder: Path) -> Collection:
    """Return what a folder's newsgraph.toml says of its documents; it need not have one.

    Raises:
        SettingsError: the file cannot be read, or says what it must not.
    """
    path = folder / FILE
    text = _text(path)
    try:
        found = CollectionKeys.model_validate(_table(path, text))
    except Invalid as error:
        first = error.errors()[0]
        raise SettingsError(_in_file(path, text, first)) from error
    return Collection(
        found.id,
        found.title,
        found.description,
        found.url,
        found.language,
        found.unpublished == "serve",
        found.private_fields,
        found.exclude,
    )


def read_settings(folder: Path, options: Mapping[str, object]) -> Settings:
    """Return the settings of a server.

    Args:
        folder: where a newsgraph.toml may stand.
        options: what the command line says; None is what it does not say.

    Raises:
        SettingsError: a value is wrong; the message tells which and where it stands.
    """
    path = folder / FILE
    text = _text(path)
    in_file = {key: value for key, value in _table(path, text).items() if key in _SERVER}
    given: dict[str, Any] = {key: value for key, value in options.items() if value is not None}

    class Sources(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not one of ours
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not one of ours
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, in_file)

    try:
        # A class that is made here could not go to another process.
        return Settings.model_construct(**Sources(**given).model_dump())
    except Invalid as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        if key in given:
            told = _words(f"--{key.replace('_', '-')}", first)
        elif key in in_file and first["input"] == in_file[key]:
            told = _in_file(path, text, first)
        else:
            told = _words(f"{_PREFIX}{key.upper()}", first)
        raise SettingsError(told) from error


_SERVER = frozenset(ServerKeys.model_fields)


def _text(path: Path) -> str:
    if path.is_fifo():
        # Reading it would wait for somebody to write.
        raise SettingsError(f"{path}: it is a pipe, not a file")
    try:
        return path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: it is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be read: {error.strerror}") from error


def _table(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        if (found := _WHERE.search(message)) is None:
            raise SettingsError(f"{path}: {message}") from error
        line = int(found[1]) if found[1] else text.count("\n") + 1
        column = f":{found[2]}" if found[2] else ""
        # tomllib quotes a line end as '\n', which is no character that people see.
        told = message[: found.start()]
        raise SettingsError(f"{path}:{line}{column}: broken TOML: {told}") from error


def _in_file(path: Path, text: str, error: ErrorDetails) -> str:
    """Say what is wrong in a file, with its line as far as a look at the text tells."""
    key = str(error["loc"][0])
    found = re.search(rf"""^[ \t\[]*["']?{re.escape(key)}["']?[ \t]*[=.\]]""", text, re.MULTILINE)
    place = f"{path}:{text.count(chr(10), 0, found.start()) + 1}" if found else str(path)
    if error["type"] != "extra_forbidden":
        return f"{place}: {_words(repr(key), error)}"
    near = difflib.get_close_matches(key, CollectionKeys.model_fields, n=1)
    if near:
        return f"{place}: there is no setting {key!r}; did you mean {near[0]!r}?"
    there_are = ", ".join(sorted(CollectionKeys.model_fields))
    return f"{place}: there is no setting {key!r}; there are {there_are}"


def _words(name: str, error: ErrorDetails) -> str:
    """Say in our own words what pydantic found."""
    if error["type"] == "string_pattern_mismatch":
        return f"{name} should be a language such as en or pt-BR, not {error['input']!r}"
    if error["type"] == "value_error":
        return f"{name} {error['ctx']['error']}"
    told = error["msg"].removeprefix("Input ").replace("valid tuple", "list")
    part = "".join(f" (entry {one + 1})" for one in error["loc"][1:] if isinstance(one, int))
    return f"{name}{part} {told[0].lower()}{told[1:]}, not {error['input']!r}"
