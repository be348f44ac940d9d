"""How many turns with the practice portals' chatbots are judged as declared: `bench_chat.py [--turns N] [SLUG …]`.

Without cities every one whose npm bundles are installed is asked. The questions are drawn from the guides as the
truth states them, so no crawl is needed. A turn is right when outcome and reason, verdict, and facts
matched and contradicted are as the truth declares; a city without a bot is one turn, right when `absent`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from checks.replies.facts import Asked
from fixtures.cities.plan import plans
from fixtures.server import PracticePortal, serve
from probes.browsers.pool import EnginePool
from probes.chatting import ChatProbe
from probes.widgets.questions import wording
from results.records import ChatTurn
from results.settings import Settings
from tests.probes.rig import context_of, guides, measured

_AT_ONCE = 3
_ELEMENTS: Mapping[Asked, Sequence[str]] = {
    Asked.MATERIALS: ("申请材料",),
    Asked.LIMIT: ("法定办结时限", "承诺办结时限"),
    Asked.FEE: ("收费",),
    Asked.PLACE: ("办理地点/时间",),
    Asked.TELEPHONE: ("咨询方式",),
}


def misjudged(turn: ChatTurn, truth: Mapping[str, Any]) -> str | None:
    """What is not as declared in a turn; None where all is."""
    outcome, reason = turn.outcome.value, turn.reason.value if turn.reason else None
    if not truth["present"]:
        return None if outcome == "absent" else f"{outcome} {reason}: a bot where there is none"
    stated = truth["matters"].get(turn.matter)
    if stated is None:
        return f"{outcome} {reason} {turn.note}"
    reasons = (stated["reason"], *stated.get("accepts", ()))
    if outcome != stated["outcome"] or reason not in reasons:
        return f"{outcome} {reason}, declared {stated['outcome']} {stated['reason']}: {turn.note}"
    verdict = turn.verdict.value if turn.verdict else None
    if verdict != stated["verdict"] and outcome == "ok":
        return f"{verdict}, declared {stated['verdict']}: {turn.answer}"
    if stated["verdict"] != "answered" or not turn.expected_facts:
        return None
    asked = next((each for each in Asked if turn.question == wording(each, turn.matter or "")), None)
    agrees = (
        all(stated["facts"][each]["agrees"] for each in _ELEMENTS[asked] if each in stated["facts"])
        if asked
        else True
    )
    whole = turn.matched_facts == turn.expected_facts and not turn.contradicted_facts
    if agrees == whole and (agrees or turn.contradicted_facts):
        return None
    return f"{turn.matched_facts} of {turn.expected_facts} facts, {turn.contradicted_facts} contradicted: {turn.answer}"


async def _talk(portal: PracticePortal, pool: EnginePool, folder: Path, turns: int) -> list[str | None]:
    truth = portal.truth()
    origin = portal.site.city.address.origin
    stated = {
        each.matter: dict(each.elements)
        for each in portal.site.book
        if each.matter in truth["chat"]["matters"]
    }
    context = context_of(
        pool, folder, portal.home_url, settings=Settings(chat_questions=turns), pages=guides(origin, stated)
    )
    async with context.http:
        return [misjudged(each, truth["chat"]) for each in await measured(ChatProbe(), context)]  # type: ignore[arg-type]


async def main(slugs: Sequence[str], turns: int) -> None:
    """Ask the bots of the cities, a few at a time, and print what is not as declared."""
    gate = asyncio.Semaphore(_AT_ONCE)
    async with (
        serve(slugs, port=0) as portals,
        EnginePool(["chromium"], proxy=None, politeness=None, user_agent_suffix="bench") as pool,
    ):
        judged: dict[str, list[str | None]] = {}

        async def one(slug: str) -> None:
            with tempfile.TemporaryDirectory() as folder:
                async with gate:
                    judged[slug] = await _talk(portals[slug], pool, Path(folder), turns)

        await asyncio.gather(*map(one, portals))
        for slug in sorted(judged):
            marks, site = judged[slug], portals[slug].site
            wit = ", ".join(each.kind.name for each in site.plan.in_group("chat")) or "right"
            print(
                f"{slug:14} {site.family:10} {site.plan.chat or 'none':16} {wit:18} {marks.count(None)}/{len(marks)}"
            )
            for each in filter(None, marks):
                print(f"    {each[:300]}")
        right = sum(each.count(None) for each in judged.values())
        whole = sum(map(len, judged.values()))
        print(
            f"judged as declared: {right}/{whole} = {right / max(1, whole):.1%}; left out: {sorted(portals.left_out)}"
        )


if __name__ == "__main__":
    asked_for = sys.argv[1:]
    count = 5
    if asked_for[:1] == ["--turns"]:
        count, asked_for = int(asked_for[1]), asked_for[2:]
    asyncio.run(main(asked_for or sorted(plans()), count))
