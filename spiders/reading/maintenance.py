"""When a portal says that it will be down: read from an announcement's words (系统升级维护公告).

A time is read only from a passage that speaks of maintenance. Where the passage is plain but its times are not, the
announcement is handed back without them: it is shown all the same, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from results.daily import PORTAL_ZONE, DailyWindow

LONGEST_WORDS = 300
"""Characters of a passage that are kept."""
_STALE = timedelta(days=60)
"""An announcement without times is no news so long after the date beside it."""
_LONGEST = timedelta(days=60)

_WHAT = r"(?:系统|平台|网站|服务网|政务网|门户|服务器|数据库|网络|机房|设备|专网|本网|该网|证照库)"
_DONE = r"(?:维护|升级|割接|检修|迁移|切换|停机|扩容|调试|改造)"
_SPEAKS_OF_IT = re.compile(
    rf"{_WHAT}[^。！!；;\n]{{0,40}}{_DONE}|{_DONE}[^。！!；;\n]{{0,8}}(?:公告|通知|通告|提示|期间|时间|窗口)|"
    rf"(?:停机|升级|例行|日常|计划|定期){_DONE}|(?:暂停|停止|中断)[^。！!；;\n]{{0,8}}(?:服务|访问|使用|办理|运行)"
)
_ANNOUNCES = re.compile(
    rf"(?:{_WHAT}|服务|功能)[^。！!；;\n]{{0,6}}(?:{_DONE}|暂停|停止)[^。！!；;\n]{{0,10}}(?:公告|通知|通告|告知|提示|提醒)|"
    rf"(?:暂停|停止|中断)[^。！!；;\n]{{0,15}}(?:{_WHAT}|服务)[^。！!；;\n]{{0,10}}(?:公告|通知|通告|告知|提示|提醒)|"
    rf"(?:停机|系统|平台|网站)(?:正在)?(?:例行|升级|更新)?(?:维护|升级)(?:中|公告|通知|通告)"
)
_NOT_MEANT = re.compile(r"维护[^。；\n]{0,8}(?:权益|利益|秩序|稳定|公平|公正|尊严|形象|环境|团结)")

# `@` stands for the end of the window that a group belongs to, `a` or `b`
_DATE = (
    r"(?:(?P<@y>20\d\d)\s*年\s*(?P<@ym>\d{1,2})\s*月\s*(?P<@yd>\d{1,2})\s*[日号]"
    r"|(?P<@iy>20\d\d)\s*[-/.]\s*(?P<@im>\d{1,2})\s*[-/.]\s*(?P<@id>\d{1,2})"
    r"|(?P<@m>\d{1,2})\s*月\s*(?P<@d>\d{1,2})\s*[日号])"
)
_WEEKDAY = r"\s*(?:[（(][^）)]{1,10}[）)])?\s*"
_CLOCK = (
    r"(?P<@part>凌晨|清晨|早上|早|上午|中午|下午|傍晚|晚上|晚间|夜间|夜里|深夜|晚|夜)?\s*"
    r"(?:(?P<@h>\d{1,2})\s*"
    r"(?:[:：]\s*(?P<@min>\d\d)(?:[:：]\d\d)?|[时点]\s*(?:(?P<@fen>\d{1,2})\s*分|(?P<@half>半)|整)?)"
    r"|(?P<@zero>零[时点]))"
)
_TO = r"\s*(?:起|开始|起始)?\s*[,，]?\s*(?:至|到|直至|—+|–|-|－|~|～)\s*"
_LATER = rf"(?:{_DATE}{_WEEKDAY}|(?P<next>次日|第二天|翌日)\s*|(?:当日|当天|当晚)\s*|(?P<day>\d{{1,2}})\s*[日号]{_WEEKDAY})?"


def _ends(first: str, last: str = "") -> re.Pattern[str]:
    return re.compile(first.replace("@", "a") + last.replace("@", "b"))


_RANGE = _ends(_DATE + _WEEKDAY + _CLOCK + _TO, _LATER + _CLOCK)
_DAYS = _ends(_DATE + _WEEKDAY + _TO, rf"(?:{_DATE}|(?P<day>\d{{1,2}})\s*[日号])")
_START = _ends(_DATE + _WEEKDAY + _CLOCK)
_WHOLE_DAY = _ends(_DATE + _WEEKDAY + "全天")
_DAILY = _ends(r"(?:每日|每天|每(?=晚))\s*" + _CLOCK + _TO, r"(?:次日|第二天|翌日)?\s*" + _CLOCK)
_ANY_DATE = _ends(_DATE)
_LASTS = re.compile(r"(?P<hours>\d{1,2}(?:\.\d)?)\s*个?\s*小时")
_SENTENCE = re.compile(r"[^。！!；;\n]+[。！!；;]?")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a portal says of its maintenance."""

    words: str
    """The passage, as it stands there."""
    opens: datetime | None = None
    """With time zone; None where the words give none that can be read."""
    closes: datetime | None = None
    daily: DailyWindow | None = None
    """Hours that come round every day, instead of a beginning and an end."""


def announcements(text: str, seen: datetime, zone: ZoneInfo = PORTAL_ZONE) -> list[Announcement]:
    """The maintenance announcements in a page's text.

    Args:
        text: Visible text; lines and sentences are told apart by their marks.
        seen: When the page was read (with time zone): a date without a year is the nearest one to it.
        zone: The time zone that the portal writes in.
    """
    today = seen.astimezone(zone).date()
    sentences = [each.strip() for each in _SENTENCE.findall(text) if each.strip()]
    found: dict[tuple[object, ...], Announcement] = {}
    for number, sentence in enumerate(sentences):
        if not _SPEAKS_OF_IT.search(sentence) or _NOT_MEANT.search(sentence):
            continue
        for each in _read(sentences, number, today, zone):
            found.setdefault((each.opens, each.closes, each.daily), each)
    timed = [each for each in found.values() if each.opens or each.daily]
    # a title that announces what the next lines time is said by these already
    return timed or list(found.values())[:1]


def announces(title: str) -> bool:
    """Whether the words of a link promise an announcement of maintenance."""
    return bool(_ANNOUNCES.search(title)) and not _NOT_MEANT.search(title)


def _read(sentences: list[str], number: int, today: date, zone: ZoneInfo) -> Iterator[Announcement]:
    """What a sentence that speaks of maintenance announces; its times may stand after it, or just before."""
    here = sentences[number]
    for nearby in (number, number + 1, number + 2, number - 1):
        if 0 <= nearby < len(sentences):
            timed = list(_times(sentences[nearby], today, zone, alone=nearby == number))
            words = (
                here
                if nearby == number
                else "".join(sentences[min(number, nearby) : max(number, nearby) + 1])
            )
            for opens, closes, daily in timed:
                yield Announcement(words[:LONGEST_WORDS], opens, closes, daily)
            if timed:
                return
    dated = [_date(each, "a", today) for each in _ANY_DATE.finditer(here)]
    if _ANNOUNCES.search(here) and not any(each is not None and today - each > _STALE for each in dated):
        yield Announcement(here[:LONGEST_WORDS])


_Times = tuple[datetime | None, datetime | None, DailyWindow | None]


def _times(sentence: str, today: date, zone: ZoneInfo, *, alone: bool) -> Iterator[_Times]:
    """The times in a sentence; plain days and lone beginnings only where it speaks of maintenance itself."""
    for match in _DAILY.finditer(sentence):
        opens, closes = _clock(match, "a"), _clock(match, "b")
        if opens is not None and closes is not None and opens[0] != closes[0]:
            yield None, None, DailyWindow(opens[0], closes[0], zone)
    ranges = [each for match in _RANGE.finditer(sentence) if (each := _range(match, today, zone))]
    if ranges:
        yield from ranges
        return
    if not alone:
        return
    for match in _DAYS.finditer(sentence):
        first, last = _date(match, "a", today), _date(match, "b", today)
        if first is not None and last is None and match["day"]:
            last = _with_day(first, int(match["day"]))
        if first is not None and last is not None and timedelta(0) <= last - first <= _LONGEST:
            yield _midnight(first, zone), _midnight(last + timedelta(days=1), zone), None
            return
    if (whole := _WHOLE_DAY.search(sentence)) and (day := _date(whole, "a", today)):
        yield _midnight(day, zone), _midnight(day + timedelta(days=1), zone), None
    elif (start := _START.search(sentence)) and (opens_at := _moment(start, "a", today, zone)):
        lasts = _LASTS.search(sentence, start.end())
        yield opens_at, opens_at + timedelta(hours=float(lasts["hours"])) if lasts else None, None


def _range(match: re.Match[str], today: date, zone: ZoneInfo) -> _Times | None:
    opens, end = _moment(match, "a", today, zone), _clock(match, "b")
    if opens is None or end is None:
        return None
    first = opens.date()
    last = _date(match, "b", today)
    if match["day"]:
        last = _with_day(first, int(match["day"]))
    elif match["next"]:
        last = first + timedelta(days=1)
    closes = _at(last or first, end, zone)
    if last is None and closes <= opens:
        # 下午2:00-5:30 says 下午 once for both; 晚22:00-5:00 ends the next day
        half_day = (
            timedelta(hours=12) if match["apart"] == "下午" and not match["bpart"] else timedelta(days=1)
        )
        closes += half_day if closes + half_day > opens else timedelta(days=1)
    return (opens, closes, None) if timedelta(0) < closes - opens <= _LONGEST else None


def _date(match: re.Match[str], which: str, today: date) -> date | None:
    """A date as written; one without a year is the nearest to today."""
    for year, month, day in (("y", "ym", "yd"), ("iy", "im", "id")):
        if match[which + year]:
            return _valid(int(match[which + year]), int(match[which + month]), int(match[which + day]))
    if not match[f"{which}m"]:
        return None
    years = (today.year - 1, today.year, today.year + 1)
    near = [
        each for year in years if (each := _valid(year, int(match[f"{which}m"]), int(match[f"{which}d"])))
    ]
    return min(near, key=lambda each: abs(each - today), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_day(first: date, day: int) -> date | None:
    """The next such day of a month, from a date on."""
    month = first if day >= first.day else first.replace(day=28) + timedelta(days=4)
    return _valid(month.year, month.month, day)


def _clock(match: re.Match[str], which: str) -> tuple[time, int] | None:
    """A time of day, and how many days it lies after the date beside it (24:00 does)."""
    if match[f"{which}zero"]:
        return time(0), 0
    hour = int(match[f"{which}h"])
    minute = 30 if match[f"{which}half"] else int(match[f"{which}min"] or match[f"{which}fen"] or 0)
    part = match[f"{which}part"] or ""
    afternoon = part in ("下午", "傍晚", "中午") and hour < (11 if part == "中午" else 12)
    night = part.startswith(("晚", "夜", "深")) and 5 < hour <= 12  # 深夜1点 is one at night
    if afternoon or night:
        hour += 12
    elif part == "凌晨" and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return time(hour % 24, minute), hour // 24


def _moment(match: re.Match[str], which: str, today: date, zone: ZoneInfo) -> datetime | None:
    day, clock = _date(match, which, today), _clock(match, which)
    return None if day is None or clock is None else _at(day, clock, zone)


def _at(day: date, clock: tuple[time, int], zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=clock[1]), clock[0], zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone)
