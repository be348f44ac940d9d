"""Whether a page is a guide, by all that it shows, and the reasons in words.

Regulations, notices, news and interpretations are full of 申请材料 and 时限. What makes a guide is the whole:
elements of a guide set as labels with values, that together make up most of the page, under a place or a title
that speaks of guides, and no sign of another kind of text (articles, a file number, an addressee, a reporter).
Each sign weighs a little; none decides alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from spiders.reading.boxes import Line
from spiders.reading.document import Document
from spiders.reading.regions import Regions
from spiders.reading.statements import Statement

THRESHOLD: Final = 3.0
"""Weight from which a page is a guide: about three elements set as such, or a guide's place and title."""

_SOURCE_WEIGHT = {"question": 0.7, "sentence": 0.3}
GUIDE_PLACE = re.compile(
    r"(?:办事|服务|办理|业务|申办|办证|办税|申报|报名|事项|参保|审批|许可)(?:指南|须知|指引|流程)|办事(?:服务|大厅|事项)|服务事项|审批事项|事项详情|^指南$|办事$"
)
GUIDE_TITLE = re.compile(
    r"(?:办事|服务|办理|业务|申办|办证|申报|事项|申请|申领|登记|审批|办税|操作)(?:指南|须知|指引|手册|程序|流程图?)|须知\W*$|(?:指南|流程图?)\W*$|一次性告知|告知单$|如何(?:办理|申请|申领)|(?:怎么|怎样)办"
)
_MATTER_TITLE = re.compile(
    r"(?:办理|登记|申领|换领|补领|换发|补发|补办|换证|备案|核发|许可|审批|核准|审核|发放|注销|变更|转移|接续|落户|迁移|投靠|开具|认定|查询|报销|申请|签注|签发|缴纳|缴费|提取|给付|"
    r"支付|补贴|补助|津贴|救助|确认|复核|年审|年检|鉴定|公证|接收|托管|参保|停保|征收|申报|受理|审查|验收|证明|证书|执照|预审|检定|检验|评定|备查|转入|转出|销户|开户|缴存|过户|退休)"
    r"(?:业务|手续|服务|事项|（[^）]{1,30}）|\([^)]{1,30}\))*\W*$"
)
_GUIDE_ADDRESS = re.compile(
    r"bszn|banshi|guide|fwzn|bsfw|workguide|lawguide|matter|taskguid|taskcode|itemcode|itemid|transactcode|operatinginstruction|handlingguide|eventdetail|transition|"
    r"sxxq|sxbl|bsdt|ywzn|blzn|service[-_]?(?:item|detail)|item[-_]?detail|handle_affairs|bsxz|bsxq|affairdetail|rowguid|localinnercode|approve",
    re.I,
)
_OTHER_TITLE = re.compile(
    r"(?:条例|办法|规定|规则|细则|(?<![方办])法|章程|通知|通报|公告|公示|通告|意见|决定|批复|批示|报告|方案|规划|计划|要点|总结|讲话|致辞|解读|答记者问|动态|简报|会议|名单|名录|目录|"
    r"招聘|成绩|中标|预算|决算|年报|简介|概况|职能|职责|领导|机构|申请表|登记表|列表|声明|函|纪要|问卷|启事|宪法|结果)(?:[（(〔][^）)〕]*[)）〕]|的?(?:通知|公告|通告|公示|意见|函))*\W*(?:$|全文|\d{4})"
    r"|^(?:关于|国务院|财政部|.{2,20}(?:办公厅|办公室|人民政府|委员会|厅|局|部)关于)|印发|解读|发布会|一图读懂|招聘|公示|征求意见|信息公开(?:指南|制度|年度|目录|工作)|年度报告|依申请公开|\d{4}年第?\d+期"
)
_OTHER_PLACE = re.compile(
    r"新闻|动态|要闻|资讯|法规|规章|解读|公示|公告|文件|年报|年度报告|信息公开|政务公开|招聘|人事|概况|领导|机构|职能|职责|互动|咨询|问答|留言|信箱|访谈|征集|关注|简介|图片|视频|党建|专题|规划|预决算|统计|依申请"
)
_ARTICLE = re.compile(
    r"^第[一二三四五六七八九十百零〇\d]{1,5}条(?:[\s　之【（(：:]|(?=[一-鿿《])|$)|^第[一二三四五六七八九十]{1,3}章(?:\s|$|[一-鿿])"
)
_FILE_NUMBER = re.compile(
    r"^[（(]?[一-鿿]{2,16}[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*第?\d+号[)）]?$|第\s*\d+\s*号令?$|令\s*（?第\s*\d+\s*号）?$"
)
_ADDRESSEE = re.compile(
    r"^(?:各|局|机关|驻|市|县|省|有关|全|市级)[^。；]{2,80}(?:人民政府|单位|部门|委员会|局|厅|企业|机构|学校|中心|办|所|人员)[^。；]{0,40}[：:]$"
)
_PRESS = re.compile(
    r"记者|本报讯|新华社|通讯员|据悉|近日|日前|编辑[:：]|责编|供稿|来源[:：].{0,12}(?:报|社|网)"
)
_ENACTED = re.compile(
    r"自.{0,16}(?:发布|公布|印发|颁布)之日起(?:施行|实施|执行)|自\d{4}年\d{1,2}月\d{1,2}日起(?:施行|实施)"
)
# a guide holds until it is changed; a call for applications ends
_DEADLINE = re.compile(
    r"(?:截止|逾期|报名|申报|公示)(?:时间|日期|期限|期)?[^。]{0,12}\d{1,2}月\d{1,2}日|(?:20\d{2}年)?\d{1,2}月\d{1,2}日[^。，]{0,8}(?:前(?:报|将|提|完)|截止|止(?:[，。]|$))"
)
_SIGNED = re.compile(r"^(?:19|20)\d{2}年\d{1,2}月\d{1,2}日$")
_DISCLOSURE = re.compile(r"政府信息公开|依申请公开|公开(?:政府)?信息|信息公开申请")
_DATA_SET = re.compile(
    r"数据(?:提供方|来源|领域|集|项|目录|格式|量|更新)|更新(?:频率|周期)|开放(?:条件|类型|属性|方式)|字段(?:名称?|类型|说明|描述)|(?:下载|调用|浏览)(?:量|次数)"
)
_BUTTONS = re.compile(
    r"在线办理|在线申报|网上办理|立即办理|我要办|在线申请|网上申报|办理进度|收藏事项|材料下载|事项收藏|预约办理|在线预约"
)
_MATERIAL_TABLE = re.compile(
    r"^(?:材料名称|材料形式|来源渠道|材料必要性|是否必[要须需]|填报须知|空白表格?|样表|示例样表|纸质|电子|原件|复印件)"
)
_FILE_LINK = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|ofd|rtf|zip|rar|7z)(?:$|[?#])", re.I)


@dataclass(slots=True)
class Evidence:
    """What speaks for a guide and what against it."""

    weight: float = 0.0
    reasons: list[str] = field(default_factory=list)
    against: float = 0.0
    """The part of the weight that speaks against, as a positive number."""

    def add(self, weight: float, reason: str) -> None:
        """Put one sign on the scales."""
        self.weight += weight
        if weight < 0:
            self.against -= weight
        self.reasons.append(f"{weight:+.1f} {reason}")

    @property
    def is_guide(self) -> bool:
        """Whether it suffices."""
        return self.weight >= THRESHOLD

    def in_words(self) -> str:
        """The signs, the heaviest first."""
        ordered = sorted(self.reasons, key=lambda r: -abs(float(r.split(" ", 1)[0])))
        return "; ".join(ordered)


def weigh(
    document: Document,
    regions: Regions,
    statements: Sequence[Statement],
    *,
    name: str,
    file_links: int,
    link_text: str | None = None,
    from_fields: Mapping[str, float] | None = None,
) -> Evidence:
    """Weigh a page.

    Args:
        document: The page.
        regions: Which lines are its own.
        statements: What it states.
        name: The matter's name as read from it.
        file_links: How many attachments it offers.
        link_text: The text of the link that led to it, if known.
        from_fields: The elements that stand in data which the page's script carries, with their weights.
    """
    own = regions.own_lines(document)
    evidence = Evidence()
    _weigh_elements(evidence, statements)
    _weigh_whole(evidence, own, statements)
    _weigh_place(evidence, document, regions, name, link_text)
    if from_fields and len(from_fields) >= 3:
        weight = min(sum(from_fields.values()), 8.0)
        evidence.add(weight, f"a matter's own data in its script ({len(from_fields)} elements)")
    _weigh_other_kinds(evidence, document, own)
    _weigh_shape(evidence, document, own, statements, file_links, name, bool(from_fields))
    return evidence


def _weigh_elements(evidence: Evidence, statements: Sequence[Statement]) -> None:
    best: dict[str, tuple[float, str]] = {}
    for statement in statements:
        for element in statement.elements:
            weight = element.weight * _SOURCE_WEIGHT.get(statement.source, 1.0)
            if not element.is_answer(statement.text):
                weight *= 0.3 if statement.source in ("table", "terms") else 0.0
            if weight > best.get(element.name, (0.0, ""))[0]:
                best[element.name] = (weight, statement.label)
    if not best:
        return
    total = sum(weight for weight, _ in best.values())
    labels = "、".join(label for _, label in list(best.values())[:8])
    evidence.add(min(total, 10.0), f"elements {labels}{' …' if len(best) > 8 else ''}")
    core = {"申请材料", "办理流程", "受理条件/申请条件"} & set(best)
    if core and len(best) > len(core) - (len(core) == len(best)) and len(best) >= 2:
        limits = {"法定办结时限", "承诺办结时限", "办结时限(未分)", "收费", "实施主体", "设定依据"} & set(
            best
        )
        if len(core) >= 2 or limits:
            evidence.add(0.7, "what to bring, how and when, side by side")


def _weigh_whole(
    evidence: Evidence, own: Sequence[tuple[int, Line]], statements: Sequence[Statement]
) -> None:
    """How much of the page's own text stands under labels."""
    total = sum(len(line.text) for _, line in own)
    if not total:
        return
    covered: set[int] = set()
    for statement in statements:
        if statement.source != "sentence":
            covered.update(range(statement.first, statement.last + 1))
    share = sum(len(line.text) for i, line in own if i in covered) / total
    if share >= 0.6:
        evidence.add(1.5, f"{share:.0%} of its text stands under such labels")
    elif share >= 0.35:
        evidence.add(0.8, f"{share:.0%} of its text stands under such labels")
    elif share < 0.12 and total > 1500:
        evidence.add(-1.0, f"only {share:.0%} of its text stands under such labels")


def _weigh_place(
    evidence: Evidence, document: Document, regions: Regions, name: str, link_text: str | None
) -> None:
    headed = f"{name} {document.title}"
    places = [c for c in regions.crumbs if c not in ("首页", "正文", "网站首页")]
    if document.meta("ColumnName"):
        places.append(document.meta("ColumnName"))
    at_guides = next((c for c in reversed(places[-3:]) if len(c) <= 16 and GUIDE_PLACE.search(c)), None)
    if at_guides:
        evidence.add(2.0, f"stands under {at_guides}")
        if name and not GUIDE_PLACE.fullmatch(name) and not _OTHER_TITLE.search(name):
            evidence.add(1.0, "as a text of its own")
    elif other := next((c for c in reversed(places) if len(c) <= 16 and _OTHER_PLACE.search(c)), None):
        evidence.add(-1.5, f"stands under {other}")
    titles = [document.title, *(line.text for line in document.lines[:200] if 1 <= line.heading <= 3)]
    own_titles = [t for t in titles if t]
    if any(GUIDE_TITLE.search(_first_part(t)) and not _DISCLOSURE.search(t) for t in own_titles):
        evidence.add(2.0, "its title speaks of a guide")
    elif name and _MATTER_TITLE.search(name):
        evidence.add(0.7, f"its title names a matter ({name[:20]})")
    if other_title := _OTHER_TITLE.search(_first_part(document.title)) or _OTHER_TITLE.search(name):
        evidence.add(-3.5, f"its title names another kind of text ({other_title.group()[:12]})")
    if _DISCLOSURE.search(headed):
        evidence.add(-3.0, "it is about the disclosure of information")
    address = urlsplit(document.url)
    if _GUIDE_ADDRESS.search(unquote(f"{address.path}?{address.query}#{address.fragment}")):
        evidence.add(1.0, "its address is made like a guide's")
    if link_text and (GUIDE_TITLE.search(link_text) or _MATTER_TITLE.search(link_text)):
        evidence.add(0.5, f"linked as {link_text[:20]}")


def _weigh_other_kinds(evidence: Evidence, document: Document, own: Sequence[tuple[int, Line]]) -> None:
    articles = sum(line.text[:1] == "第" and bool(_ARTICLE.match(line.text)) for _, line in own)
    if articles >= 3:
        evidence.add(-min(6.0, 3.0 + articles / 5), f"{articles} articles of a regulation")
    head = [line.text for _, line in own[:40]]
    if any(len(text) <= 40 and _FILE_NUMBER.search(text) for text in head[:12]):
        evidence.add(-1.5, "a file number at its head")
    if any(len(text) <= 100 and _ADDRESSEE.match(text) for text in head):
        evidence.add(-1.5, "addressed to authorities")
    text = "\n".join(head)[:4000] + document.text[-600:]
    press = set(_PRESS.findall(text))
    if press:
        evidence.add(-min(2.0, 0.7 * len(press)), f"words of the press ({'、'.join(sorted(press))[:20]})")
    if (
        len(
            {
                found.group()
                for _, line in own
                if len(line.text) <= 12 and (found := _DATA_SET.match(line.text))
            }
        )
        >= 3
    ):
        evidence.add(-4.0, "it describes a set of data")
    if any("日" in line.text[:400] and _DEADLINE.search(line.text[:400]) for _, line in own):
        evidence.add(-1.2, "it has a closing date")
    if any(_SIGNED.match(line.text) for _, line in own[-8:]):
        evidence.add(-0.6, "signed with a date")
    if _ENACTED.search(document.text[-1500:]):
        evidence.add(-1.0, "it sets itself in force")
    if _DISCLOSURE.search(text) and len(_DISCLOSURE.findall(document.text)) >= 4:
        evidence.add(-2.5, "it speaks of the disclosure of information throughout")


def _weigh_shape(
    evidence: Evidence,
    document: Document,
    own: Sequence[tuple[int, Line]],
    statements: Sequence[Statement],
    file_links: int,
    name: str,
    from_fields: bool,
) -> None:
    numbers = {i for i, _ in own}
    total = sum(len(line.text) for _, line in own)
    linked = sum(line.linked for _, line in own)
    stated = {e.name for s in statements for e in s.elements if e.is_answer(s.text)}
    clicked = [
        len(anchor.text)
        for anchor in document.anchors
        if len(anchor.text) >= 4 and anchor.line < len(document.lines) and anchor.line in numbers
    ]
    entries = len(clicked) - file_links
    share = max(linked, min(sum(clicked), total)) / total if total else 0.0
    says_something = bool(stated) or from_fields
    if entries >= (6 if says_something else 2) and share > 0.5:
        evidence.add(-3.5 if says_something else -5.0, f"a list: {entries} links make up {share:.0%} of it")
    if not (stated or file_links or from_fields) and total < 80:
        evidence.add(-4.0, "it says next to nothing")
    if document.inputs >= 4 and len(stated) <= 3:
        evidence.add(-min(4.0, 2.0 + document.inputs / 8), f"{document.inputs} fields to fill in")
    if any(_MATERIAL_TABLE.match(line.text) for _, line in own if len(line.text) <= 8):
        evidence.add(0.7, "a table of materials")
    if sum(bool(_BUTTONS.search(line.text)) for _, line in own if len(line.text) <= 10) in range(1, 5):
        evidence.add(0.4, "a button for applying")
    if file_links and total - linked < 400 and name and _MATTER_TITLE.search(name):
        evidence.add(0.6, "a matter's name over files to download")


def _first_part(title: str) -> str:
    """A title up to the site's name."""
    return re.split(r"\s*[-_|｜—]\s*", title, maxsplit=1)[0] if title else ""
