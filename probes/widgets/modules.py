"""Which links lead to an interaction module, and which rating figure a page publishes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# each module: wordings with what they are worth; the best one of a link counts
_WORDINGS: Mapping[str, tuple[tuple[re.Pattern[str], float], ...]] = {
    "consult": (
        (
            re.compile(r"我要咨询|在线咨询|网上咨询|办事咨询|业务咨询|事项咨询|留言咨询|咨询留言|互动咨询"),
            5.0,
        ),
        (re.compile(r"^咨询$|咨询服务|咨询建言|咨询建议|咨询投诉|咨询中心|政务咨询|政策咨询|咨询互动"), 4.0),
        (re.compile(r"咨询|智能客服|智能问答|有问必答|我要问"), 2.0),
        (re.compile(r"consult|zixun|(^|[/_-])zx(fw|zx)?([/_.-]|$)|inquiry", re.IGNORECASE), 1.0),
    ),
    "complain": (
        (re.compile(r"我要投诉|在线投诉|网上投诉|投诉举报|投诉建议|监督投诉|投诉监督|效能投诉"), 5.0),
        (re.compile(r"^投诉$|咨询投诉|举报投诉|我要举报|我要建议|建议投诉"), 4.0),
        (re.compile(r"投诉|举报|12345|政务服务便民热线"), 2.0),
        (re.compile(r"complain|tousu|(^|[/_-])ts(jb|jy)?([/_.-]|$)", re.IGNORECASE), 1.0),
    ),
    "rate": (
        (re.compile(r"好差评"), 5.0),
        (re.compile(r"我要评价|服务评价|办事评价|办件评价|政务服务评价|在线评价|网上评价"), 4.0),
        (re.compile(r"评价|满意度"), 2.0),
        (re.compile(r"evaluat|haochaping|(^|[/_-])hcp([/_.-]|$)|appraise|satisf", re.IGNORECASE), 1.0),
    ),
}
MODULES = tuple(_WORDINGS)
HUB = re.compile(r"互动交流|政民互动|互动服务|公众参与|互动中心|互动平台|我要咨询投诉|服务互动|便民互动")
_A_BOT = re.compile(r"机器人|智能|客服|助手|数字人")
_HANDS_IN = re.compile(
    r"^(?:确认|立即|我要)?(?:提交|递交|发表|发布|发送|保存|撤[回销]|取消|删除)|submit", re.IGNORECASE
)
"""What uses a module rather than opens it."""
_NOT_A_MODULE = re.compile(
    r"电话|热线[:：]|\d{5,}|评价(规则|办法|指标|结果公示)|公示|通知|公告|解读|评价中心介绍"
)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A link or a page that may be a module."""

    words: str
    """What a reader sees of it."""
    hints: str = ""
    """Its address and the names its author gave it."""


def module_score(module: str, candidate: Candidate) -> float:
    """How much speaks for a link being the module; 0 where nothing does.

    Args:
        module: One of `MODULES`.
    """
    words = "".join(candidate.words.split())
    if len(words) > 24 or _HANDS_IN.search(words):
        return 0.0
    score = max((worth for pattern, worth in _WORDINGS[module] if pattern.search(words)), default=0.0)
    if score == 0.0 and len(words) <= 8:
        pattern, worth = _WORDINGS[module][-1]
        score = worth if pattern.search(candidate.hints) else 0.0
    if module == "consult" and _A_BOT.search(words):
        # a bot may stand in for the module, where nothing else does
        score = min(score, 2.0)
    if score and _NOT_A_MODULE.search(words):
        score -= 2.5
    # a name that says more than the module is more likely an article about it
    return max(0.0, score - max(0, len(words) - 8) * 0.15)


_RATES = r"好评率|满意率|满意度|好评占比|差评率|差评整改率|参评率|按期整改率"
_COUNTS = r"评价总?条?数|评价总?量|好评数|累计评价"
_FIGURE = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
_SHARE = rf"{_FIGURE}\s*(?:%|％|分)"
_COUNT = rf"{_FIGURE}\s*(?:万?(?:条|件|次|个|人次|例)|万)?(?![\d.,%％分])"
_GAP = r"[^\d\n]{0,8}\n?[^\d\n]{0,4}"
_AFTER = tuple(
    re.compile(rf"({names}){_GAP}({figure})") for names, figure in ((_RATES, _SHARE), (_COUNTS, _COUNT))
)
_BEFORE = tuple(
    re.compile(rf"(?<![\d.,])({figure})\s*\n?\s*({names})")
    for names, figure in ((_RATES, _SHARE), (_COUNTS, _COUNT))
)
_ORDER = ("好评率", "满意率", "满意度", "好评占比")


def published_figure(text: str) -> str | None:
    """The rating figures that a page publishes, e.g. `好评率 98.5%, 评价数 12345`; None where there are none."""
    found: dict[str, str] = {}
    # a tile shows its figure above its name, a line behind it: a page keeps to one of the two
    for name, figure in (match.groups() for pattern in _AFTER for match in pattern.finditer(text)):
        found.setdefault(name, re.sub(r"\s", "", figure).replace("％", "%"))
    if not found:
        for figure, name in (match.groups() for pattern in _BEFORE for match in pattern.finditer(text)):
            found.setdefault(name, re.sub(r"\s", "", figure).replace("％", "%"))
    if not found:
        return None
    names = sorted(found, key=lambda each: _ORDER.index(each) if each in _ORDER else len(_ORDER))
    return ", ".join(f"{name} {found[name]}" for name in names[:3])
