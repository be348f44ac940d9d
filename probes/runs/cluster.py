"""A sweep over a Dask cluster: a host group's runs are one task, each worker fills a shard, we merge.

Dask keeps the queue, the places for browsers and the workers' health. A worker that is lost has its task done by
another, from what it finds on its own disk; whoever loses the coordinator starts it again with `--resume`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from distributed import Client, Event, Future

from checks.catalogue import Catalogue
from probes import __version__
from probes.runs import worker
from probes.runs.city import CityRun, Watcher
from probes.runs.order import Order
from probes.runs.sweep import SweepResult, Target, begin_sweep, has_ended, new_sweep, wants_engines
from results.errors import NoBrowserError, PlainError
from results.evidence import folder_of
from results.ledger import Run, State, Sweep
from results.merge import merge
from results.moments import now
from results.settings import Settings
from results.store import Store
from spiders.net.politeness import host_group

log = logging.getLogger(__name__)

RETRIES = 3
"""How often a host group that failed on a worker is given out again."""
_CONNECT_S = 20


async def run_on_cluster(
    store: Store,
    targets: Sequence[Target],
    *,
    address: str,
    settings: Settings,
    kind: str,
    catalogue: Catalogue,
    watcher: Watcher,
    sweep: Sweep | None = None,
) -> SweepResult:
    """Measure the targets on the workers of a Dask cluster, and merge what they found.

    Args:
        store: The results file; every host group that has ended is in it.
        targets: The cities.
        address: The scheduler's, e.g. tcp://10.0.0.5:8786.
        settings: What the sweep is asked to do.
        kind: manual, schedule or practice.
        catalogue: The indicators to score by.
        watcher: Told when a city is given out, and when it has been merged.
        sweep: A sweep to go on with; None for a new one.

    Raises:
        PlainError: There is no cluster at the address, no worker with a place for browsers, versions differ.
        StoreError: The results file cannot be written.
        asyncio.CancelledError: Interrupted; workers are told to stop, what they measured stays with them.
    """
    try:
        client = await Client(address, asynchronous=True, timeout=_CONNECT_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise PlainError(
            zh=f"连不上 {address} 的 Dask 调度器：{error}", en=f"no Dask scheduler at {address}: {error}"
        ) from error
    async with client:
        slugs = tuple(each.portal.slug for each in targets)
        engines = await _common_engines(client, settings)
        settings = replace(settings, engines=engines, engines_named=bool(engines), cities=slugs)
        if sweep is None:
            sweep = begin_sweep(store, new_sweep(kind, settings), catalogue)
        else:
            store.change(sweep, state=State.RUNNING, finished_at=None)
        places = {"browser": 1.0} if wants_engines(settings) else {}
        work = _Coordination(client, store, sweep, catalogue, watcher, places)
        try:
            await work.measure(targets)
        except asyncio.CancelledError:
            await work.stop()
            store.change(sweep, state=State.PARTIAL, finished_at=now())
            raise
    runs = tuple(CityRun(run=run, unmeasured=0) for run in work.ended(targets))
    whole = len(runs) == len(targets) and all(each.run.state is State.COMPLETE for each in runs)
    state = State.COMPLETE if whole else State.PARTIAL
    return SweepResult(sweep=store.change(sweep, state=state, finished_at=now()), runs=runs)


async def _common_engines(client: Any, settings: Settings) -> tuple[str, ...]:
    """The wanted engines that every worker has: the set of engines is part of a sweep."""
    try:
        await client.wait_for_workers(1, timeout=_CONNECT_S)
    except TimeoutError as error:
        raise PlainError(zh="Dask 集群没有工作节点", en="the Dask cluster has no workers") from error
    workers: dict[str, dict[str, Any]] = await client.run(worker.about)
    other = {name: each["version"] for name, each in workers.items() if each["version"] != __version__}
    if other:
        raise PlainError(
            zh=f"工作节点的版本不是 {__version__}：{other}",
            en=f"workers are not version {__version__}: {other}",
        )
    if not wants_engines(settings):
        return ()
    if not any(each["browsers"] for each in workers.values()):
        raise PlainError(
            zh='没有工作节点提供浏览器：请以 --resources "browser=1" 启动 dask worker',
            en='no worker has a place for browsers: start dask workers with --resources "browser=1"',
        )
    common = tuple(
        name for name in settings.engines if all(name in each["engines"] for each in workers.values())
    )
    if not common or (settings.engines_named and common != settings.engines):
        lacking = {name: each["engines"] for name, each in workers.items()}
        raise NoBrowserError(
            zh=f"工作节点的浏览器不齐：{lacking}", en=f"workers lack engines; they have {lacking}"
        )
    return common


@dataclass
class _Coordination:
    """One sweep's tasks, and the merging of their shards."""

    client: Any
    store: Store
    sweep: Sweep
    catalogue: Catalogue
    watcher: Watcher
    places: dict[str, float]
    _merging: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def measure(self, targets: Sequence[Target]) -> None:
        """Give out every host group that has not ended, and merge each as it comes."""
        for target in targets:
            self.store.put(target.city)
        await Event(self._stop_name, client=self.client).clear()
        begun = await self._begun_shards()
        done = {run.city for run in self.ended(targets)}
        groups: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            groups[host_group(target.portal.home_url)].append(target)
        try:
            async with asyncio.TaskGroup() as tasks:
                for group, members in groups.items():
                    if all(each.portal.slug in done for each in members):
                        for each in self.ended(members):
                            self.watcher.city_ended(each.city, each)
                        continue
                    tasks.create_task(self._in_the_end(group, members, begun))
        except BaseExceptionGroup as group_error:
            raise group_error.exceptions[0] from None  # the others were cancelled for it

    async def stop(self) -> None:
        """Tell the workers to stop what they do for this sweep; their shards stay for a resumed one."""
        await Event(self._stop_name, client=self.client).set()

    def ended(self, targets: Iterable[Target]) -> list[Run]:
        """The runs of these targets that have ended and are merged."""
        last = {run.city: run for run in self.store.all(Run, sweep_id=self.sweep.id)}
        runs = (last.get(each.portal.slug) for each in targets)
        return [run for run in runs if run is not None and has_ended(run)]

    async def _in_the_end(self, group: str, targets: list[Target], begun: dict[str, list[str]]) -> None:
        """Have a group measured, by another worker if one fails; a group that fails everywhere is left to a resume."""
        order = Order(sweep=self.sweep, catalogue=self.catalogue.digest, group=group, targets=tuple(targets))
        for each in targets:
            self.watcher.city_started(each.portal.slug)
        near = begun.get(order.name)
        for attempt in range(1 + RETRIES):
            future = self.client.submit(
                worker.fill_shard,
                order.to_json(),
                self._stop_name,
                key=f"probe {order.name} {now()} {attempt}",
                resources=self.places,
                workers=near,
                allow_other_workers=near is not None,
                pure=False,
            )
            try:
                await self._fetch_and_merge(order, future)
            except PlainError:
                raise
            except Exception as error:  # whatever befell a worker: another one tries
                log.warning("%s failed on a worker (%s: %s)", group, type(error).__name__, error)
                near = None
                continue
            finally:
                future.release()
            break
        else:
            log.error("%s could not be measured on any worker; go on with --resume", group)
        for run in self.ended(targets):
            self.watcher.city_ended(run.city, run)

    async def _fetch_and_merge(self, order: Order, future: Future[str]) -> None:
        shard: str = await future
        places = await self.client.who_has([future])
        [holder, *_] = next(iter(places.values()))
        copy = self.store.path.with_suffix(".shards") / f"{order.name}.db"
        await self._fetch(holder, shard, copy)
        async with self._merging:  # one after the other: each is a transaction of its own
            await asyncio.to_thread(merge, [copy], self.store.path)
        worker.drop_shard(str(copy))
        await self.client.run(worker.drop_shard, shard, workers=[holder])

    async def _fetch(self, holder: str, shard: str, copy: Path) -> None:
        worker.drop_shard(str(copy))  # what an interrupted coordinator left half-way
        files = await self._ask(holder, worker.files_of, shard)
        for name, size in files:
            parts = Path(name).parts
            below = Path(copy.name) if name == Path(shard).name else Path(folder_of(copy).name, *parts[1:])
            target = copy.parent / below
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                while file.tell() < size:
                    file.write(await self._ask(holder, worker.read_part, shard, name, file.tell()))

    async def _ask(self, holder: str, function: Any, *arguments: object) -> Any:
        answers = await self.client.run(function, *arguments, workers=[holder])
        return answers[holder]

    async def _begun_shards(self) -> dict[str, list[str]]:
        """Shard names to the workers that have begun them, for this sweep or for others."""
        begun: dict[str, list[str]] = defaultdict(list)
        for address, names in (await self.client.run(worker.known_shards)).items():
            for name in names:
                begun[name].append(address)
        return begun

    @property
    def _stop_name(self) -> str:
        return f"probe stop {self.sweep.started_at}"
