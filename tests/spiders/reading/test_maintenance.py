"""When a portal says that it will be down, in the words that portals use."""

from __future__ import annotations

from datetime import datetime

import pytest

from results.daily import PORTAL_ZONE, DailyWindow
from spiders.reading.maintenance import announcements, announces

SEEN = datetime(2026, 11, 20, 9, tzinfo=PORTAL_ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PORTAL_ZONE)


@pytest.mark.parametrize(
    ("words", "opens", "closes"),
    [
        (
            "因系统升级，定于2026年11月22日22:00至11月23日6:00暂停服务。",
            "2026-11-22T22:00",
            "2026-11-23T06:00",
        ),
        ("系统维护时间：2026年11月22日（星期日）22时至次日6时。", "2026-11-22T22:00", "2026-11-23T06:00"),
        ("平台将于11月22日22:00—24:00进行升级维护", "2026-11-22T22:00", "2026-11-23T00:00"),
        ("11月22日晚22点至23日凌晨2点，政务服务网停机维护。", "2026-11-22T22:00", "2026-11-23T02:00"),
        ("网站维护：2026-11-22 22:00 至 2026-11-23 06:00", "2026-11-22T22:00", "2026-11-23T06:00"),
        ("系统割接 2026/11/22 22:00:00~2026/11/23 06:00:00", "2026-11-22T22:00", "2026-11-23T06:00"),
        ("数据库迁移自2026年11月22日20:00起至2026年11月24日8:00止", "2026-11-22T20:00", "2026-11-24T08:00"),
        ("系统将于11月22日下午2:00-5:30进行升级", "2026-11-22T14:00", "2026-11-22T17:30"),
        ("系统升级时间为11月22日22:30-5:00", "2026-11-22T22:30", "2026-11-23T05:00"),
        ("11月30日22时30分至1日6时，网络检修", "2026-11-30T22:30", "2026-12-01T06:00"),
        ("12月31日23:00至1月1日5:00系统升级", "2026-12-31T23:00", "2027-01-01T05:00"),
        ("1月3日8点半至12点，机房设备检修，暂停办理业务", "2027-01-03T08:30", "2027-01-03T12:00"),
        ("11月22日晚8点至晚12点系统维护", "2026-11-22T20:00", "2026-11-23T00:00"),
        ("11月22日零时至6时系统维护", "2026-11-22T00:00", "2026-11-22T06:00"),
        ("定于11月22日中午12点至下午1点半对平台进行升级", "2026-11-22T12:00", "2026-11-22T13:30"),
        ("11月22日至23日系统升级改造，期间暂停服务", "2026-11-22T00:00", "2026-11-24T00:00"),
        ("2026年11月22日全天停机维护", "2026-11-22T00:00", "2026-11-23T00:00"),
        ("系统将于11月22日22:00开始升级，预计持续8小时", "2026-11-22T22:00", "2026-11-23T06:00"),
        ("系统将于11月22日22:00开始升级，恢复时间另行通知", "2026-11-22T22:00", None),
        (
            "关于政务服务网系统升级维护的公告\n为提升服务质量，我局将对平台进行升级。\n维护时间：11月22日22:00至23日6:00\n"
            "发布日期：2026-11-18",
            "2026-11-22T22:00",
            "2026-11-23T06:00",
        ),
        ("11月22日22:00至23日6:00。上述时段平台停机升级，敬请谅解。", "2026-11-22T22:00", "2026-11-23T06:00"),
    ],
)
def test_the_window_is_read(words: str, opens: str, closes: str | None) -> None:
    (found,) = announcements(words, SEEN)
    assert found.opens == at(opens)
    assert found.closes == (at(closes) if closes else None)
    assert found.words.strip() and found.words.split("\n")[0][:6] in words.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("每日23:30至次日5:00为系统维护时间", "23:30-05:00"),
        ("系统每天凌晨2点至4点例行维护，期间暂停服务", "02:00-04:00"),
        ("每晚22:00-24:00系统维护", "22:00-24:00"),
    ],
)
def test_hours_that_come_round_every_day_are_read(words: str, hours: str) -> None:
    (found,) = announcements(words, SEEN)
    assert found.daily == DailyWindow.from_text(hours) and found.opens is None


def test_several_windows_are_several_announcements() -> None:
    words = "系统升级：11月22日22:00至23日6:00；11月29日22:00至30日6:00平台再次升级。"
    assert [each.opens for each in announcements(words, SEEN)] == [
        at("2026-11-22T22:00"),
        at("2026-11-29T22:00"),
    ]


@pytest.mark.parametrize(
    "words",
    ["政务服务网系统升级维护公告", "系统维护中，给您带来不便敬请谅解", "今晚系统升级维护通知：请提前办理"],
)
def test_what_gives_no_time_that_can_be_read_is_told_all_the_same(words: str) -> None:
    (found,) = announcements(words, SEEN)
    assert found.opens is None and found.daily is None and found.words in words


@pytest.mark.parametrize(
    "words",
    [
        "国庆节10月1日9:00至17:00放假安排的通知",
        "依法维护劳动者权益，11月22日9:00至17:00开展咨询活动",
        "平台着力维护公平竞争秩序，活动于11月22日9:00至11:00举行",
        "办公时间：周一至周五 9:00-12:00，13:00-17:00",
        "政务服务网系统升级维护公告 2025-03-04",
        "系统升级 11月32日25:00至33日26:00",
        "",
    ],
)
def test_what_is_no_maintenance_is_none(words: str) -> None:
    assert [
        each for each in announcements(words, SEEN) if each.opens or each.daily or "公告" in each.words
    ] == []


@pytest.mark.parametrize(
    "filler", ["1" * 50_000, "系统" * 25_000, "11月22日" * 10_000, "系统维护11月22日22:00至" * 4_000]
)
def test_a_hostile_page_is_read_in_passing(filler: str) -> None:
    assert len(announcements(filler, SEEN)) <= 1


@pytest.mark.parametrize(
    ("title", "promises"),
    [
        ("关于政务服务网系统升级维护的公告", True),
        ("平台停机升级通知", True),
        ("关于暂停不动产登记系统服务的通知", True),
        ("关于维护社会秩序的通告", False),
        ("个人办事", False),
    ],
)
def test_a_link_promises_an_announcement_or_not(title: str, promises: bool) -> None:
    assert announces(title) is promises
