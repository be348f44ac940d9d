"""What `[alerts]` in `probe.toml` says: where alerts go, of what kinds, and when nobody wants to hear them."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from results.daily import DailyWindow, checked_zone
from results.errors import PlainError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9]*://\S+")


class AlertKind(StrEnum):
    """What an alert is about; there is nothing else."""

    REGRESSION = "regression"
    VETO = "veto"
    VANISHED = "vanished"


def _addresses(value: object) -> object:
    """Addresses from the environment stand one after the other, with blanks between them."""
    return tuple(value.split()) if isinstance(value, str) else value


def _address(value: SecretStr) -> SecretStr:
    if not _ADDRESS.fullmatch(value.get_secret_value()):
        raise ValueError("write it as apprise does, e.g. mailtos://user:password@example.org")
    return value


def _kinds(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _window(text: str) -> str:
    try:
        DailyWindow.from_text(text)
    except PlainError as error:
        raise ValueError(error.en) from error
    return text


def _zone(name: str) -> str:
    try:
        checked_zone(name)
    except PlainError as error:
        raise ValueError(error.en) from error
    return name


class AlertSettings(BaseModel):
    """Every key of `[alerts]`; `PROBE_ALERTS_<KEY>` lies over it, so that no password need stand in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urls: Annotated[
        tuple[Annotated[SecretStr, AfterValidator(_address)], ...], BeforeValidator(_addresses)
    ] = ()
    """Where to, as apprise writes it: mailtos://, dingtalk://, feishu://, wecombot://, json:// …"""
    on: Annotated[tuple[AlertKind, ...], BeforeValidator(_kinds)] = tuple(AlertKind)
    quiet_hours: Annotated[str, AfterValidator(_window)] | None = None
    """Hours of the day in which nothing is sent; it is sent when they end."""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    vanished_after: int = Field(default=3, ge=1, le=1000)
    """Visits in a row that have to fail before a city counts as vanished."""

    def quiet(self, moment: datetime) -> bool:
        """Whether a moment (with time zone) lies in the quiet hours."""
        if self.quiet_hours is None:
            return False
        return DailyWindow.from_text(self.quiet_hours, checked_zone(self.timezone)).holds(moment)
