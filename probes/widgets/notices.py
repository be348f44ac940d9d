"""What stands before a conversation: notices to accept, a choice of topic, a login, a form that asks who one is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.async_api import Error, Page

from probes.widgets.sight import Sighting, look
from probes.widgets.windows import press

_ACCEPT = re.compile(
    r"^\s*(我?已?(阅读|知晓|了解)?(并)?(同意|接受|确认|知道了|知晓|明白了?)(并(继续|进入|开始).{0,6})?|同意.{0,8}|我知道了?|知道了|好的|确\s*定|确\s*认"
    r"|开始(咨询|对话|提问|使用|聊天|会话|体验)?|立即(咨询|体验|使用|开始|对话|提问)|进入(咨询|对话|会话|聊天|系统)?|继续(咨询|访问|使用)?|下一步|跳过|我要提问|开始使用"
    r"|ok|okay|accept( all)?|i agree|agree|got it|continue|start( chat(ting)?| conversation)?|begin|skip|new (conversation|chat))\s*[!！。>→]*\s*$",
    re.IGNORECASE,
)
_CLOSE = re.compile(
    r"^\s*(关\s*闭|[×xX✕✖╳]|暂不.{0,4}|以后再说|不再提示|close|dismiss|no,? thanks|later)\s*$", re.IGNORECASE
)
_TOPIC_WORDS = re.compile(
    r"个人|法人|企业|自然人|户籍|社保|医保|公安|不动产|公积金|身份证|民政|税务|其他|综合|事项|办事|业务|政务|咨询|general|other",
    re.IGNORECASE,
)
_NO_TOPIC = re.compile(
    r"预约|投诉|举报|人工|评价|满意|留言|建议|挂失|缴费|支付|申[请报领办]|报名|提交|取消|complain|human|agent"
)
"""What would be done by choosing it."""
_TOPIC_PROMPT = re.compile(
    r"请?(先)?选择.{0,8}(类型|类别|主题|领域|部门|业务|分类|身份|区域|地区|问题)|选择.{0,6}咨询|choose|select a? ?topic",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"请(您)?先?(登录|登陆)|登录后(才能|方可|再|即可|可以|使用)|您(还)?(未|没有?)登[录陆]|需要登[录陆]|please (log|sign) ?in",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"姓名|称呼|手机号?|联系(?:电话|方式)|身份证号?|邮箱|your name|phone|e-?mail", re.IGNORECASE
)


def wants_login(text: str) -> bool:
    """Whether a text asks to log in first."""
    return _LOGIN.search(text) is not None


def asks_who(text: str, fields: Iterable[Sighting]) -> bool:
    """Whether one has to say who one is (name, telephone) before the conversation."""
    named = [
        each
        for each in fields
        if each.visible and (each.type in ("tel", "email") or _WHO.search(f"{each.names} {each.hints}"))
    ]
    return bool(named) and _WHO.search(text) is not None


def fresh_fields(fields: Iterable[Sighting], known: Iterable[Sighting]) -> list[Sighting]:
    """The fields in sight that were not so before."""
    before = {(each.hints, each.placeholder) for each in known if each.visible}
    return [each for each in fields if each.visible and (each.hints, each.placeholder) not in before]


async def pass_notice(page: Page, known: Iterable[Sighting], tried: list[str]) -> bool:
    """Accept a notice or choose a topic that was not there before, one step of it.

    What would hand in a form (a name and a telephone number before the conversation) is left alone.

    Args:
        known: Clickable things that stood there before anything was opened: they belong to the page.

    Returns:
        Whether something was clicked.
    """
    before = {_mark(each) for each in known}
    things = [
        each for each in await look(page, "clickables") if _mark(each) not in before and not each.disabled
    ]
    await _tick(page)
    for words, kind in ((_ACCEPT, "accepted"), (_CLOSE, "closed")):
        for each in things:
            named = (each.text or each.label).strip()
            if words.match(named) and each.element is not None and await press(each.element):
                tried.append(f"{kind} “{named[:20]}”")
                return True
        if kind == "accepted" and await _choose_topic(page, things, bool(before), tried):
            return True
    return False


def _mark(thing: Sighting) -> tuple[str, str, str, str]:
    return thing.tag, thing.names, thing.hints, thing.frame_url


async def _choose_topic(page: Page, things: list[Sighting], before: bool, tried: list[str]) -> bool:
    prompts = False
    for frame in page.frames:
        try:
            text = await frame.evaluate("() => document.body ? document.body.innerText : ''")
        except Error:
            continue
        prompts = prompts or _TOPIC_PROMPT.search(text) is not None
    topics = [
        each
        for each in things
        if len(each.text) <= 16 and _TOPIC_WORDS.search(each.text) and not _NO_TOPIC.search(each.text)
    ]
    # without a prompt, only what came with the opening may be a choice of topics
    like = [each for each in topics if before and sum(each.tag == other.tag for other in topics) >= 2]
    if not (prompts and topics) and not like:
        return False
    chosen = next((each for each in (topics if prompts else like) if each.element is not None), None)
    if chosen is None or chosen.element is None or not await press(chosen.element):
        return False
    tried.append(f"chose the topic “{chosen.text[:16]}”")
    return True


async def _tick(page: Page) -> None:
    """Tick the boxes of an agreement (“我已阅读并同意”); no other ones."""
    for frame in page.frames:
        try:
            boxes = await frame.query_selector_all("input[type=checkbox], [role=checkbox]")
            for box in boxes[:10]:
                words: str = await box.evaluate(
                    "box => (box.labels && box.labels[0] ? box.labels[0] : box.parentElement || box).textContent"
                )
                if re.search(r"同意|已阅读|知晓|agree|accept", words, re.IGNORECASE) and len(words) < 80:
                    ticked = await box.evaluate(
                        "box => box.checked || box.getAttribute('aria-checked') === 'true'"
                    )
                    if not ticked:
                        await press(box)
        except Error:
            continue
