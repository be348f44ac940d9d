"""What the tests of sweeps share: small portals, a folder that names them, and sweeps in this process or another."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from checks.catalogue import load
from probes.runs.city import SilentWatcher
from probes.runs.sweep import SweepResult, Target, run_sweep
from results.ledger import City, Sweep
from results.settings import Settings
from results.store import Store
from spiders.scope import Portal
from tests.spiders.websites import guide, links, page


def portal_pages(guides: int = 3) -> dict[str, Any]:
    """The pages of a small portal."""
    names = [(f"/guide/{number}", f"第{number}号事项办理") for number in range(guides)]
    return {"/": page("政务服务网", links(*names)), **{path: guide(name) for path, name in names}}


def targets(homes: Mapping[str, str]) -> list[Target]:
    """Slugs and home addresses as a sweep takes them."""
    return [
        Target(
            city=City(slug=slug, name=slug, home_url=home),
            portal=Portal(slug=slug, name=slug, home_url=home),
            lists=(),
        )
        for slug, home in homes.items()
    ]


async def sweep(
    store: Store,
    homes: Mapping[str, str],
    *,
    settings: Settings | None = None,
    going_on: Sweep | None = None,
    watcher: SilentWatcher | None = None,
    **options: Any,
) -> SweepResult:
    """A sweep in this process, without browsers."""
    return await run_sweep(
        store,
        targets(homes),
        settings=settings or Settings(only=("crawl", "links"), allow_private=("127.0.0.0/8",), rate=200),
        kind="manual",
        catalogue=load(),
        watcher=watcher or SilentWatcher(),
        sweep=going_on,
        **options,
    )


def write_registry(folder: Path, homes: Mapping[str, str], *, authorized: Sequence[str] = ()) -> None:
    """A folder in which `probe sweep --cities …` finds these portals, their addresses opened."""
    cities = "".join(
        f'[[city]]\nslug = "{slug}"\nname = "{slug}"\nhome_url = "{home}"\n'
        + ('authorized = "2026-17"\n' if slug in authorized else "")
        for slug, home in homes.items()
    )
    # the program reads a registry once: another one needs another name
    registry = folder / f"cities-{'-'.join(authorized)}.toml"
    registry.write_text(cities, encoding="utf-8")
    (folder / "probe.toml").write_text(
        f'cities_file = "{registry}"\nallow_private = ["127.0.0.0/8"]\nrate = 200\n', encoding="utf-8"
    )


def rows(database: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What a reader beside the program sees."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as reader:
        return reader.execute(query, values).fetchall()


def sound(database: Path) -> None:
    """The file is whole: SQLite says so, and every reference leads somewhere."""
    assert rows(database, "pragma integrity_check") == [("ok",)]
    assert rows(database, "pragma foreign_key_check") == []


def scores(database: Path, without: Sequence[str] = ("load_time",)) -> dict[tuple[str, str], Any]:
    """City and indicator to score and counts; what is a matter of time is left out."""
    found = rows(
        database,
        "select r.city, s.indicator, s.score, s.status, s.measured, s.passed from scores s"
        " join runs r on r.id = s.run_id where s.scoring ="
        " (select max(scoring) from scores where run_id = s.run_id)",
    )
    return {(city, name): tuple(rest) for city, name, *rest in found if name not in without}


__all__ = ["portal_pages", "rows", "scores", "sound", "sweep", "targets", "write_registry"]
