"""Settings: only this folder's modules read environment variables and newsgraph.toml.

A later source overrides an earlier one: newsgraph.toml in the content folder, then ``NEWSGRAPH_*``
variables, then the options of a command. The metadata of a collection (its title, which fields it
hides) come from its newsgraph.toml only.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationError

from newsgraph.server.config.default_database import default_database_url
from newsgraph.server.config.environment import PREFIX, check_environment
from newsgraph.server.config.field_keys_table import FieldKeysTable  # noqa: TC001 - pydantic evaluates it
from newsgraph.server.config.graphql_settings import GraphQLSettings
from newsgraph.server.config.toml_file import (
    FILE_NAME,
    TomlFile,
    describe_value_error,
    read_toml_file,
)
from newsgraph.server.http_cache.options import DEFAULT_CACHE_OPTIONS, CacheOptions
from newsgraph.server.startup_errors import DatabaseNotNamed, SettingsError
from newsgraph.server.urls import split_http_url
from newsgraph.server.websub.options import (
    DEFAULT_HUB_OPTIONS,
    INTERNAL_HUB,
    NO_HUB,
    HubOptions,
)
from newsgraph.store.documents.archive_kinds import KINDS, KindName
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.documents.entry_ids import EntryIds  # noqa: TC001 - pydantic evaluates it
from newsgraph.store.documents.language_tags import normalize_tag
from newsgraph.store.documents.languages import merge_languages
from newsgraph.store.documents.uri_encoding import iri_to_uri
from newsgraph.store.documents.urls import resolve_url
from newsgraph.store.importing.archive_detection import detect_archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FIXED_SETTINGS: Final = ("database", "host", "port")
"""Settings that are read only when the server starts."""

_METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_LOOPBACK_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
"""Addresses of this machine by the wildcard address that includes them."""


def _check_http_url(url: str) -> str:
    """Return an absolute http or https URL unchanged.

    Raises:
        ValueError: it is something else.
    """
    try:
        split_http_url(url)
    except ValueError as error:
        message = f"should be a complete URL such as https://news.example/, not {url!r}"
        raise ValueError(message) from error
    return url


def _parse_site_url(url: str) -> str:
    parts = urlsplit(_check_http_url(url))
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"should be a URL without query, fragment and user name, not {url!r}")
    # In the form that headers, feeds and links all use.
    return iri_to_uri(url.rstrip("/"))


def _strip_brackets(host: str) -> str:
    """Return an IPv6 address without the brackets that it has in a URL."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def _check_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"should be the name of a time zone such as Europe/Berlin, not {name!r}"
        raise ValueError(message) from error
    return name


def _check_language(code: str) -> str:
    if normalize_tag(code) is None:
        raise ValueError(f"should be a language such as en or pt-BR, not {code!r}")
    return code


def _check_email(address: str) -> str:
    if not re.fullmatch(r"[^@\s()<>]+@[^@\s()<>]+\.[^@\s()<>]+", address):
        raise ValueError(f"should be an e-mail address such as desk@news.example, not {address!r}")
    return address


def _check_hub(value: str) -> str:
    if value in (INTERNAL_HUB, NO_HUB):
        return value
    try:
        return _check_http_url(value)
    except ValueError as error:
        message = f"should be 'own', 'none' or the complete URL of a hub, not {value!r}"
        raise ValueError(message) from error


NonEmptyText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ServerSettings(GraphQLSettings):
    """Settings of a server, which a newsgraph.toml may contain too.

    Attributes:
        database: URL of the store's database; a relative path is relative to the working directory.
            Without it, each folder has a store in the user's data directory.
        host: host name or IP address to listen on.
        port: port to listen on; 0 chooses a free port.
        public_url: base URL of the site, such as ``https://news.example/archive``. A proxy that
            forwards only requests below a path removes that path before it forwards them: routes
            begin at ``/`` here. The Host header of requests is never used for URLs, as any
            client can write it.
        feed_entries: maximum number of stories in a feed.
        feed_content: ``full`` for feeds with the bodies of stories, or ``summary``.
        feed_related: whether feeds list related stories below the content of a story; feeds of
            collapsed stories always do.
        pictures: whether pages show images of publishers.
        access_log: whether each request is logged.
        workers: number of processes that serve.
        grace_seconds: how long requests may continue after a signal that stops the server.
        request_seconds: how long a client may take to send a request; a connection that sends
            nothing for this time, or reads nothing of a response, is closed.
        max_connections: maximum number of connections of a process. Where the system allows fewer
            open files, it is lower.
        response_cache_bytes: memory for cached responses; 0 turns the response cache off. Rendered
            entries of feeds take up to half as much besides.
        max_age_seconds: how long clients and proxies may use a response without revalidation.
        hub: WebSub hub that publishes the feeds: ``own`` for the hub of this server, ``none``, or
            the URL of an external hub.
        hub_private_addresses: whether this server's hub sends to addresses that are not public.
    """

    database: NonEmptyText | None = None
    host: Annotated[NonEmptyText, AfterValidator(_strip_brackets)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: Annotated[str, AfterValidator(_parse_site_url)] | None = None
    feed_entries: Annotated[int, Field(ge=1, le=1000)] = 50
    feed_content: Literal["full", "summary"] = "full"
    feed_related: bool = False
    pictures: bool = True
    access_log: bool = False
    workers: Annotated[int, Field(ge=1, le=256)] = 1
    # More than operation_seconds, so that a query that runs when the server stops can end.
    grace_seconds: Annotated[float, Field(ge=0, le=3600)] = 15.0
    request_seconds: Annotated[float, Field(gt=0, le=3600)] = 30.0
    max_connections: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    response_cache_bytes: Annotated[int, Field(ge=0, le=1_000_000_000_000)] = (
        DEFAULT_CACHE_OPTIONS.response_cache_bytes
    )
    max_age_seconds: Annotated[int, Field(ge=0, le=31_536_000)] = (
        DEFAULT_CACHE_OPTIONS.max_age_seconds
    )
    hub: Annotated[str, AfterValidator(_check_hub)] = DEFAULT_HUB_OPTIONS.hub
    hub_private_addresses: bool = DEFAULT_HUB_OPTIONS.private_addresses


class Settings(ServerSettings):
    """Settings of a server, merged from all sources.

    Attributes:
        has_default_database: whether no source names the store, which is the folder's own one then.
    """

    model_config = ConfigDict(frozen=True)

    database: NonEmptyText
    has_default_database: bool = False

    def site_url(self, port: int) -> str:
        """Return the base URL of the site, without a trailing slash.

        Args:
            port: port that the server actually listens on.
        """
        if self.public_url is not None:
            return self.public_url
        host = _LOOPBACK_ADDRESSES.get(self.host, self.host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def cache_options(self) -> CacheOptions:
        """Return the options of the response cache and of Cache-Control."""
        return CacheOptions(
            response_cache_bytes=self.response_cache_bytes, max_age_seconds=self.max_age_seconds
        )

    def hub_options(self) -> HubOptions:
        """Return the options of the WebSub hub."""
        return HubOptions(hub=self.hub, private_addresses=self.hub_private_addresses)


def metrics_folder() -> str | None:
    """Return the folder in which several processes share their metrics; None for a single one.

    It is no setting: prometheus-client reads its environment variable when it is imported, so the
    process that starts several others sets it for them.
    """
    return os.environ.get(_METRICS_VARIABLE)


@contextmanager
def shared_metrics_folder(folder: str) -> Iterator[None]:
    """Make the processes that are started in the block share their metrics.

    Args:
        folder: folder of the metrics, which prometheus-client reads from its variable.
    """
    os.environ[_METRICS_VARIABLE] = folder
    try:
        yield
    finally:
        del os.environ[_METRICS_VARIABLE]


class NewsgraphToml(ServerSettings):
    """All keys that a newsgraph.toml may contain: a server's settings and a collection's metadata.

    `Collection` explains those of a collection.
    """

    model_config = ConfigDict(extra="forbid")

    id: NonEmptyText | None = None
    title: NonEmptyText | None = None
    description: NonEmptyText | None = None
    copyright: NonEmptyText | None = None
    author: NonEmptyText | None = None
    author_url: Annotated[str, AfterValidator(_check_http_url)] | None = None
    email: Annotated[NonEmptyText, AfterValidator(_check_email)] | None = None
    icon: NonEmptyText | None = None
    logo: NonEmptyText | None = None
    url: Annotated[str, AfterValidator(_check_http_url)] | None = None
    language: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] | None
    ) = None
    languages: tuple[Annotated[NonEmptyText, AfterValidator(_check_language)], ...] | None = None
    unpublished: Literal["hide", "serve"] = "hide"
    private_fields: tuple[NonEmptyText, ...] = Collection().private_fields
    exclude: tuple[NonEmptyText, ...] = ()
    kind: KindName | None = None
    keys: FieldKeysTable = Collection().keys
    time_zone: Annotated[NonEmptyText, AfterValidator(_check_time_zone)] | None = None
    future: Literal["show", "hide"] | None = None
    file_titles: bool | None = None
    files: bool = Collection().files
    updated: Literal["git", "import"] = Collection().updated
    entry_ids: EntryIds = Collection().entry_ids


def read_root(folder: Path, config_path: Path | None = None) -> ImportRoot:
    """Return a folder with its collection.

    What its newsgraph.toml lacks comes from the configuration of the archive's generator, such as
    Jekyll's _config.yml.

    Args:
        folder: the folder.
        config_path: a file to read instead of its newsgraph.toml.

    Raises:
        SettingsError: the newsgraph.toml cannot be read, or is invalid.
    """
    file = read_toml_file(config_path or folder / FILE_NAME)
    try:
        toml = NewsgraphToml.model_validate(file.values)
    except ValidationError as error:
        message = file.describe_error(error.errors()[0], NewsgraphToml.model_fields)
        raise SettingsError(message) from error
    detected = detect_archive(folder)
    config = detected.config
    kind = KINDS[toml.kind] if toml.kind else detected.kind
    site_url = toml.url or config.url
    # The generator's configuration counts only where newsgraph.toml says nothing.
    serves_drafts = config.build.drafts and "unpublished" not in toml.model_fields_set
    identity = config.identity
    if toml.author:
        # It is another one than that of the configuration.
        identity = replace(identity, author_url=None, email=None)
    author_url = resolve_url(identity.author_url or "", site_url)
    collection = Collection(
        id=toml.id,
        title=toml.title or config.title,
        description=toml.description or config.description,
        copyright=toml.copyright or identity.copyright,
        author=toml.author or identity.author,
        author_url=toml.author_url or author_url,
        email=toml.email or identity.email,
        icon=toml.icon or identity.icon,
        logo=toml.logo or identity.logo,
        url=site_url,
        language=toml.language or config.language,
        serve_unpublished=toml.unpublished == "serve" or serves_drafts,
        private_fields=toml.private_fields,
        exclude=toml.exclude,
        kind=kind.name,
        keys=toml.keys,
        time_zone=toml.time_zone or config.time_zone,
        document_folders=config.folders,
        content_folder=config.content_folder,
        is_complete=detected.is_complete,
        languages=merge_languages(toml.languages, detected.languages),
        future=toml.future or config.build.future_setting(kind),
        serve_expired=config.build.expired,
        file_titles=toml.file_titles,
        files=toml.files,
        updated=toml.updated,
        entry_ids=toml.entry_ids,
    )
    evidence = None if toml.kind else detected.evidence
    config_file = detected.config_file if kind is detected.kind else None
    server_settings = {name: file.values[name] for name in _SERVER_KEYS & file.values.keys()}
    return ImportRoot(
        folder, collection, evidence, config_file, json.dumps(server_settings, sort_keys=True)
    )


@dataclass(frozen=True, slots=True)
class SettingsSources:
    """Where the settings of a server come from.

    Attributes:
        file: a newsgraph.toml.
        options: options of the command line; None for those that are not used.
        root: the folder whose store is the default; None if the store has to be named.
    """

    file: TomlFile
    options: Mapping[str, object] = field(default_factory=dict)
    root: ImportRoot | None = None


def read_settings(sources: SettingsSources) -> Settings:
    """Return the settings of a server.

    Raises:
        SettingsError: a value is invalid; the message has its name and where it was set.
        DatabaseNotNamed: there is no folder, and no source names the store.
    """
    file = sources.file
    from_file = {key: file.values[key] for key in _SERVER_KEYS & file.values.keys()}
    variables = check_environment(_SERVER_KEYS, NewsgraphToml.model_fields.keys() - _SERVER_KEYS)
    from_environment = {name: os.environ[PREFIX + name.upper()] for name in variables}
    from_options = {key: value for key, value in sources.options.items() if value is not None}
    values: dict[str, Any] = {**from_file, **from_environment, **from_options}
    try:
        settings = ServerSettings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        if key in from_options:
            message = describe_value_error(f"--{key.replace('_', '-')}", first)
        elif key in from_environment:
            message = describe_value_error(f"{PREFIX}{key.upper()}", first)
        else:
            message = file.describe_error(first, NewsgraphToml.model_fields)
        raise SettingsError(message) from error

    merged = settings.model_dump()
    if settings.database is None:
        if sources.root is None:
            raise DatabaseNotNamed(
                "name a folder, or a store with --database; `newsgraph roots` lists the stores"
            )
        database = default_database_url(sources.root)
        merged |= {"database": database, "has_default_database": True}
    return Settings(**merged)


_SERVER_KEYS = ServerSettings.model_fields.keys()
