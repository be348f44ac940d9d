"""What a visitor does to a portal, rather than takes from it; none of it is ever done by us.

Rule 7 of the design's fairness rules: no form but the search box and the chat box is submitted. Told by what a
control says, by what the function is called that it runs, and by what its form asks for. A form that asks nothing and
brings a file, as portals of an older make offer their downloads, is no such form.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from spiders.reading.hidden import hides

_VERBS: Final = (
    "上传|提交|递交|报送|删除|移除|清空|添加|新增|保存|暂存|发送|发布|发表|推送|预约|投诉|举报|信访|评价|评论|评分|打分|点评|留言|咨询|反馈|回复|纠错|报错|挑错"
    "|点赞|赞|踩|顶|投票|收藏|订阅|关注|转发|分享|缴费|支付|付款|登录|登陆|注册|签名|签署|签到|邮寄|寄送|撤回|撤销|取消|修改|编辑|填报|填写|填表|催办|绑定|同意|确定|确认"
)
_APPLICATION: Final = "办理|申请|申办|申报|报名|授权|认证"
"""With a thing behind them they name it: 申请材料."""
_THINGS: Final = "附件|文件|材料|申请材料|资料|表单|图片|照片|证照|意见|建议|问题|内容|信息|订单|记录|申请|该?事项|本?事项|服务|业务|支付宝|邮箱"
ACT: Final = re.compile(
    rf"^(?:我要|我想|我来|我|去|来|请|在线|网上|点击|立即|马上|现在|确认|一键|重新|开始|手机|扫码|快速)*(?:{_THINGS})?(?:在线|网上)?"
    rf"(?:{_VERBS})(?:了|此|该|本|并|与|和|到|至|给|{_APPLICATION}|{_VERBS})*(?:{_THINGS})?$"
    rf"|^(?:我要|我想|我|去|来|请|在线|网上|点击|立即|马上|现在|快速|{_VERBS})*(?:{_APPLICATION})(?:该|本)?(?:事项|业务|服务)?$"
    r"|^(?:非常|很|基本|比较|十分)?不?满意$|^[好中差]评$|^[有没无][有]?(?:用|帮助)$|^人工(?:客服|服务)?$"
)
"""The whole of what a control says, without blanks, where it is an act. JavaScript reads it alike."""
LONGEST_ACT: Final = 24
"""Characters; whatever says more is no act's name."""

_STRONG: Final = (
    "upload|delete|del|remove|submit|pay|vote|complain|complaint|appoint|appointment|feedback|comment|evaluate|appraise|praise"
    "|tousu|pingjia|yuyue|shangchuan|tijiao|shanchu|add|insert|mail|email|cancel|clear|drop"
)
_CAPITAL: Final = "|".join(each.capitalize() for each in _STRONG.split("|"))
ACTING_CALL: Final = re.compile(
    rf"(?:^|[^A-Za-z])(?:{_STRONG})(?![a-z])|(?:{_CAPITAL})(?![a-z])"
    r"|^(?:do|on|to)?(?:upload|delete|remove|submit|del|add)(?:file|attach|fj|annex)"
)
"""The name of a function that acts; one that shows something as well does not (`SHOWING_CALL`)."""
SHOWING_CALL: Final = re.compile(
    r"down|view|preview|open|show|get|read|look|export|xiazai|yulan|chakan", re.IGNORECASE
)

_FILLED_IN: Final = frozenset(
    ("", "text", "tel", "email", "number", "search", "url", "password", "date", "file")
)
_CAPTCHA: Final = re.compile(
    r"验证码|校验码|图形码|captcha|v(?:erify|alid(?:ate)?)?_?code|yzm|check_?code|kaptcha", re.IGNORECASE
)


def acts(words: str, call: str = "") -> bool:
    """Whether a control acts on the portal.

    Args:
        words: What it says: its text, or where it is a picture its title.
        call: The name of the function that it runs.
    """
    said = "".join(words.split())
    if len(said) <= LONGEST_ACT and ACT.match(said):
        return True
    return bool(ACTING_CALL.search(call)) and not SHOWING_CALL.search(call)


def asked_of_a_visitor(form: etree._Element) -> list[str]:
    """The names of the fields that a form shows and leaves to its visitor to fill in, in document order."""
    if _is_out_of_sight(form.getparent()) and not _can_be_handed_in(form):
        return []
    return [
        field.get("name") or field.get("id") or field.get("placeholder") or str(field.tag)
        for field in form.iter("input", "textarea")
        if _is_to_be_filled_in(field, form)
    ]


def is_captcha(field: str) -> bool:
    """Whether a field by its name asks for what a picture shows."""
    return bool(_CAPTCHA.search(field))


def _is_to_be_filled_in(field: etree._Element, form: etree._Element) -> bool:
    if field.tag == "input" and (field.get("type", "").lower() not in _FILLED_IN or field.get("value")):
        return False
    if any(field.get(each) is not None for each in ("readonly", "disabled", "hidden")):
        return False
    return not _is_out_of_sight(field, form)


def _is_out_of_sight(box: etree._Element | None, within: etree._Element | None = None) -> bool:
    while box is not None:
        if hides(dict(box.attrib)):
            return True
        box = box.getparent() if box is not within else None
    return False


def _can_be_handed_in(form: etree._Element) -> bool:
    """Whether it is a form that may be opened as a window to be filled in, and not a script's own."""
    return bool("".join(form.itertext()).strip()) or form.find(".//button") is not None
