"""Whether what is written into a field is handed in to somebody: a letter, a complaint, an opinion; never a bot's field.

Told by structure: what else the form asks for, what the button beside the field says, and what the nearest line
before it says that it is for. A bot may well have a textarea and 提交: then something there calls it a bot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from probes.browsers.restraint import WHO
from probes.widgets.sight import Sighting

Purpose = Literal["talk", "handed in", "unclear"]

_WHO = re.compile(WHO, re.IGNORECASE)
_LETTER = re.compile(
    r"姓名|手机|电话号码|联系电话|身份证|证件号|邮箱|验证码|标题|主题|提交(咨询|留言|投诉|问题)?$|来信|信件|是否公开|留言内容|诉求",
    re.MULTILINE,
)
_NAMED_BOT = re.compile(
    r"智能(?:客服|问答|助手|咨询|机器人|导办|导服|应答|小助|服务)|机器人|助手|数字人|大模型|智能问政|DeepSeek|我是.{0,10}小|(?<![a-z])(?:AI|bot|assistant)(?![a-z])",
    re.IGNORECASE,
)
_SERVED = re.compile(
    r"客服|问答|为[您你]服务|有什么.{0,4}(?:帮|问)|^(?:您好|你好)|小[政智慧通办易微]|问小|智[答问]|边聊边办|\bchat|how can (?:i|we)",
    re.IGNORECASE,
)
"""What a bot says or is called, and what people who answer by hand may say as well."""
_HEAD = re.compile(r"标题|主题|(?<![a-z])(?:title|subject)(?![a-z])", re.IGNORECASE)
"""What a letter has in the form beside its text."""
_LEAVE_WORD = re.compile(r"请.{0,8}(?:留言|留下)|给.{0,6}留言|leave (?:us )?a message", re.IGNORECASE)
"""What is written to nobody who is there is a letter; a bot may mention it in its greeting."""
_NOBODY = re.compile(r"不在线|离线|已?下班|无人|暂无|offline|away", re.IGNORECASE)
_OPINION = re.compile(
    r"意见|建议|反馈|留言|评论|评价|评分|打分|投诉|举报|信访|纠错|报错|写信|来信|信箱|信件|诉求|求助|问卷|调查|征集|报名|预约|订阅|跟帖|发帖|看法|感受|反映|告诉我们|联系我们|访谈|错误报告"
    r"|contact us|feedback|comment|\breview|complain|survey|suggestion|subscribe",
    re.IGNORECASE,
)
_HANDS_OVER = re.compile(
    r"(?:提交|发表|发布)(?:您的|我的)?(?:留言|评论|意见|建议|反馈|评价|投诉|举报|纠错|信件|信|回复)|发表|发布|发送(?:报告|反馈|意见|建议|留言|邮件|信件)|post comment|send feedback",
    re.IGNORECASE,
)
_HEADING = 16
"""Characters of a heading at most (ours): a greeting may mention opinions and complaints."""
_ASKS = re.compile(r"(?:提交|发表|发布)(?:您的|我的)?(?:咨询|提问|问题)", re.IGNORECASE)
"""A letter's button, but where a bot is named."""
_SENDS = re.compile(r"发\s*送|send|➤|➢", re.IGNORECASE)
_PUTS = re.compile(r"(?:我要|开始|立即)?提\s*问", re.IGNORECASE)
_SUBMITS = re.compile(
    r"(?:立即|确认)?提\s*交|确\s*[定认]|提\s*问|咨\s*询|保\s*存|完\s*成|下一步|我要.{1,4}|submit|ok|post|next",
    re.IGNORECASE,
)
_ASKED = re.compile(r"请?(?:输入|填写|填入|选择)|[您你]的|必填|选填|[\s：:*（）()]")
_LONGEST_NAME = 10
"""Characters of a field's name at most (ours): 身份证 in 如：身份证怎么办理 names no field."""
_NO_ROOM = 100
"""Above a bot's field stand its messages: a window lower than this, in CSS pixels, has no room for any (ours)."""


def is_handed_in(field: Sighting, *, promised: bool = False) -> bool:
    """Whether a field belongs to a form that is handed in to somebody: a letter, a complaint, an opinion.

    Args:
        promised: Whether what was pressed to come here calls itself a bot.
    """
    asks_who = len(set(_LETTER.findall(f"{field.near_text}\n{field.fellows}")))
    if not field.visible:
        return False
    if (
        (field.fellow_fields >= 2 and asks_who >= 1)
        or (field.fellow_fields >= 1 and asks_who >= 2)
        or asks_who >= 3
        or (field.fellow_fields >= 1 and _WHO.search(field.fellows) is not None)
    ):
        return True
    if any(_HANDS_OVER.fullmatch(each) for each in field.buttons):
        return True
    if asks_who_one_is(field) or _is_unattended(field):
        return True
    if field.submits and _HEAD.search(field.fellows):
        return True
    told = told_purpose(field.titles)
    if told == "talk" or (told == "unclear" and promised):
        return False
    if told == "handed in" or any(_ASKS.fullmatch(each) for each in field.buttons):
        return True
    if _OPINION.search(f"{field.placeholder} {field.label}"):
        return True
    if _can_be_sent(field):
        return field.room is not None and field.room < _NO_ROOM
    return field.fellow_fields >= 1 or any(
        _SUBMITS.fullmatch(each) for each in (*field.buttons, *field.submits)
    )


def _is_unattended(field: Sighting) -> bool:
    lines = [each for level in field.titles for each in level]
    return any(_LEAVE_WORD.search(each) and _NOBODY.search(each) for each in lines)


def _can_be_sent(field: Sighting) -> bool:
    # a letter's 提问 hands in a form, a bot's runs a script
    return any(_SENDS.match(each) or (_PUTS.fullmatch(each) and not field.submits) for each in field.buttons)


def told_purpose(titles: Sequence[Sequence[str]]) -> Purpose:
    """What the lines before a field say that it is for; the nearest ones that say anything decide."""
    for level in titles:
        if any(_NAMED_BOT.search(each) for each in level):
            return "talk"
        if any(_LEAVE_WORD.search(each) for each in level):
            return "handed in"
        if any(_SERVED.search(each) for each in level):
            return "talk"
        # more than two lines are a list: the questions that are asked most
        if len(level) <= 2 and any(_OPINION.search(each) for each in level if len(each) <= _HEADING):
            return "handed in"
    return "unclear"


def asks_who_one_is(field: Sighting) -> bool:
    """Whether a field is for a name, a telephone number, a captcha: its label says no more than that."""
    labels = (_ASKED.sub("", each) for each in (field.placeholder, field.label))
    return field.type in ("email", "tel") or any(
        len(each) <= _LONGEST_NAME and _WHO.search(each) for each in labels
    )
