"""Out of the lines that appeared in a conversation, the reply: without the question, senders, clocks and “typing”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

TYPING = re.compile(
    r"^.{0,12}(?:(?:对方)?正在(?:输入|思考|查询|搜索|检索|回复|生成|加载|为您(?:查询|搜索|生成))|思考中|输入中|生成中|加载中|查询中|回复中|请稍[候等后]|稍等|连接中"
    r"|深度思考|is typing|typing|thinking|loading|please wait).{0,6}[.…。·]*$|^[.…。·•●○\s]+$",
    re.IGNORECASE,
)
_SAYS_MORE = re.compile(
    r"人工|坐席|客服|转接|接入|正忙|繁忙|异常|错误|失败|超时|故障|排队|[再重]试|稍后再|不给力"
)
_CLOCK = re.compile(
    r"^(?:(?:[a-z ]{2,20}|我|您|客服|机器人|访客|用户|小\S{1,3})\s+)?(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)?\s*(?:星期.|周.)?\s*(?:(?:上午|下午|昨天|今天|凌晨|晚上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?\s*(?:AM|PM)?)?$"
    r"|^(?:刚刚|昨天|今天|just now|now|today|\d+\s*(?:秒|分钟|小时|s|min|minutes?|seconds?)(?:前| ago)?)$",
    re.IGNORECASE,
)
_TRAPPINGS = re.compile(
    r"^(?:已读|未读|送达|已送达|已发送|发送中|发送成功|复制|复制成功|赞|踩|点赞|有用|没用|无用|有帮助|没帮助|解决|未解决|已解决|是否解决(?:您的)?问题[?？]?|分享|收藏|重新生成|重新回答"
    r"|停止生成|停止回答|语音播报|朗读|播放|我|您|你|me|you|bot|user|robot|客服|机器人|访客|游客|用户|发送|人工|评价|满意|不满意|delivered|sent|read|seen|copy|like|dislike|regenerate"
    r"|(?:返回)?(?:主|上级)?菜单|返回(?:上一级|首页|列表)?|(?:以上|本)?(?:内容|回答|答案)?(?:均)?由(?:AI|人工智能|大模型)(?:自动)?生成.{0,16}"
    r"|(?:已经?|完成)*(?:深度|完成)?(?:思考|推理|thought|reasoning)(?:过程|完成|已完成|结束|了)?(?:[\s(（,，:：]*(?:for|用时|耗时|约)?\s*[\d.]*\s*(?:秒钟?|s|seconds?)[)）]?)?"
    r"|\d+\s*/\s*\d+|[×xX✕⌃⌄↑↓←→]|.{0,16}(?:avatar|头像))$",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"^[\W_]*(?:您|你|用户)?(?:的|所)?(?:问题|提问|咨询|输入|问|说|刚才)?(?:的)?(?:内容|问题|话)?(?:是|为|说|了)?[\W_]*$|^[\W_]*(?:echo|you said|received|收到)[\W_]*$",
    re.IGNORECASE,
)
_MOST = 8000
"""Characters of a reply that are kept; a bot that floods says no more by saying more."""


@dataclass(frozen=True, kw_only=True)
class Appeared:
    """What came after a question."""

    text: str
    """The reply; empty where none came."""
    typing: bool
    """Whether the bot shows that it is still busy."""
    echoed: bool
    """Whether the question stands there once more than the asker's own bubble."""
    repeated: bool
    """Whether every line of the reply had stood there before the first question: a greeting or a menu again."""
    flooded: bool = False

    @classmethod
    def nothing(cls) -> Appeared:
        """Nothing came."""
        return cls(text="", typing=False, echoed=False, repeated=False)


def squeezed(text: str) -> str:
    """The text as far as it can be compared: half width, no spaces, no punctuation, small letters."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def reply_in(
    fresh: Sequence[str], question: str, *, shown_before: Sequence[str] = (), greeting: Sequence[str] = ()
) -> Appeared:
    """Find the reply in the lines that appeared since a question was sent.

    Args:
        fresh: Lines that appeared, in the order of the page.
        question: What was asked.
        shown_before: Lines that stood there when the question was sent: senders' names, earlier answers.
        greeting: Lines that stood there before the first question: greeting and menu.
    """
    asked = squeezed(question)
    before = {squeezed(each) for each in shown_before}
    kept: list[str] = []
    above: list[str] = []
    typing = False
    own = 0
    for line in _joined(fresh, asked):
        bare = squeezed(line)
        if TYPING.match(line.strip()) and not _SAYS_MORE.search(line):
            typing = True
            continue
        if not bare or _CLOCK.match(line.strip()) or _TRAPPINGS.match(_closed_up(line)):
            continue
        if asked and asked in bare:
            rest = bare.replace(asked, "", 1)
            named = len(rest) <= 12 and own == 0 and any(rest in each for each in before)
            if not rest or _QUOTE.match(rest) or _CLOCK.match(rest) or named:
                own += 1
                if own == 1:
                    above, kept = kept, []
                continue
        kept.append(line)
    # what is new above the question has come by itself, but in a list that shows the newest first
    kept = kept or above
    # names of senders and the like stand there a second time; an answer given again does so too
    told = [each for each in kept if not (len(squeezed(each)) <= 12 and squeezed(each) in before)]
    known = {squeezed(each) for each in greeting}
    chosen = told or [each for each in kept if len(squeezed(each)) > 12 or squeezed(each) not in known]
    if typing and len("".join(chosen)) <= 12:
        # a sender's name above dots that move
        chosen = []
    text = "\n".join(chosen).strip()
    repeated = bool(chosen) and all(squeezed(each) in known for each in chosen)
    return Appeared(
        text=text[:_MOST],
        typing=typing,
        echoed=own >= 2,
        repeated=repeated,
        flooded=len(text) > _MOST,
    )


def _closed_up(line: str) -> str:
    """A line without the space that buttons put between two characters (复 制)."""
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", line.strip())


def _joined(lines: Sequence[str], asked: str) -> list[str]:
    """Put lines together again that only together are the question (a bubble that breaks it)."""
    joined: list[str] = []
    at = 0
    while at < len(lines):
        together, end = squeezed(lines[at]), at + 1
        if together and asked.startswith(together) and together != asked:
            while end < len(lines) and asked.startswith(together + squeezed(lines[end])):
                together += squeezed(lines[end])
                end += 1
            if together == asked:
                joined.append("".join(lines[at:end]))
                at = end
                continue
        joined.append(lines[at])
        at += 1
    return joined
