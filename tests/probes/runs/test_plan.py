"""The sample: the same pages, whatever the order in which they were found."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from probes.probe import CrawledPage
from probes.runs.plan import SamplePlan, host_free
from results.records import Guide, Outcome, Page, PageKind, Reason


def page(
    number: int,
    *,
    kind: PageKind = PageKind.GUIDE,
    matter: str | None = None,
    department: str = "公安局",
    depth: int = 2,
    linked: bool = False,
    reason: Reason | None = None,
    host: str = "a",
) -> CrawledPage:
    row = Page(
        id=number,
        run_id=1,
        outcome=reason.outcome if reason else Outcome.OK,
        reason=reason,
        measured_at="",
        url=f"http://{host}/item/{number}",
        kind=kind,
        why_kind="",
        depth=depth,
        template="/item/*",
        department=department,
        linked_as_guide=linked,
    )
    guide = None
    if kind is PageKind.GUIDE:
        guide = Guide(
            id=number,
            run_id=1,
            outcome=Outcome.OK,
            measured_at="",
            page_id=number,
            matter=matter or f"事项{number}",
            key_present=9,
        )
    return CrawledPage(page=row, guide=guide)


def sampled(pages: list[CrawledPage], *, seed: int = 1, size: int = 10) -> list[str]:
    plan = SamplePlan(seed=seed, size=size)
    for each in pages:
        plan.offer(each)
    return [host_free(each.page.url) for each in plan.sample()]


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_finding_does_not_matter(shuffler) -> None:
    pages = [page(number, department="公安局" if number % 3 else "卫健委") for number in range(60)]
    first = sampled(pages)
    shuffler.shuffle(pages)
    assert sampled(pages) == first and len(first) == 10


def test_the_host_does_not_matter_and_the_seed_does() -> None:
    here = sampled([page(number) for number in range(60)])
    assert sampled([page(number, host="b") for number in range(60)]) == here
    assert sampled([page(number) for number in range(60)], seed=2) != here


def test_every_stratum_is_represented() -> None:
    pages = [page(number, department="公安局") for number in range(100)]
    pages += [page(100 + number, department="民政局") for number in range(2)]
    assert {"/item/100", "/item/101"} <= set(sampled(pages))


def test_scenario_matters_are_always_in_and_handed_out_at_once() -> None:
    pages = [page(number) for number in range(200)]
    card = page(500, matter="社会保障卡申领")
    assert "/item/500" in sampled([*pages, card])
    assert SamplePlan(seed=1, size=10).offer(card)


def test_what_is_linked_as_a_guide_is_a_candidate_if_it_does_not_open() -> None:
    broken = page(1, kind=PageKind.OTHER, linked=True, reason=Reason.BLANK_PAGE)
    on_the_way = page(2, kind=PageKind.OTHER, linked=True)
    news = page(3, kind=PageKind.NEWS)
    assert sampled([broken, on_the_way, news]) == ["/item/1"]


def test_home_zone_search_and_module_pages_come_on_top() -> None:
    pages = [page(number) for number in range(30)]
    pages += [
        page(100, kind=PageKind.HOME, depth=0),
        page(101, kind=PageKind.ZONE),
        page(102, kind=PageKind.SEARCH),
    ]
    pages += [page(103 + number, kind=PageKind.INTERACTION) for number in range(3)]
    found = sampled(pages)
    assert len(found) == 10 + 6 and found[0] == "/item/100"


def test_what_is_handed_out_early_is_seldom_displaced() -> None:
    pages = [page(number) for number in range(120)]
    plan = SamplePlan(seed=1, size=60)
    early = [each.page.url for each in pages if plan.offer(each)]
    final = {each.page.url for each in plan.sample()}
    assert len(early) >= 10 and set(early) <= final


def test_a_scenario_guide_that_does_not_open_is_always_in() -> None:
    found = page(99, kind=PageKind.OTHER, linked=True)
    shut = replace(
        found,
        page=replace(found.page, outcome=Outcome.FAILED, reason=Reason.HTTP_5XX, link_text="户口迁移"),
    )
    for seed in range(5):
        assert "/item/99" in sampled([*map(page, range(40)), shut], seed=seed, size=3)
