"""What turns a zone's contents: tabs and filters, the next page, a button for more."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from probes.zones.blocks import Block
from spiders.acting import acts
from spiders.addresses import is_route, joined
from spiders.wording import loads_more, names_a_guide

_LONGEST_LABEL = 16
_LONGEST_MARKED = 40
"""A label of what is marked as a tab may be a whole title: 【全国高频政务服务“跨省通办”事项】."""
_MOST_UNMARKED = 12
_MOST_TABS = 60
_LINES_BEFORE = 2
"""Lines before a choice that may say what it is for (ours)."""
_NOT_A_TAB = re.compile(
    r"登录|注册|收藏|评价|分享|投诉|咨询|下载|打印|退出|搜索|查询|提交|^(?:在线|立即|网上|马上|我要|去)?(?:办理|申请|申报|预约)$|"
    r"办事指南|详情|更多|展开|收起|返回|首页|关闭|取消|确定|无障碍|适老|简体|繁体|English|^\d+$|下一?页|上一?页|尾页|末页|^[<>«»‹›…]+$"
)
_OPINION = re.compile(
    r"(?:非常|很|十分|比较|较|基本|不太?|太)?(?:满意|好|差|一般|有用|没用|有帮助|没帮助|清楚|方便|喜欢|赞|专业|认真)|[好中差]评|[一二三四五1-5][颗个]?星级?|[一二三四五\d]{1,3}分|支持|反对|弃权|[已未]解决|yes|no|(?:dis)?like|[A-H][.、．].*|[赞踩顶].{0,2}|[+＋]?关注|(?:不|非常)?(?:同意|赞成)",
    re.IGNORECASE,
)
"""What one thinks of something: a choice of these is a rating."""
_AT_ONCE = re.compile(
    r"(?:我要|立即|一键|确认)?(?:删除|移除|清空|保存|提交|递交|上传|撤[回销]|点赞|收藏|关注|订阅|同意|签到|打卡|投票|发[送布表]|转人工|人工客服|预约|评价|评论|留言|反馈)(?:申请|意见|该?事项)?"
)
"""What acts though it is marked as a tab: a row of buttons may be called a type or a switch."""
_AN_ACT = re.compile(
    r"预约|取号|挂号|支付|缴费|付款|签到|打卡|领取|购物车|寄[件送给]|邮寄|拨打|发[送布表]|推送|短信|扫码|报名|投票|删除|清[空除]|同意|点赞|收藏|关注|订阅|撤[回销]|人工|反馈|纠错|留言|评[价论分]|登[录陆]"
)
"""What may be done by pressing it; where nothing marks it as a tab it is not even tried."""
_ASKS_YOU = re.compile(
    r"帮助|有用|满意|解决.{0,6}问题|问题.{0,4}解决|[您你].{0,20}[?？吗呢]|^\d+[.、．].{0,20}[您你]|评价|评分|打分|(?:您|你).{0,6}(?:认为|觉得|希望|感受|看法|建议)|怎么样|问卷|调查|投票"
)
"""The line before a choice that asks for the visitor's opinion."""
_TAB_HINTS = re.compile(
    r"(?<![a-z])(?:tabs?|cate|category|filter|theme|topic|dept|bumen|switch|classify|sort|type|menu|subnav|zone-?nav|segmented|radio)(?![a-z]{4})",
    re.IGNORECASE,
)
_TAB_ITSELF = re.compile(r"(?:^|[-_ ])tabs?(?:$|[-_ ]|item|nav|title|btn|(?=[A-Z]))")
_TAB_ROW = re.compile(
    r"(?:^|[-_ ])tabs?(?=$|[-_ ]*(?:bar|nav|list|head|header|hd|title|menu|items?|row|group)?(?:[-_ ]|$))(?![-_ ]*(?:con|bd|body|pane|box|wrap|main))",
    re.IGNORECASE,
)
_TAB_WORDS = re.compile(
    r"个人|法人|企业|自然人|部门|主题|全部|不限|所有|.{1,10}(?:局|厅|委|委员会|部|办|残联|税务|法院)|(?:国家|全国|长三角|京津冀|川渝|泛珠|西南|省内|大湾区).{0,8}|"
    r".{2,5}(?:省|市|区|县)|(?:第一|第二)批|20\d\d年?.{0,6}|全程网办|代收代办|多地联办|热门|.{2,6}(?:服务|办事|事项|类)"
)
_MENU = re.compile(r"(?:网站|门户|平台|返回)?首\s*页|主页")
_WHOLE = re.compile(r"^(?:请选择.{0,6}|全部|不限|所有)(?:部门|事项|主题|类型|服务)?$")
_NEXT_WORDS = re.compile(r"^(?:下一?页|后一?页|next(?: page)?)\s*[>»›]*$", re.IGNORECASE)
_SHUFFLE = re.compile(r"^换一?[批换组页轮]$")
_NEXT_SIGNS = re.compile(r"^(?:>|»|›|→)$")
_LETTER = re.compile(r"[^\W\d_]")
_QUESTIONS = re.compile(r"survey|question|quiz|wenjuan|diaocha|vote|exam|step", re.IGNORECASE)
"""What is turned page by page and is no list: a questionnaire."""
_PAGER_HINTS = re.compile(r"pag|next|turn", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class TabGroup:
    """Controls of one kind that stand together, of which one is chosen."""

    key: str
    labels: tuple[str, ...]
    marked: bool = True
    """Whether names or words say that these are tabs; others can only be tried."""
    unpressed: tuple[str, ...] = ()
    """Members of such a group that are not even tried, for they may do something."""


def tab_groups(blocks: Sequence[Block], url: str, is_known: Callable[[str], bool]) -> list[TabGroup]:
    """The groups of tabs in sight, in document order; of a group with 全部, that one alone.

    Behind them come the groups that nothing marks as tabs, though they can be pressed and lead to no address.
    """
    groups: dict[str, list[Block]] = defaultdict(list)
    for each in blocks:
        # what stands in a row of tabs may turn under the pointer alone
        turns = each.pressable or _TAB_ROW.search(each.hints) is not None
        if (
            (each.visible or each.option)
            and turns
            and not each.hands_in
            and not (each.chrome and not each.tab)
        ):
            groups[f"{each.frame} {each.signature}"].append(each)
    marked, unmarked = [], []
    for key, members in groups.items():
        labels = tuple(dict.fromkeys(each.text for each in members if _is_label(each, url)))
        if not 2 <= len(labels) <= _MOST_TABS:
            continue
        if _are_tabs(members, labels, is_known):
            whole = tuple(each for each in labels if _WHOLE.match(each))
            marked.append(TabGroup(key=key, labels=whole[:1] or labels))
        elif (
            len(labels) <= _MOST_UNMARKED
            and _could_be_tabs(members, labels, is_known)
            and not _ask_for_an_opinion(members, blocks)
        ):
            may_act = tuple(each for each in labels if _AN_ACT.search(each) or acts(each))
            plain = tuple(each for each in labels if each not in may_act)
            if plain:
                unmarked.append(TabGroup(key=key, labels=plain, marked=False, unpressed=may_act))
    return marked + unmarked


def handed_in_tabs(blocks: Sequence[Block], is_known: Callable[[str], bool]) -> list[str]:
    """The labels of tabs that hand in a form, and are left alone: what lies behind them is not known."""
    groups: dict[str, list[Block]] = defaultdict(list)
    for each in blocks:
        if each.visible and each.hands_in and not each.chrome and not _is_no_tab(each.text):
            groups[f"{each.frame} {each.signature}"].append(each)
    found: list[str] = []
    for members in groups.values():
        labels = tuple(dict.fromkeys(each.text for each in members))
        if 2 <= len(labels) <= _MOST_TABS and _are_tabs(members, labels, is_known):
            found.extend(labels)
    return found


def linked_tabs(blocks: Sequence[Block], url: str, is_known: Callable[[str], bool]) -> list[str]:
    """Addresses of tabs that are pages of their own beside this one."""
    groups: dict[str, list[Block]] = defaultdict(list)
    for each in blocks:
        # the tab of this very page is one of them, though there is no need to go there
        if each.visible and not each.chrome and (_is_sibling(each.href, url) or _is_here(each.href, url)):
            groups[f"{each.frame} {each.signature}"].append(each)
    found: list[str] = []
    for members in groups.values():
        short = [
            each for each in members if len(each.text) <= _LONGEST_LABEL and not _NOT_A_TAB.search(each.text)
        ]
        labels = tuple(dict.fromkeys(each.text for each in short))
        if 2 <= len(labels) <= _MOST_TABS and _are_tabs(members, labels, is_known):
            found.extend(urldefrag(each.href).url for each in short if not _is_here(each.href, url))
    return list(dict.fromkeys(found))


def next_page(blocks: Sequence[Block], number: int) -> Block | None:
    """The control that leads from page `number` of a list to the next; None on the last page."""
    usable = [
        each
        for each in blocks
        if each.visible
        and each.pressable
        and not each.disabled
        and each.hands_in != "asks"
        and not _QUESTIONS.search(each.hints)
    ]
    for each in usable:
        if (
            _NEXT_WORDS.match(each.text)
            or shuffles(each)
            or (_NEXT_SIGNS.match(each.text) and _PAGER_HINTS.search(each.hints))
        ):
            return each
    if any(_NEXT_WORDS.match(each.text) for each in blocks):
        return None  # it is there and disabled: this is the last page
    numbers = [each for each in usable if each.text.isdigit()]
    if len(numbers) < 2 and not any(_PAGER_HINTS.search(each.hints) for each in numbers):
        return None
    return next((each for each in numbers if each.text == str(number + 1)), None)


def shuffles(block: Block) -> bool:
    """Whether a control shows others of the same list in turn or by chance (换一批)."""
    return _SHUFFLE.match(block.text) is not None


def more_button(blocks: Sequence[Block]) -> Block | None:
    """The button that adds to the list in its place, if there is one that can be pressed."""
    for each in blocks:
        stays = not each.raw_href or each.raw_href.startswith(("#", "javascript:"))
        usable = each.visible and each.pressable and not each.disabled and not each.hands_in
        if usable and stays and loads_more(each.text):
            return each
    return None


def _is_label(block: Block, url: str) -> bool:
    here = not block.raw_href or block.raw_href.lower().startswith(("#", "javascript:"))
    if here and block.raw_href.startswith("#") and leads_away(block.href, url):
        return False
    longest = _LONGEST_MARKED if _is_marked(block) else _LONGEST_LABEL
    return (
        0 < len(block.text) <= longest
        and not block.disabled
        and (here or _is_here(block.href, url))
        and not _is_no_tab(block.text)
    )


def _is_no_tab(text: str) -> bool:
    return (
        _NOT_A_TAB.search(text) is not None
        or _OPINION.fullmatch(text) is not None
        or _AT_ONCE.fullmatch(text) is not None
        or not _LETTER.search(text)
    )


def _are_tabs(members: Sequence[Block], labels: Sequence[str], is_known: Callable[[str], bool]) -> bool:
    if any(_MENU.fullmatch(each.text) for each in members):
        return False  # the menu of the whole site, however it is drawn
    if any(_is_marked(each) or each.option for each in members):
        return True
    if _are_matters(labels, is_known):
        return False
    if any(_TAB_HINTS.search(each.hints) or _TAB_ROW.search(each.hints) for each in members):
        return True
    return sum(_TAB_WORDS.fullmatch(each) is not None for each in labels) * 2 >= len(labels)


def _could_be_tabs(members: Sequence[Block], labels: Sequence[str], is_known: Callable[[str], bool]) -> bool:
    # buttons that stand at every item have one label; a menu's lead to pages
    return (
        len(labels) == len(members)
        and not any(_MENU.fullmatch(each.text) for each in members)
        and not _are_matters(labels, is_known)
    )


def _ask_for_an_opinion(members: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """Whether the line before the first of them asks what the visitor thinks (是 and 否 below 是否有帮助)."""
    first = next(at for at, each in enumerate(blocks) if each is members[0])
    before = [each.text for each in blocks[max(0, first - _LINES_BEFORE) : first] if each.visible]
    return any(_ASKS_YOU.search(each) for each in before)


def _are_matters(labels: Sequence[str], is_known: Callable[[str], bool]) -> bool:
    return sum(names_a_guide(each) or is_known(each) for each in labels) * 2 >= len(labels)


def _is_marked(block: Block) -> bool:
    return block.tab or _TAB_ITSELF.search(block.own_hints) is not None


def _is_here(href: str, url: str) -> bool:
    return bool(href and joined(url, href)) and urldefrag(href).url == urldefrag(url).url


def leads_away(href: str, url: str) -> bool:
    """Whether an address is another page than this one, in an application of one page as well.

    What lies below a page, or beside it in a folder of its own, is a part of it: `#/kstb/person` beside `#/kstb/firm`.
    """
    there, here = urlsplit(href), urlsplit(url)
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        return True
    return any(_is_apart(*pair) for pair in zip(place_of(href), place_of(url), strict=True))


def place_of(url: str) -> tuple[str, str]:
    """A page's path, and its route within an application of one page."""
    parts = urlsplit(url)
    return parts.path, _route(parts.fragment)


def _route(fragment: str) -> str:
    """The page that a fragment names, where an application goes by it; empty for an anchor within a page."""
    return fragment.lstrip("!").partition("?")[0] if is_route(fragment) else ""


def _is_apart(there: str, here: str) -> bool:
    if there == here or (there.startswith(here.rstrip("/") + "/") and here.strip("/")):
        return False
    folder = here.rpartition("/")[0]
    return not (folder and there.startswith(folder + "/"))


def _is_sibling(href: str, url: str) -> bool:
    """Whether an address is this page with another parameter, or lies in the same folder."""
    there, here = urlsplit(joined(url, href)), urlsplit(url)
    if there.scheme not in ("http", "https") or there.netloc != here.netloc:
        return False
    if there.path == here.path:
        return there.query != here.query
    return len(here.path) > 1 and urlsplit(urljoin(url, ".")).path == urlsplit(urljoin(href, ".")).path
