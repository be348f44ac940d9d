"""What a worker of a cluster is asked to do: the cities of one host group, as part of one sweep."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any

from probes import __version__
from probes.probe import RequiredList
from probes.runs.sweep import Target
from results.errors import PlainError
from results.ledger import City, Sweep
from spiders.scope import Portal


@dataclass(frozen=True, kw_only=True)
class Order:
    """One host group's share of a sweep. It travels as JSON: nothing of it is run."""

    sweep: Sweep
    """As the coordinator keeps it; start, kind and settings make shards parts of the same sweep."""
    catalogue: str
    """Hash of the indicator catalogue that the coordinator goes by."""
    group: str
    targets: tuple[Target, ...]

    @property
    def name(self) -> str:
        """A file name for its shard, the same whoever is asked, and however often."""
        sweep = f"{self.sweep.kind} {self.sweep.started_at} {self.sweep.settings}"
        group = re.sub(r"[^a-z0-9.-]", "-", self.group.lower())[:80]
        return f"{hashlib.sha256(sweep.encode()).hexdigest()[:12]}-{group}"

    def to_json(self) -> str:
        """As it is sent."""
        return json.dumps(
            {
                "version": __version__,
                "sweep": replace(self.sweep, id=None).as_row(),
                "catalogue": self.catalogue,
                "group": self.group,
                "targets": [_target_fields(each) for each in self.targets],
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Order:
        """The order behind what was sent.

        Raises:
            PlainError: It comes from another version of this program.
        """
        given = json.loads(text)
        if given["version"] != __version__:
            raise PlainError(
                zh=f"协调端是 {given['version']} 版，本机是 {__version__} 版：请装同一版本",
                en=f"the coordinator is version {given['version']}, this worker {__version__}: install the same",
            )
        return cls(
            sweep=Sweep.from_row(given["sweep"]),
            catalogue=given["catalogue"],
            group=given["group"],
            targets=tuple(_target_of(each) for each in given["targets"]),
        )


def _target_fields(target: Target) -> dict[str, Any]:
    return {
        "city": target.city.as_row(),
        "portal": dataclasses.asdict(target.portal),
        "lists": [dataclasses.asdict(each) for each in target.lists],
    }


def _target_of(given: dict[str, Any]) -> Target:
    portal = given["portal"] | {"pinned_hosts": tuple(given["portal"]["pinned_hosts"])}
    return Target(
        city=City.from_row(given["city"]),
        portal=Portal(**portal),
        lists=tuple(RequiredList(**each | {"items": tuple(each["items"])}) for each in given["lists"]),
    )
