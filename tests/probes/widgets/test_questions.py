"""Which questions are put to a bot."""

from __future__ import annotations

import random

from probes.probe import CrawledPage
from probes.widgets.questions import draw
from results.records import Guide, GuideElement, Outcome, Page, PageKind

SCENARIOS = ("社会保障卡申领", "户口迁移")


def guide(number: int, matter: str) -> CrawledPage:
    stated = {
        "承诺办结时限": "5个工作日",
        "收费": "不收费",
        "咨询方式": "010-55558888",
        "申请材料": "1．身份证；2．户口簿",
    }
    return CrawledPage(
        page=Page(
            id=number, run_id=1, outcome=Outcome.OK, measured_at="", url=f"http://h/{number}", kind=PageKind.GUIDE,
            why_kind="", depth=1,
        ),
        guide=Guide(id=number, run_id=1, outcome=Outcome.OK, measured_at="", page_id=number, matter=matter, key_present=9),
        elements=tuple(
            GuideElement(guide_id=number, element=name, present=True, text=text) for name, text in stated.items()
        ),
    )  # fmt: skip


PAGES = [guide(number, f"第{number}类许可证核发") for number in range(20)]


def test_scenario_matters_come_first_so_that_cities_are_asked_alike() -> None:
    drawn = draw(
        [*PAGES, guide(90, "社会保障卡申领"), guide(91, "户口迁移")],
        count=4,
        seed=1,
        scenario_matters=SCENARIOS,
    )
    assert {each.matter for each in drawn[:2]} == set(SCENARIOS)
    assert len({each.matter for each in drawn}) == 4


def test_the_order_of_the_pages_does_not_matter_and_the_seed_does() -> None:
    def texts(pages: list[CrawledPage], seed: int) -> list[str]:
        return [each.text for each in draw(pages, count=5, seed=seed)]

    shuffled = random.Random(3).sample(PAGES, len(PAGES))
    assert texts(shuffled, 1) == texts(PAGES, 1) != texts(PAGES, 2)


def test_without_guides_the_scenario_matters_are_asked_about_and_no_fact_is_expected() -> None:
    drawn = draw([], count=2, seed=1, scenario_matters=SCENARIOS)
    assert [each.matter for each in drawn] == list(SCENARIOS) and all(each.expected is None for each in drawn)
