"""The registry of cities: names, regions and portal addresses, each with how sure we are of it."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from results.errors import PlainError
from results.ledger import City
from spiders.net.politeness import host_group
from spiders.scope import Portal


class RegisteredCity(BaseModel):
    """One city of the registry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str
    province: str = ""
    region: str = ""
    adcode: str = Field(default="", pattern=r"^(\d{6})?$")
    group: str = "own"
    """core36, further20, or own for a city of the user's."""
    kind: str = ""
    home_url: str | None = None
    confidence: Literal["high", "medium", "low", "none", "user"] = "user"
    """How sure the address is."""
    province_url: str | None = None
    hosts: tuple[str, ...] = ()
    authorized: str | None = None
    """Reference of the owner's permission for a higher rate."""
    ignore_robots: str | None = None
    """Reference of the owner's document that lifts robots.txt for its own portal."""

    @field_validator("home_url", "province_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        try:
            return None if url is None else checked_address(url)
        except PlainError as error:
            raise ValueError(error.en) from error  # pydantic names the city and the field

    @property
    def area_code(self) -> str | None:
        """The twelve-digit area code."""
        return f"{self.adcode}000000" if self.adcode else None

    def portal(self, *, from_province: bool = False) -> Portal:
        """The portal to probe.

        Args:
            from_province: Whether a city without an address of its own may be entered from its province's.

        Raises:
            PlainError: There is no address to begin with; the message says what to give instead.
        """
        if self.home_url is not None:
            return self.portal_at(self.home_url)
        if self.province_url is not None and from_province:
            return self.portal_at(self.province_url, entered_from_province=True)
        zh, en = "", ""
        if self.province_url is not None:
            zh = f"，或用 --from-province 从省门户 {self.province_url} 进入"
            en = f", or enter it from its province's ({self.province_url}) with --from-province"
        raise PlainError(
            zh=f"{self.name}（{self.slug}）没有登记自己的门户网址，请用 --home 网址 指定{zh}",
            en=f"{self.slug} has no portal address of its own in the registry; give one with --home URL{en}",
        )

    def portal_at(self, home_url: str, *, entered_from_province: bool = False) -> Portal:
        """The city's portal at an address that the user or a practice server gives."""
        return Portal(
            slug=self.slug,
            name=self.name,
            home_url=home_url,
            adcode=self.adcode or None,
            area_code=self.area_code,
            province=self.province or None,
            pinned_hosts=self.hosts,
            ignore_robots=self.ignore_robots,
            entered_from_province=entered_from_province,
        )

    def record(self, home_url: str | None = None) -> City:
        """The city as the results file keeps it; `home_url` is the address that was really used."""
        url = home_url or self.home_url
        return City(
            slug=self.slug,
            name=self.name,
            province=self.province or None,
            region=self.region or None,
            adcode=self.adcode or None,
            home_url=url,
            host_group=host_group(url) if url else None,
            authorized=self.authorized,
        )


class Registry:
    """All known cities, in the registry's order."""

    def __init__(self, cities: Iterator[RegisteredCity] | list[RegisteredCity]) -> None:
        self._cities = {each.slug: each for each in cities}

    def __iter__(self) -> Iterator[RegisteredCity]:
        return iter(self._cities.values())

    def get(self, slug: str) -> RegisteredCity:
        """The city of a slug.

        Raises:
            PlainError: There is none; the message names the nearest slug.
        """
        city = self._cities.get(slug) or next(
            (each for each in self if slug in (each.name, each.name[:-1])), None
        )
        if city is not None:
            return city
        near = difflib.get_close_matches(slug, self._cities, n=1)
        raise PlainError(
            zh=f"没有城市 {slug!r}" + (f"，是不是 {near[0]}？" if near else "；用 probe cities list 查看"),
            en=f"unknown city {slug!r}"
            + (f"; did you mean {near[0]}?" if near else "; see probe cities list"),
        )

    def chosen(self, text: str) -> list[RegisteredCity]:
        """Cities by the words of `--cities`: `all`, `a,b,c`, `region:华东`, `group:core36`, or a file of slugs.

        Raises:
            PlainError: A slug, region or file is unknown, or none is named.
        """
        if text == "all":
            return list(self)
        prefix, _, value = text.partition(":")
        if value and prefix in ("region", "group"):
            found = [each for each in self if value == getattr(each, prefix)]
            if not found:
                known = "、".join(sorted({getattr(each, prefix) for each in self}))
                raise PlainError(zh=f"没有 {text}；有：{known}", en=f"no city in {text}; known: {known}")
            return found
        if "," not in text and text not in self._cities and Path(text).is_file():
            text = ",".join(Path(text).read_text(encoding="utf-8").split())
        slugs = [slug.strip() for slug in text.split(",") if slug.strip()]
        if not slugs:
            raise PlainError(zh=f"{text!r} 中没有城市", en=f"no city in {text!r}")
        return [self.get(slug) for slug in slugs]


def checked_address(url: str) -> str:
    """A web address, as given.

    Raises:
        PlainError: It is not an http or https address with a host, or it holds a password (which would stay in the
            results file).
    """
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid or any(character.isspace() for character in url):
        raise PlainError(
            zh=f"{url!r} 不是网址（应为 http://… 或 https://…）", en=f"{url!r} is not an http(s) address"
        )
    if parts.username is not None or parts.password is not None:
        raise PlainError(
            zh="网址中不能含用户名或密码：它会留在结果文件里",
            en="an address must not hold a user name or password: it would stay in the results file",
        )
    return url


@cache
def load_registry(own: Path | None = None) -> Registry:
    """The built-in registry, with a user's own file laid over it by slug.

    Raises:
        PlainError: The user's file cannot be read or has a wrong entry; the entry is named.
    """
    text = resources.files("probes.cities").joinpath("china.toml").read_text(encoding="utf-8")
    cities = {entry["slug"]: entry for entry in tomllib.loads(text)["city"]}
    if own is not None:
        try:
            for entry in tomllib.loads(own.read_text(encoding="utf-8")).get("city", []):
                slug = entry.get("slug", "")
                cities[slug] = {**cities.get(slug, {}), **entry}
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise PlainError(zh=f"无法读取 {own}：{error}", en=f"cannot read {own}: {error}") from error
    built = []
    for slug, entry in cities.items():
        try:
            built.append(RegisteredCity.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            where = f"{slug}.{'.'.join(str(part) for part in first['loc'])}"
            raise PlainError(
                zh=f"登记表 {where} 有误：{first['msg']}", en=f"registry {where}: {first['msg']}"
            ) from error
    return Registry(built)
