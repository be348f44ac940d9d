"""Blocks of text of a page, and which of them are the names of listed items.

Names are told by structure: an item stands among its like (a list, a table's column, cards), outside of
header and footer, and enough of its like read as matters do.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from checks.matters import printed_form
from spiders.wording import loads_more, names_a_guide, turns_pages

_SHORTEST, _LONGEST = 3, 60
_ENOUGH = 0.34
"""Share of a group that has to read as matters for the rest to be taken as such."""
_KNOWN_UNSEEN = 3
"""Names out of sight that have to be known, where nothing of their kind is in sight."""
_CHINESE = re.compile(r"[一-鿿]")
_SENTENCE = re.compile(r"[。！？!?]|https?://|@|\d{4}[-年/.]\d{1,2}|[一-鿿]{4,}，[一-鿿]{4,}，")
_LABEL = re.compile(r"^(?:事项名称|办理事项|事项|名称|服务名称|业务名称)[:：]\s*")
_CONTROL = re.compile(
    r"(?:在线|立即|网上|马上|我要|去|异地|现场|全程|掌上)?(?:办理|申请|申报|预约|办事|查询|咨询|评价|收藏|分享|进入|下载|打印|投诉)(?:入口|服务|次数|量|方式|流程)?"
    r"|(?:在线|网上)办|查看(?:详情|更多|全部|指南)?|办事指南|服务指南|指南|详情|更多|展开|收起|全部|不限|所有|返回|首页|上一步|下一步|确定|取消|关闭|登录|注册|搜索|清空|重置|"
    r"跨省通办|省内通办|全省通办|一件事|高效办成一件事|个人服务|法人服务|个人办事|法人办事|企业服务|部门|主题|热门|推荐|序号|操作|事项名称|事项类型|办理方式|实施主体|牵头部门|"
    r"(?:全程网办|异地代收代办|多地联办|代收代办|网上办|就近办|即办件|承诺件|行政许可|公共服务|行政确认|行政给付|其他行政权力|依申请)"
)
_OTHER_LABEL = re.compile(
    r"(?:办理|办事|通办|申请|受理|服务|行使|实施|牵头|责任|主管|事项|所属|收费|法定|承诺|办结|咨询|监督|联系|办件|权力|适用|面向)"
    r"(?:方式|主体|部门|单位|机构|机关|类型|类别|编码|代码|层级|范围|对象|条件|时限|时间|地点|地址|电话|标准|依据|形式|深度|区域|人群|领域)[:：]"
)
"""The label of a line that tells something else of an item than its name."""
_DEPARTMENT = re.compile(
    r".{0,12}(?:局|委|委员会|厅|部|署|办公室|中心|联合会|管理局|总局|医保局|残联|人社|税务|大厅|窗口|所|处|科|院|公司|银行)"
)


_HEADING = re.compile(r"(?:^|>)(?:h[1-6]|dt|th|legend|caption|summary)(?:\.[^>]*)?(?::\d+)?$")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of text, and what its place says about it."""

    text: str
    outer: str = ""
    """Of a text with another one set into it (a label in a line): what stands outside of that."""
    inner: str = ""
    """What is set in."""
    title: str = ""
    hints: str = ""
    """Names that its author gave to it and to what is around it."""
    own_hints: str = ""
    """Names that its author gave to it."""
    signature: str = ""
    """Its tag and those above it: things of one kind have one signature."""
    chrome: bool = False
    """Whether it belongs to the site's frame: header, footer, navigation."""
    visible: bool = True
    href: str = ""
    raw_href: str = ""
    pressable: bool = False
    tab: bool = False
    option: bool = False
    """Whether it is a choice of a list that drops down; such a list is mostly out of sight."""
    disabled: bool = False
    hands_in: str = ""
    """Of a button that hands in a form: `asks` where the form asks for words, else `posts`; empty for any other thing."""
    frame: int = 0
    index: int = 0
    """Its number in its frame's document."""

    @property
    def name(self) -> str:
        """The name that it shows; in full, where what is shown is cut short."""
        return self.full(self.text)

    def full(self, text: str) -> str:
        """A text of the block without its label, and in full where it is shown cut short."""
        cut = text.rstrip(".…")
        if self.title and cut != text and self.title.startswith(cut):
            text = self.title
        return _LABEL.sub("", text).strip()


def could_be_name(text: str) -> bool:
    """Whether a text may be the name of an item, by its letters alone."""
    bare = printed_form(text)
    return (
        _SHORTEST <= len(bare) <= _LONGEST
        and len(_CHINESE.findall(bare)) * 2 > len(bare)
        and not _SENTENCE.search(text)
        and not _OTHER_LABEL.match(text)
        and not _CONTROL.fullmatch(bare)
        and not _DEPARTMENT.fullmatch(bare)
        and not turns_pages(text)
        and not loads_more(text)
    )


def listed_names(
    blocks: Iterable[Block], is_known: Callable[[str], bool], labels: frozenset[str] = frozenset()
) -> dict[str, str]:
    """The names of the items that blocks list, each with where it leads ("" for nowhere).

    Args:
        blocks: Blocks of every state of the zone that was seen.
        is_known: Whether a name stands for an item that is looked for.
        labels: Texts that turned out to be tabs.
    """
    by_signature: dict[str, list[Block]] = defaultdict(list)
    for each in blocks:
        if not each.chrome and not each.option:
            by_signature[each.signature].append(each)
    groups: dict[str, dict[str, Block]] = defaultdict(dict)
    hidden: dict[str, dict[str, Block]] = defaultdict(dict)
    for signature, alike in by_signature.items():
        name_of = _name_among(alike)
        for each in alike:
            name = name_of(each)
            if name not in labels and (could_be_name(name) or _is_known_place(name, is_known)):
                (groups if each.visible else hidden)[signature].setdefault(name, each)
    chosen: dict[str, dict[str, Block]] = {}
    for signature, members in groups.items():
        read = [name for name in members if names_a_guide(name) or is_known(name)]
        if not read or len(read) < _ENOUGH * len(members):
            continue
        chosen[signature] = members
    for signature, members in hidden.items():
        # panels that open under the pointer alone have no like in sight: most of them have to be known
        known = sum(map(is_known, members))
        if signature not in groups and known >= _KNOWN_UNSEEN and known * 2 >= len(members):
            chosen[signature] = members
    names: dict[str, str] = {}
    for signature, members in chosen.items():
        if _are_headings(signature, members, chosen):
            continue
        for name, block in members.items():
            # one among its like is an item; one that stands alone has to be known
            if len(members) > 1 or is_known(name):
                names.setdefault(name, block.href)
        # what a page keeps out of sight counts where its like is in sight: a panel that no tab was found for
        for name, block in hidden[signature].items():
            names.setdefault(name, block.href)
    return names


def _is_known_place(name: str, is_known: Callable[[str], bool]) -> bool:
    """Whether a name that reads as a department's is an item all the same (开办运输公司)."""
    return _DEPARTMENT.fullmatch(printed_form(name)) is not None and len(name) <= _LONGEST and is_known(name)


def _are_headings(signature: str, members: dict[str, Block], groups: dict[str, dict[str, Block]]) -> bool:
    """Whether a group is headings over other groups, which name fields (社会保障卡) and no items."""
    if any(each.pressable for each in members.values()):
        return False
    lists = [
        others
        for others in groups.values()
        if others is not members
        and len(others) > len(members)
        and any(each.pressable for each in others.values())
    ]
    return bool(lists) and (
        _HEADING.search(signature) is not None or any(_stand_over(members, each) for each in lists)
    )


def _stand_over(members: dict[str, Block], others: dict[str, Block]) -> bool:
    """Whether each of some blocks is followed by some of the others, before the next of its own comes."""
    order = sorted(
        [(each.frame, each.index, True) for each in members.values()]
        + [(each.frame, each.index, False) for each in others.values()]
    )
    followed = [
        not after[2] for before, after in zip(order, [*order[1:], (0, 0, True)], strict=True) if before[2]
    ]
    # as many lists as headings, and longer ones: two columns of one table alternate, and are as long
    return len(followed) > 1 and all(followed) and len(others) >= 2 * len(members)


_AROUND_TOTAL = r"[显示当前第到至条页每记录总共/\d\s,，;；:：~()（）-]*"
_TOTAL = re.compile(
    rf"{_AROUND_TOTAL}?(?:共|合计|总计|总数|共计|共?(?:找|查询|检索)到)[有:：]?\s*(?P<total>\d{{1,4}})\s*[个条项件]"
    rf"(?:服务|办事)?(?:事项|数据|结果|信息)?{_AROUND_TOTAL}|(?P<bare>\d{{1,4}})\s*条(?:记录|数据|结果)?"
)


def stated_total(blocks: Iterable[Block]) -> int | None:
    """How many items a list says that it has (共36条), beside its pager; None where it does not say.

    A sentence that tells how many items the nation's list has is none of the list's own.
    """
    found = [
        int(match["total"] or match["bare"])
        for each in blocks
        if each.visible and not each.chrome
        for match in [_TOTAL.fullmatch(each.text)]
        if match is not None
    ]
    return max(found, default=None)


def _name_among(alike: Sequence[Block]) -> Callable[[Block], str]:
    """Which part of blocks of one kind is the name, where another text is set into a line.

    A part that repeats from one to the next, or names a department or a button, is a label.
    """
    mixed = [each for each in alike if each.outer and each.inner]
    if not mixed:
        return lambda block: block.name
    if _is_label([each.inner for each in mixed]):
        return lambda block: block.full(block.outer or block.text)
    if _is_label([each.outer for each in mixed]):
        return lambda block: block.full(block.inner or block.text)
    return lambda block: block.name


def _is_label(texts: Sequence[str]) -> bool:
    fixed = sum(bool(_CONTROL.fullmatch(each) or _DEPARTMENT.fullmatch(each)) for each in texts)
    return fixed * 2 > len(texts) or (len(texts) > 2 and len(set(texts)) * 2 <= len(texts))
