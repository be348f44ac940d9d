"""What `[metrics]` in `probe.toml` says: where the text file goes, and where the figures are served."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

DEFAULT_HOST = "127.0.0.1"
OFF = "off"
_LISTEN = re.compile(r"(?:(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+\]):)?(?P<port>\d{1,5})")


def _address(text: str) -> str:
    match = _LISTEN.fullmatch(text)
    if text != OFF and (match is None or not 0 < int(match["port"]) < 65536):
        raise ValueError("write a port, a host and a port such as 127.0.0.1:9469, or off")
    return text


def _prom(path: Path) -> Path:
    if path.suffix != ".prom":
        raise ValueError("node_exporter reads no file whose name does not end in .prom")
    return path


class MetricsSettings(BaseModel):
    """Every key of `[metrics]`; `PROBE_METRICS_<KEY>` lies over it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    textfile: Annotated[Path, AfterValidator(_prom)] | None = None
    """For node_exporter's textfile collector; replaced whole, after each job and once a minute."""
    listen: Annotated[str, AfterValidator(_address)] = f"{DEFAULT_HOST}:9469"
    """Where `probe schedule run` serves the figures; this machine alone unless a host is given. `off`: nowhere."""

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port to listen at; None for nowhere."""
        match = _LISTEN.fullmatch(self.listen)
        if match is None:
            return None
        return (match["host"] or DEFAULT_HOST).strip("[]"), int(match["port"])
