"""Results files as sweeps leave them, without a browser: observations by hand, scored by the checks."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from checks.catalogue import load
from checks.scoring import RunFacts, score_run
from results.columns import Record
from results.evidence import EvidenceShelf
from results.ledger import (
    City,
    CityScore,
    Crawl,
    FacetScore,
    Finding,
    ItemList,
    Review,
    Run,
    Score,
    State,
    Sweep,
)
from results.moments import as_text
from results.records import (
    Attachment,
    ChatTurn,
    Download,
    Guide,
    GuideElement,
    Interaction,
    Layout,
    Link,
    Observation,
    Offer,
    Outcome,
    Page,
    PageKind,
    PageLoad,
    Reason,
    Relation,
    Search,
    Verdict,
    ZoneItem,
)
from results.scores import keep
from results.settings import Settings
from results.store import Store

RecordT = TypeVar("RecordT", bound=Record)

REGIONS = ("华北", "东北", "华东", "华中", "华南", "西南", "西北")
MATTERS = ("药品经营许可证核发", "公共场所卫生许可", "临时居民身份证办理", "社会保障卡申领", "户口迁移")
ITEMS = ("社会保障卡申领", "户口迁移", "新生儿入户", "工伤事故备案")
FIRST = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


class Archive:
    """A results file, and sweeps put into it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.shelf = EvidenceShelf(store)

    def cities(self, count: int) -> list[str]:
        slugs = []
        for number in range(count):
            slug = f"city{number:02}"
            self.store.put(
                City(
                    slug=slug,
                    name=f"第{number:02}市",
                    province="某省",
                    region=REGIONS[number % 7],
                    home_url=f"http://127.0.1.{number}:8000/",
                )
            )
            slugs.append(slug)
        return slugs

    def sweep(self, slugs: list[str], *, week: int = 0, trouble: float = 0.2, **unlike: Any) -> int:
        """One sweep over the cities; `trouble` is the share of what fails."""
        started = as_text(FIRST + timedelta(weeks=week))
        sweep = self.store.add(
            Sweep(
                kind="manual",
                state=State.COMPLETE,
                started_at=started,
                finished_at=started,
                settings=Settings(engines=("chromium", "firefox")).to_json(),
                tool_version="0.1.0",
                vantage='{"address": "203.0.113.7", "network": "example"}',
            )
        )
        assert sweep.id is not None
        for line in load().as_records(sweep.id):
            self.store.add(line)
        for number, slug in enumerate(slugs):
            with self.store.transaction():
                self.run(
                    sweep.id,
                    slug,
                    started,
                    random.Random(f"{week} {slug}"),
                    trouble + number / 300,
                    **unlike,
                )
        return sweep.id

    def repeat(self, sweep: int, weeks: int) -> None:
        """Weeks of sweeps with the scores of this one, and no observations: a long history, cheaply made."""
        (model,) = self.store.all(Sweep, id=sweep)
        runs = self.store.all(Run, sweep_id=sweep)
        with self.store.transaction():
            for week in range(1, weeks + 1):
                at = as_text(FIRST - timedelta(weeks=week))
                copied = self.store.add(replace(model, started_at=at, finished_at=at))
                for line in load().as_records(copied.id or 0):
                    self.store.add(line)
                for run in runs:
                    again = self.store.add(replace(run, sweep_id=copied.id, started_at=at, finished_at=at))
                    for kind in (Score, Finding, FacetScore, CityScore):
                        for row in self.store.all(kind, run_id=run.id):
                            self.store.add(replace(row, run_id=again.id))

    def run(
        self,
        sweep: int,
        slug: str,
        started: str,
        luck: random.Random,
        trouble: float,
        **unlike: Any,
    ) -> Run:
        run = self.store.add(
            Run(
                sweep_id=sweep,
                city=slug,
                state=State.COMPLETE,
                started_at=started,
                finished_at=started,
                entry="direct",
            )
        )
        notes = Notes(self, run, luck, trouble, **unlike)
        notes.write()
        self.score(run, notes.rows)
        return run

    def score(
        self, run: Run, rows: list[Record], why: str = "measured", reviews: tuple[Review, ...] = ()
    ) -> None:
        facts: dict[type[Record], list[Record]] = {}
        for row in (*rows, *reviews):
            facts.setdefault(type(row), []).append(row)
        catalogue = load()
        judged = score_run(RunFacts({kind: tuple(found) for kind, found in facts.items()}), catalogue, run)
        assert run.id is not None
        keep(
            self.store,
            run.id,
            scores=judged.scores,
            findings=judged.findings,
            facets=judged.facets,
            city=judged.city,
            catalogue=catalogue.version,
            catalogue_sha256=catalogue.digest,
            reviews=len(reviews),
            why=why,
        )


class Notes:
    """The observations of one run."""

    def __init__(
        self, archive: Archive, run: Run, luck: random.Random, trouble: float, *, hostile: str = ""
    ) -> None:
        self.archive, self.run, self.luck, self.trouble, self.hostile = archive, run, luck, trouble, hostile
        self.rows: list[Record] = []

    def add(self, kind: type[RecordT], /, **values: Any) -> RecordT:
        if issubclass(kind, Observation):
            reason = values.setdefault("reason", None)
            values["outcome"] = reason.outcome if reason else Outcome.OK
            values.setdefault("measured_at", self.run.started_at)
        if kind is not GuideElement:
            values["run_id"] = self.run.id
        row = self.archive.store.add(kind(**values))
        self.rows.append(row)
        return row

    def fault(self, reason: Reason) -> Reason | None:
        return reason if self.luck.random() < self.trouble else None

    def write(self) -> None:
        host = f"http://{self.run.city}.test"
        home = self.add(
            Page, url=f"{host}/", kind=PageKind.HOME, why_kind="home", title="首页", depth=0, sampled=True
        )
        self.looks(home, f"{host}/")
        for number, matter in enumerate((*MATTERS, "建筑工程施工许可证核发")):
            url = (
                f"{host}/guide/{number}.html?a={self.hostile}"
                if self.hostile
                else f"{host}/guide/{number}.html"
            )
            name = matter + self.hostile
            page = self.add(
                Page,
                url=url,
                kind=PageKind.GUIDE,
                why_kind="elements",
                title=name,
                depth=3 + number % 2,
                sampled=True,
            )
            guide = self.add(Guide, page_id=page.id, matter=name, key_present=9 - self.luck.randrange(3))
            for element, text in (("事项名称", name), ("申请材料", f"申请人身份证明、{matter}申请表")):
                self.add(
                    GuideElement, guide_id=guide.id, element=element, present=True, label=element, text=text
                )
            self.looks(page, url)
            attachment = self.add(
                Attachment,
                page_id=page.id,
                label=f"{matter}申请表{self.hostile}",
                url=f"{url}.docx",
                offer=Offer.LINK,
            )
            self.add(
                Download,
                attachment_id=attachment.id,
                http_status=200,
                notes="mislabelled" if number == 2 else None,
                reason=self.fault(Reason.HTML_INSTEAD_OF_FILE),
            )
        for trial, matter in enumerate(MATTERS):
            reason = self.fault(Reason.HTTP_5XX)
            self.add(
                Search,
                query=matter + self.hostile,
                matter=matter,
                wording="exact",
                attempt=trial + 1,
                reason=reason,
                target_rank=None if reason else 1 + trial,
            )
            silent = self.fault(Reason.NO_REPLY)
            self.add(
                ChatTurn,
                matter=matter,
                question=f"{matter}需要什么材料？",
                answer=None if silent else f"办理{matter}需要身份证。{self.hostile}",
                first_reply_ms=None if silent else 1200.0,
                verdict=Verdict.SILENT if silent else Verdict.ANSWERED,
                matched_facts=0 if silent else 1,
                contradicted_facts=0,
                expected_facts=2,
                reason=silent,
            )
        for number, item in enumerate(ITEMS):
            missing = self.fault(Reason.NOT_LISTED)
            self.add(
                ZoneItem,
                zone="kuasheng_2022",
                required_item=item,
                listed_name=None if missing else (item + "（指引）" + self.hostile if number == 0 else item),
                relation=Relation.MISSING if missing else Relation.VARIANT if number == 0 else Relation.SAME,
                url=f"{host}/kuasheng",
                reason=missing,
            )
        for module in ("consult", "complain", "rate"):
            self.add(Interaction, module=module, url=f"{host}/{module}", reason=self.fault(Reason.HTTP_4XX))
        self.add(ItemList, zone="kuasheng_2022", known=4, official=4, whole=True, source="practice")
        self.add(Crawl, complete=True, pages=7, requests=20, finished_at=self.run.started_at)

    def looks(self, page: Page, url: str) -> None:
        for engine in ("chromium", "firefox"):
            reason = self.fault(Reason.BLANK_PAGE)
            evidence = (
                self.archive.shelf.keep(PIXEL + f"{self.run.city} {page.depth}".encode(), "image/png")
                if reason
                else None
            )
            self.add(
                PageLoad,
                page_id=page.id,
                url=url,
                engine=engine,
                engine_version="140.0",
                remote_ip="203.0.113.80",
                load_ms=800.0,
                reason=reason,
                evidence_id=evidence,
            )
        self.add(
            PageLoad,
            page_id=page.id,
            url=url,
            engine="chromium",
            timed=True,
            load_ms=500 + 4000 * self.luck.random(),
        )
        self.add(Link, page_id=page.id, url=f"{url}#next", reason=self.fault(Reason.HTTP_4XX))
        self.add(Layout, page_id=page.id, width=390, has_viewport=True, small_text_share=0.1)


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fea7"
    "35810b0000000049454e44ae426082"
)
"""A PNG of one pixel; what follows its end is ignored by readers and makes each file another."""


@pytest.fixture
def new_archive(tmp_path: Path) -> Iterator[Callable[[str], Archive]]:
    """Makes results files in the test's folder."""
    opened: list[Store] = []

    def make(name: str = "probe.db") -> Archive:
        store = Store.open(tmp_path / name)
        opened.append(store)
        return Archive(store)

    yield make
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def three_cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of three cities and one sweep; to be copied, not used."""
    folder = tmp_path_factory.mktemp("three-cities")
    with Store.open(folder / "probe.db") as store:
        made = Archive(store)
        made.sweep(made.cities(3), trouble=0.4)
    return folder


@pytest.fixture
def archive(three_cities: Path, tmp_path: Path, new_archive: Callable[[], Archive]) -> Archive:
    """A file with three cities and one sweep."""
    shutil.copytree(three_cities, tmp_path, dirs_exist_ok=True)
    return new_archive()
