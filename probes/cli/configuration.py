"""What is configured: `probe.toml` in the working directory, then `PROBE_*`, then flags. Read once."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from probes.cli.chinese import value_in_chinese
from probes.runs.alerts.settings import AlertSettings
from probes.runs.metrics.settings import MetricsSettings
from results.errors import PlainError
from results.settings import Settings
from results.windows import window_from_text

FILE = Path("probe.toml")
Engine = Literal["chromium", "firefox", "webkit"]


def _words(value: object) -> object:
    """`a,b` from a flag or the environment, as the list that a file would give."""
    return (
        tuple(each.strip() for each in value.split(",") if each.strip()) if isinstance(value, str) else value
    )


def _once(words: tuple[Engine, ...]) -> tuple[Engine, ...]:
    """An engine that is named twice is one engine: it must not agree with itself."""
    return tuple(dict.fromkeys(words))


def _network(word: str) -> str:
    ipaddress.ip_network(word, strict=False)
    return word


def _windows(value: object) -> object:
    """One window, or several, each written as `window_from_text` reads it."""
    return (value,) if isinstance(value, str) else value


def _window(text: str) -> str:
    try:
        window_from_text(text)
    except PlainError as error:
        raise ValueError(error.en) from error
    return text


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Maintenance = Annotated[tuple[Annotated[str, AfterValidator(_window)], ...], BeforeValidator(_windows)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(_words)]
Engines = Annotated[tuple[Engine, ...], BeforeValidator(_words), Field(min_length=1), AfterValidator(_once)]


class Configuration(BaseModel):
    """Every key of `probe.toml`, with its default; `PROBE_<KEY>` and the flags lie over it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    db: Path = Path("probe.db")
    lang: Literal["zh", "en"] | None = None
    log_format: Literal["lines", "json"] = "lines"
    contact: str | None = Field(default=None, max_length=200, pattern=r"^[\x21-\x7e]+$")
    cities_file: Path | None = None
    lists: dict[str, str] = Field(default_factory=dict)
    engines: Engines = ("chromium", "firefox", "webkit")
    only: Words = ()
    sample: int = Field(default=Settings.sample, ge=0, le=100_000)
    seed: int = Settings.seed
    rate: float = Field(default=Settings.rate, gt=0, le=1000)
    allow_private: Networks = ()
    controls: Words = ()
    maintenance: dict[str, Maintenance] = Field(default_factory=dict)
    alerts: AlertSettings = AlertSettings()
    metrics: MetricsSettings = MetricsSettings()
    page_timeout_s: float = Field(default=Settings.page_timeout_s, gt=0)
    first_look_s: float = Field(default=Settings.first_look_s, gt=0)
    max_pages: int = Field(default=Settings.max_pages, ge=1)
    max_depth: int = Field(default=Settings.max_depth, ge=0)
    max_requests: int = Field(default=Settings.max_requests, ge=1)
    max_file_bytes: int = Field(default=Settings.max_file_bytes, ge=1)
    timed_pages: int = Field(default=Settings.timed_pages, ge=1)
    search_repeats: int = Field(default=Settings.search_repeats, ge=1, le=50)
    chat_questions: int = Field(default=Settings.chat_questions, ge=1, le=50)
    link_limit: int = Field(default=Settings.link_limit, ge=0)
    line_patience_s: float = Field(default=Settings.line_patience_s, ge=0)
    run_timeout_s: float = Field(default=Settings.run_timeout_s, gt=0)

    def settings(self, **extra: Any) -> Settings:
        """The settings of a sweep; `extra` holds what only the command knows (practice addresses …)."""
        own = self.model_dump(exclude={"db", "lang", "log_format", "cities_file", "maintenance", *_SECTIONS})
        return Settings(**{**own, "engines_named": "engines" in self.model_fields_set, **extra})


_SECTIONS = tuple(
    name
    for name, field in Configuration.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
)
"""Keys that are tables of the file; none of them is kept with a sweep."""


def configure(
    flags: Mapping[str, Any], *, folder: Path = Path(), environment: Mapping[str, str] = os.environ
) -> Configuration:
    """The configuration for this call.

    Args:
        flags: What was given on the command line; None means not given.
        folder: Where `probe.toml` lies.
        environment: The process's environment.

    Raises:
        PlainError: A key is unknown or a value is wrong; the key and where it stands are named.
    """
    sources = [
        (str(FILE), _from_file(folder / FILE)),
        ("PROBE_*", _from_environment(environment)),
        ("", {name: value for name, value in flags.items() if value is not None and value != ()}),
    ]
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for where, given in sources:
        for name, value in given.items():
            if (
                isinstance(earlier := values.get(name), dict)
                and isinstance(value, dict)
                and name in _SECTIONS
            ):
                values[name] = {**earlier, **value}
                origin |= {f"{name}.{key}": where for key in value}
            else:
                values[name] = value
                origin[name] = where
    try:
        return Configuration.model_validate(values)
    except ValidationError as error:
        raise _in_one_line(error.errors(include_url=False)[0], origin) from error


def _in_one_line(wrong: ErrorDetails, origin: Mapping[str, str]) -> PlainError:
    """What is wrong, by the name that the user gave it; what stands in a table may be a secret and is not shown."""
    key, *rest = (str(each) for each in wrong["loc"])
    path = f"{key}.{rest[0]}" if rest and key in _SECTIONS else key
    where = origin.get(path, origin.get(key, ""))
    name = (
        f"PROBE_{path.replace('.', '_').upper()}"
        if where == "PROBE_*"
        else f"--{path.replace('_', '-')}"
        if not where
        else path
    )
    place = f"{where}: " if where == str(FILE) else ""
    said = wrong["msg"].removeprefix("Value error, ")
    said_zh = value_in_chinese(wrong)
    if wrong["type"] == "extra_forbidden":
        return PlainError(zh=f"{place}没有设置项 {name}", en=f"{place}unknown key {name}")
    if path != key:
        return PlainError(zh=f"{place}{name} 的值不对：{said_zh}", en=f"{place}{name}: {said}")
    return PlainError(
        zh=f"{place}{name} 的值 {wrong['input']!r} 不对：{said_zh}",
        en=f"{place}{name}: {wrong['input']!r}: {said}",
    )


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """`PROBE_<KEY>`, and `PROBE_<TABLE>_<KEY>` for what stands in a table of the file."""
    found: dict[str, Any] = {}
    for variable, value in environment.items():
        if not variable.startswith("PROBE_"):
            continue
        name = variable[len("PROBE_") :].lower()
        section = next((each for each in _SECTIONS if name.startswith(f"{each}_")), None)
        if section is None:
            found[name] = value
        else:
            found.setdefault(section, {})[name[len(section) + 1 :]] = value
    return found


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlainError(zh=f"无法读取 {path}：{error}", en=f"cannot read {path}: {error}") from error
