"""The chatbot probe on bots of many makes and of every kind of wit; they run side by side in one browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from probes.browsers.pool import EnginePool
from probes.browsers.pressure import PressureGauge, Reading, Strain
from probes.chatting import ChatProbe
from probes.widgets.conversation import Patience
from results.records import ChatTurn, Outcome, Reason, Verdict
from results.settings import Settings
from results.store import Store
from tests.probes.browsers.machine import CalmGauge
from tests.probes.chat_portals import GUIDES, MAKES, ChatPortals, serve_chats
from tests.probes.rig import context_of, guides, measured

pytestmark = pytest.mark.asyncio(loop_scope="module")

_AT_ONCE = 12
_HASTE = Patience(first_s=6.0, rest_s=0.8, busy_s=3.0, whole_s=15.0, between_s=0.05)
_ASKED_TWICE = {"framed", "redrawn", "posted", "streaming", "split", "leaves", "detaches"}
_UNUSABLE = {"login", "closed", "drawn", "none", "leaves", "detaches"}


class _Talks:
    """The turns of every make with a bot that is right, and of every wit in one make."""

    def __init__(
        self, turns: dict[tuple[str, str], list[ChatTurn]], portals: ChatPortals, folder: Path
    ) -> None:
        self.turns = turns
        self.portals = portals
        self.folder = folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talks(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[_Talks]:
    folder = tmp_path_factory.mktemp("chat")
    probe = type("HastyChat", (ChatProbe,), {"patience": _HASTE})
    gate = asyncio.Semaphore(_AT_ONCE)
    turns: dict[tuple[str, str], list[ChatTurn]] = {}

    async def talk(pool: EnginePool, portals: ChatPortals, make: str, brain: str) -> None:
        settings = Settings(page_timeout_s=8, chat_questions=2 if make in _ASKED_TWICE else 1)
        context = context_of(
            pool, folder, portals.url(make, brain), settings=settings, pages=guides(portals.origin, GUIDES)
        )
        async with gate, context.http:
            turns[make, brain] = await measured(probe(), context)  # type: ignore[assignment]

    async with (
        serve_chats() as portals,
        EnginePool(
            ["chromium"], proxy=None, politeness=None, user_agent_suffix="test", gauge=CalmGauge()
        ) as pool,
    ):
        wanted = [(make, "right") for make in MAKES] + [("floating", each) for each in _BY_BROWSER]
        await asyncio.gather(*(talk(pool, portals, *each) for each in wanted))
        yield _Talks(turns, portals, folder)


@pytest.mark.parametrize("make", sorted(set(MAKES) - _UNUSABLE))
async def test_finds_and_asks_bots_of_every_make(talks: _Talks, make: str) -> None:
    turns = talks.turns[make, "right"]
    asked = 2 if make in _ASKED_TWICE else 1
    assert [(each.outcome, each.verdict) for each in turns] == [(Outcome.OK, Verdict.ANSWERED)] * asked, turns
    for turn in turns:
        assert turn.matter in (turn.question or "")
        assert turn.matched_facts == turn.expected_facts
        assert turn.contradicted_facts == 0
        assert turn.first_reply_ms is not None and turn.last_reply_ms is not None
        assert 0 <= turn.first_reply_ms <= turn.last_reply_ms


async def test_a_streamed_reply_is_read_to_its_end(talks: _Talks) -> None:
    turn = talks.turns["streaming", "right"][0]
    assert turn.first_reply_ms is not None and turn.last_reply_ms is not None
    assert turn.last_reply_ms > turn.first_reply_ms
    assert (turn.answer or "").endswith("。")


async def test_thinking_aloud_is_neither_the_reply_nor_its_beginning(talks: _Talks) -> None:
    (turn,) = talks.turns["thinks", "right"]
    assert turn.answer is not None
    assert "45个工作日" not in turn.answer and "思考" not in turn.answer
    assert (turn.first_reply_ms or 0) >= 800  # four words of 200 ms each come first


_BY_BROWSER = ("wrong", "recites", "greets", "error", "echo", "silent", "flood")
"""Replies of other kinds are judged without a browser, in tests/checks/replies."""
_VERDICTS = {
    "wrong": (None, Verdict.ANSWERED),
    "recites": (None, Verdict.ANSWERED),
    "greets": (None, Verdict.FALLBACK),
    "error": (Reason.BACKEND_ERROR, Verdict.SILENT),
    "echo": (Reason.ECHO, Verdict.SILENT),
    "silent": (Reason.NO_REPLY, Verdict.SILENT),
    "flood": (None, Verdict.ANSWERED),
}


@pytest.mark.parametrize("brain", sorted(_VERDICTS))
async def test_judges_every_kind_of_reply(talks: _Talks, brain: str) -> None:
    turn = talks.turns["floating", brain][0]
    assert (turn.reason, turn.verdict) == _VERDICTS[brain], turn
    assert (turn.first_reply_ms is None) == (turn.verdict is Verdict.SILENT)


async def test_wrong_figures_and_reciting_win_nothing(talks: _Talks) -> None:
    for brain in ("wrong", "recites"):
        turn = talks.turns["floating", brain][0]
        assert (turn.matched_facts or 0) - (turn.contradicted_facts or 0) <= 0, turn
        assert (turn.contradicted_facts or 0) > 0


async def test_a_bot_that_floods_is_cut(talks: _Talks) -> None:
    turn = talks.turns["floating", "flood"][0]
    assert len(turn.answer or "") == 8000
    assert "floods" in (turn.note or "")


async def test_a_login_is_no_failure(talks: _Talks) -> None:
    (turn,) = talks.turns["login", "right"]
    assert (turn.outcome, turn.reason) == (Outcome.LOGIN_REQUIRED, Reason.LOGIN_WALL)


@pytest.mark.parametrize("make", ["closed", "drawn"])
async def test_what_no_script_reaches_is_our_limit(talks: _Talks, make: str) -> None:
    (turn,) = talks.turns[make, "right"]
    assert turn.reason is Reason.UNSUPPORTED
    assert "canvas or in a closed shadow root" in (turn.note or "")


async def test_no_bot_is_absent_with_what_was_tried(talks: _Talks) -> None:
    (turn,) = talks.turns["none", "right"]
    assert (turn.outcome, turn.reason) == (Outcome.ABSENT, Reason.NOT_FOUND)
    assert "tried: " in (turn.note or "") and "我要咨询" in (turn.note or "")


@pytest.mark.parametrize("make", ["leaves", "detaches"])
async def test_a_conversation_that_breaks_off_ends_in_words(talks: _Talks, make: str) -> None:
    first, second = talks.turns[make, "right"]
    assert first.reason is Reason.NO_REPLY
    assert "while the reply was awaited" in (first.note or "")
    assert second.reason is Reason.NO_REPLY


async def test_no_form_is_handed_in(talks: _Talks) -> None:
    assert talks.turns
    assert talks.portals.submitted == 0


async def test_the_transcript_is_evidence(talks: _Talks) -> None:
    turn = talks.turns["floating", "right"][0]
    assert turn.evidence_id is not None
    (row,) = (
        Store.open(talks.folder / "probe.db").database["evidence"].rows_where("id = ?", [turn.evidence_id])
    )
    text = (talks.folder / "probe.evidence" / row["path"]).read_text(encoding="utf-8")
    assert turn.question and turn.question in text
    assert turn.answer and turn.answer in text
    assert "screenshot: evidence" in text


@pytest.mark.parametrize(
    ("brain", "late_s", "reason"),
    [("right", 0.8, None), ("silent", 0.8, Reason.NO_REPLY), ("silent", 1.5, Reason.PROBER_OVERLOADED)],
)
async def test_a_machine_that_is_late_itself_states_no_time_of_a_reply_and_no_silence(
    tmp_path: Path, brain: str, late_s: float, reason: Reason | None
) -> None:
    class LateGauge(PressureGauge):
        """Stands in for a machine that is late for everything."""

        def since(self, start: Reading) -> Strain:
            return Strain(late_s=late_s, busy=1, stalled=1)

    probe = type("HastyChat", (ChatProbe,), {"patience": _HASTE})
    async with (
        serve_chats() as portals,
        EnginePool(
            ["chromium"], proxy=None, politeness=None, user_agent_suffix="test", gauge=LateGauge()
        ) as pool,
    ):
        settings = Settings(page_timeout_s=8, chat_questions=1)
        home, known = portals.url("floating", brain), guides(portals.origin, GUIDES)
        context = context_of(pool, tmp_path, home, settings=settings, pages=known)
        async with context.http:
            (turn,) = await measured(probe(), context)
    assert isinstance(turn, ChatTurn)
    assert turn.reason is reason
    assert (turn.verdict is None) == (reason is Reason.PROBER_OVERLOADED)
    assert turn.first_reply_ms is None
    if reason is not Reason.NO_REPLY:
        assert f"{late_s * 1000:.0f} ms late" in (turn.note or "")
