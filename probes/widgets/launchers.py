"""What may open the portal's chatbot: named launchers, icons that float at the edge, links to a page of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from probes.widgets.sight import Sighting
from spiders.acting import acts

_NAMED: tuple[tuple[re.Pattern[str], float], ...] = (
    (
        re.compile(
            r"智能(客服|问答|助手|咨询|机器人|导办|导服|应答|小助|服务)|机器人|在线客服|AI\s*(客服|助手|问答|政务)|数字人|虚拟(客服|助手)",
            re.IGNORECASE,
        ),
        6.0,
    ),
    (
        re.compile(
            r"客服|小助手|助手|问小|小[政智慧通办易微E]|边聊边办|有问必答|聊一聊|对话|智答|智问|帮办",
            re.IGNORECASE,
        ),
        4.0,
    ),
    (
        re.compile(r"在线咨询|我要问|我要咨询|智能|咨询|问一问|问问|提问|您好.{0,8}帮|help", re.IGNORECASE),
        2.5,
    ),
    (re.compile(r"chat|robot|assistant|\bbot\b|\bask\b|support|message us|need help", re.IGNORECASE), 4.0),
)
_THAT_PROMISE = 2
"""Of these: 在线咨询 may well be a letter."""
_HINTS = re.compile(
    r"chat|robot|(^|[^a-z])bot([^a-z]|$)|kefu|znkf|zxkf|znwd|znzx|customer-?service|online-?service|assistant"
    r"|webim|(^|[^a-z])im([^a-z]|$)|consult|jqr|szr|xiaozhi|ai-?(service|helper|qa)|launcher|messenger|dialog-?btn",
    re.IGNORECASE,
)
_NOT_A_BOT = re.compile(
    r"返回顶部|回到顶部|回顶|^top$|back.?to.?top|无障碍|长者|适老|关怀版|扫一扫|二维码|qr.?code|微信|微博|公众号|小程序|APP|下载"
    r"|分享|收藏|纠错|找错|登录|注册|打印|购物车|电话咨询|咨询电话|监督|投诉|举报|评价|统计|关闭|close|scroll.?top|gotop|totop|share|繁體|English"
    r"|人工(?!智能)|(?<![a-z])(?:d?zan|d?like|praise|thumbs?|digg|favou?r(?:ite)?|collect|stars?|rate|vote|follow|subscribe|feedback|comment)(?![a-z])",
    re.IGNORECASE,
)
"""What is something else, or an act: a person is called, something is praised."""
_WITH_PEOPLE = re.compile(r"^人工\W{0,3}智能(?:客服|服务|咨询)|^智能(?:客服|服务|咨询)?\W{0,3}人工")
"""A bot that calls a person where it does not know."""
_SIGNS = re.compile(r"[^\w]")
_AN_ACT = re.compile(
    r"预约|取号|挂号|签到|打卡|点赞|关注|订阅|投票|缴费|支付|领取|申[报领请办]|报名|提交|删除|清空|满意|好评|[留建]言|意见|建议|反馈|评[论分]|打分|问卷|调查|回[拨电]|拨打|呼叫"
)
"""What says that it does something, and does not call itself a bot."""
_CLOSES_CHAT = re.compile(r"close (?:the )?chat|关闭(?:聊天|客服|对话)", re.IGNORECASE)
_OTHER_THINGS = re.compile(
    r"政策|解读|法规|新闻|公告|指南|流程|建议|信箱|领导|留言|查询|预约|专栏|中心$|公示"
)

ENOUGH = 2.0


@dataclass(frozen=True, kw_only=True)
class Launcher:
    """Something that may open the bot, and why we think so."""

    thing: Sighting
    score: float
    named: bool

    @property
    def words(self) -> str:
        """How to call it in a note."""
        words = self.thing.names.strip()[:30]
        x, y = self.thing.middle
        return f"“{words}”" if words else f"icon at {x:.0f},{y:.0f}"

    @property
    def promises_a_bot(self) -> bool:
        """Whether it calls itself a bot."""
        return any(pattern.search(self.thing.names) for pattern, _ in _NAMED[:_THAT_PROMISE])


def launchers(things: Iterable[Sighting], most: int = 8) -> list[Launcher]:
    """What may open the bot, the likeliest first."""
    found = []
    for index, each in enumerate(things):
        score, named = _score(each)
        if score >= ENOUGH:
            found.append((score, -index, Launcher(thing=each, score=score, named=named)))
    ranked = [each for *_, each in sorted(found, key=lambda each: each[:2], reverse=True)]
    return _distinct(ranked)[:most]


def _score(thing: Sighting) -> tuple[float, bool]:
    # a toggle is called by what it does next: one that says “close chat” while nothing is open opens it
    words = _CLOSES_CHAT.sub("chat", thing.names.strip())
    another = _NOT_A_BOT.search(words) and not _WITH_PEOPLE.search(words)
    if thing.disabled or len(thing.text) > 60 or another:
        return 0.0, False
    score = max((worth for pattern, worth in _NAMED if pattern.search(words)), default=0.0)
    named = score > 0
    hinted = _HINTS.search(f"{thing.hints} {thing.frame_url if thing.in_frame else ''}") is not None
    if named and len(words) > 14:
        score -= 1.0
    if named and _OTHER_THINGS.search(words):
        score -= 2.0
    if hinted:
        score += 2.0
    if _floats_at_edge(thing):
        score += 2.5 if (named or hinted or not thing.text) else 2.0 if len(thing.text) <= 8 else 0.5
    if _AN_ACT.search(words) and not _BOT_TITLE.search(words):
        return 0.0, False
    if not named and (acts(_SIGNS.sub("", words)) or (not hinted and _NOT_A_BOT.search(thing.hints))):
        return 0.0, False
    return score, named


def _floats_at_edge(thing: Sighting) -> bool:
    """Whether it floats, small, near the right, left or bottom edge of the window."""
    width, height = thing.view
    if not thing.fixed or not width or not height:
        return False
    x, y = thing.middle
    small = thing.box[2] <= 260 and thing.box[3] <= 260
    at_edge = x > width * 0.8 or x < width * 0.12 or y > height * 0.8
    return small and at_edge and y > height * 0.15


def _distinct(ranked: Sequence[Launcher]) -> list[Launcher]:
    """Leave out what lies within another of the same frame (an icon in its button)."""
    kept: list[Launcher] = []
    for each in ranked:
        if any(other.thing.frame is each.thing.frame and _overlap(other.thing, each.thing) for other in kept):
            continue
        kept.append(each)
    return kept


def _overlap(one: Sighting, other: Sighting) -> bool:
    left, top, width, height = one.box
    x, y = other.middle
    own_x, own_y = one.middle
    left2, top2, width2, height2 = other.box
    inside = left <= x <= left + width and top <= y <= top + height
    around = left2 <= own_x <= left2 + width2 and top2 <= own_y <= top2 + height2
    return inside and around


_BOT_TITLE = re.compile(
    r"智能(客服|问答|助手|咨询|机器人|导办)|机器人|在线客服|AI\s*(客服|助手)|数字人", re.IGNORECASE
)
_BOT_ADDRESS = re.compile(
    r"/(znkf|znwd|zxkf|kefu|chat|chatbot|robot|webim|bot|ai-?chat)(/|\.|\?|#|$)", re.IGNORECASE
)


def is_bot_page(url: str, title: str | None) -> bool:
    """Whether a page calls itself a chatbot, by its title or its address."""
    return bool(title and _BOT_TITLE.search(title)) or _BOT_ADDRESS.search(url) is not None
