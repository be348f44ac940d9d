"""What a page is, and why we think so.

The evidence is kept in words with the page, so that a wrong call can be explained and mended: which labels and
which structure, which title, which place on the site, which address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote, urlsplit

from results.records import PageKind
from spiders.guide_reader import PageReading
from spiders.reading.boxes import Line

_SEARCH_ADDRESS = re.compile(
    r"(?:^|[/_.#-])(?:search|searchlist|ssjg|sousuo|jsearch|isearch|query_?result|es_?search|inteligentsearch|sresult)",
    re.I,
)
_SEARCH_WORDS = re.compile(
    r"搜索结果|检索结果|站内搜索|全站搜索|智能搜索|综合搜索|(?:为您)?(?:共)?(?:找到|搜索到|检索到)(?:相关|约|了)?.{0,8}(?:结果|条|项)|搜索[“\"「]"
)
_ZONE = re.compile(
    r"跨省通办|省内通办|全国通办|全省通办|一件事|一类事|跨域通办|通办专区|(?:专区|专栏|专题|专窗)(?:\W|$)|高效办成"
)
_INTERACTION = re.compile(
    r"领导信箱|(?:市长|县长|区长|局长|书记|主任|院长|部门)信箱|好差评|我要(?:咨询|投诉|建议|评价|留言|写信|举报|纠错)|咨询投诉|投诉举报|投诉建议|在线咨询|网上咨询|业务咨询|12345|互动交流|政民互动|"
    r"互动平台|意见征集|网上信访|在线评价|服务评价|评价(?:服务|系统|中心)|留言板|网上投诉|智能(?:客服|问答|咨询)|网民留言|民意征集|公众留言|来信"
)
_INTERACTION_ADDRESS = re.compile(
    r"(?:^|[/_.#-])(?:zxts|zxtsjb|hdjl|zmhd|ldxx|ldxf|haochaping|hcp|evaluate|evaluation|comment|consult|complain|complaint|suggest|feedback|jact|mailbox|xinxiang|12345|wsxf|wyzx|wyts)",
    re.I,
)
_FAQ = re.compile(
    r"常见问题|热点问题|问答(?:库|知识|集锦)?$|知识库|疑问解答|问题解答|FAQ|百问百答|政策问答", re.I
)
_QUESTION = re.compile(r"^(?:问|Q)\s*\d*\s*[：:、.]|^\d{1,2}[、.．].{4,60}[？?]$|^.{6,60}[？?]$", re.I)
_ANSWER = re.compile(r"^(?:答|A)\s*\d*\s*[：:、.]", re.I)
_POLICY_TITLE = re.compile(
    r"(?:条例|办法|规定|规则|细则|章程|意见|法|规范|标准|解读|一图读懂|答记者问|图解|目录|方案|规划)(?:[（(〔《].*)?$|^《.*》$|政策解读|解读[：:]|印发"
)
_NOTICE_TITLE = re.compile(
    r"(?:通知|公告|公示|通告|通报|启事|告示|声明|公开招聘|招聘|名单|中标|招标|采购|成绩|拟.{2,20}公示|函|提示|提醒)(?:[（(〔].*)?$|^关于.*(?:通知|公告|公示|通告|函)"
)
_POLICY_PLACE = re.compile(r"法规|政策|规章|规范性文件|解读|文件|制度")
_NOTICE_PLACE = re.compile(r"公告|公示|通知|通告|招聘|采购|招标")
_NEWS_PLACE = re.compile(r"新闻|动态|要闻|资讯|快讯|媒体|报道|头条|简报|工作信息|时政")
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百零〇\d]{1,5}条")
_DATELINE = re.compile(
    r"(?:发布|发表|更新)?(?:时间|日期)\s*[：:]?\s*(?:19|20)\d{2}[-年/.]|来源\s*[：:]|浏览(?:次数|量)|点击(?:量|数|次数)|^(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2})?"
)
_PRESS = re.compile(r"记者|本报讯|新华社|通讯员|据悉|近日，|日前，")
_FORM_TITLE = re.compile(
    r"(?:申请|登记|报名|预约|申报|备案|审批|信息)表$|在线(?:申请|申报|填报|填写)|网上(?:申请|申报|填报)|表格下载|表单"
)
_LIST_TITLE = re.compile(
    r"列表|目录|清单|大全|事项库|办事大厅|服务大厅|个人(?:服务|办事)|法人(?:服务|办事)|部门(?:服务|办事)|^办事指南$|^(?:服务|办事)事项$|栏目|主题(?:服务|分类)"
)
_PAGING = re.compile(
    r"^(?:上一页|下一页|首页|尾页|末页|共\s*\d+\s*[页条]|第\s*\d+\s*页|跳转|转到|上页|下页|»|›)"
)
_DATE_IN_LINE = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}")
_NO_PLACE = ("首页", "网站首页", "正文", "内容", "详情")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a page is."""

    kind: PageKind
    why: str
    """The evidence, in words."""


def kind_of(
    *,
    html: str = "",
    url: str,
    title: str | None = None,
    text: str | None = None,
    link_text: str | None = None,
    depth: int = 1,
    reading: PageReading | None = None,
) -> Kind:
    """Say what a page is.

    Args:
        html: Its source or DOM; not needed with `reading`.
        url: Where it is.
        title: Its title, where it is known better than from `html` (a script portal's rendered title).
        text: Its visible text, where only that is known.
        link_text: The text of the link that led to it.
        depth: Clicks from the home page; 0 is the home page itself.
        reading: The page, if it has been read already.

    Returns:
        Its kind and the reasons. GUIDE exactly when `reading.guide` is not None.
    """
    if depth == 0:
        return Kind(PageKind.HOME, "the portal's home address")
    page = reading or PageReading.of(html or _as_html(title, text), url, link_text)
    return _Judge(page, title or page.document.title, link_text or page.link_text).kind()


class _Judge:
    def __init__(self, page: PageReading, title: str, link_text: str | None) -> None:
        self._page = page
        self._document = page.document
        self._own = page.regions.own_lines(page.document)
        self._head = " ".join((title.split("_")[0].split(" - ")[0].strip(), page.matter)).strip()
        self._title = title
        self._link_text = link_text or ""
        self._crumbs = page.regions.crumbs
        address = urlsplit(page.document.url)
        self._address = unquote(f"{address.path}?{address.query}#{address.fragment}")

    def kind(self) -> Kind:
        evidence = self._page.evidence
        if found := self._search():
            return found
        if self._page.guide is not None:
            return Kind(PageKind.GUIDE, evidence.in_words())
        for judgement in (self._zone, self._interaction, self._faq, self._list, self._form):
            if found := judgement():
                return found
        return self._article() or Kind(
            PageKind.OTHER,
            f"nothing names its kind; as a guide it weighs {evidence.weight:.1f}: {evidence.in_words()}".rstrip(
                ": "
            ),
        )

    def _search(self) -> Kind | None:
        head = " ".join(line.text for _, line in self._own[:30])
        words = _SEARCH_WORDS.search(f"{self._title} {head}")
        if _SEARCH_ADDRESS.search(self._address) and (
            words or "搜索" in self._title or "检索" in self._title
        ):
            return Kind(PageKind.SEARCH, f"its address is a search's and it says {_said(words, '搜索')}")
        if words and self._title and re.search(r"搜索|检索", self._title):
            return Kind(PageKind.SEARCH, f"it says {words.group()}")
        return None

    def _zone(self) -> Kind | None:
        named = _ZONE.search(self._head) or _ZONE.search(self._link_text)
        if named is None:
            named = next((m for line in self._headings() if (m := _ZONE.search(line.text))), None)
        entries = self._entries()
        if (
            named
            and (entries >= 3 or self._document.frames or len(self._own) <= 12)
            and not self._is_article()
        ):
            return Kind(PageKind.ZONE, f"headed {named.group().strip()}, with {entries} entries")
        return None

    def _interaction(self) -> Kind | None:
        named = _INTERACTION.search(self._head) or _INTERACTION.search(self._link_text)
        addressed = _INTERACTION_ADDRESS.search(self._address)
        placed = next((c for c in self._crumbs if len(c) <= 12 and _INTERACTION.search(c)), None)
        asks = self._document.inputs >= 2
        if named and not self._is_article():
            return Kind(PageKind.INTERACTION, f"headed {named.group()}")
        if (addressed or placed) and asks:
            return Kind(
                PageKind.INTERACTION,
                f"{'its address' if addressed else placed} and {self._document.inputs} fields to fill in",
            )
        return None

    def _faq(self) -> Kind | None:
        named = _FAQ.search(self._head)
        questions = sum(bool(_QUESTION.match(line.text)) for _, line in self._own)
        answers = sum(bool(_ANSWER.match(line.text)) for _, line in self._own)
        if (named and questions >= 1) or (questions >= 3 and answers >= 3):
            return Kind(PageKind.FAQ, f"{questions} questions{f', headed {named.group()}' if named else ''}")
        return None

    def _list(self) -> Kind | None:
        entries = self._entries()
        total = sum(len(line.text) for _, line in self._own) or 1
        linked = sum(line.linked for _, line in self._own)
        dated = sum(bool(_DATE_IN_LINE.search(line.text)) and line.linked > 3 for _, line in self._own)
        paging = sum(bool(_PAGING.match(line.text)) for line in self._document.lines if len(line.text) <= 16)
        named = _LIST_TITLE.search(self._head)
        repeated = self._repeated()
        prose = self._prose()
        if entries >= 5 and linked > prose and (linked * 2 > total or dated >= 5):
            return Kind(PageKind.LIST, f"{entries} entries, {linked / total:.0%} of its text is links")
        if prose * 10 > total * 4 and prose > 200:
            return None
        if entries + repeated >= 3 and (named or paging >= 2):
            return Kind(
                PageKind.LIST,
                f"{max(entries, repeated)} entries{f', headed {named.group()}' if named else ''}{', paging' if paging >= 2 else ''}",
            )
        if repeated >= 6:
            return Kind(PageKind.LIST, f"{repeated} rows that are made alike and can be clicked")
        return None

    def _form(self) -> Kind | None:
        inputs = self._document.inputs
        named = _FORM_TITLE.search(self._head)
        if inputs >= 4 and not self._is_article():
            return Kind(
                PageKind.FORM, f"{inputs} fields to fill in{f', headed {named.group()}' if named else ''}"
            )
        if named and (inputs or self._page.attachments):
            return Kind(PageKind.FORM, f"headed {named.group()}")
        return None

    def _article(self) -> Kind | None:
        articles = sum(bool(_ARTICLE.match(line.text)) for _, line in self._own)
        if articles >= 5 or (articles >= 3 and not _PRESS.search(self._document.text)):
            return Kind(PageKind.POLICY, f"{articles} articles")
        head = self._head
        place = next((c for c in reversed(self._crumbs) if len(c) <= 16 and c not in (*_NO_PLACE, head)), "")
        column = self._document.meta("ColumnName")
        if notice := _NOTICE_TITLE.search(head):
            return Kind(PageKind.NOTICE, f"its title ends as a notice's ({notice.group()[:12]})")
        if policy := _POLICY_TITLE.search(head):
            return Kind(PageKind.POLICY, f"its title is a policy text's ({policy.group()[:12]})")
        for pattern, kind in (
            (_NEWS_PLACE, PageKind.NEWS),
            (_NOTICE_PLACE, PageKind.NOTICE),
            (_POLICY_PLACE, PageKind.POLICY),
        ):
            if pattern.search(place) or pattern.search(column):
                return Kind(kind, f"stands under {place or column}")
        text = self._document.text
        press = _PRESS.search(text)
        if self._is_article() and press:
            return Kind(PageKind.NEWS, f"an article with a date and words of the press ({press.group()})")
        return None

    def _headings(self) -> Sequence[Line]:
        return [line for _, line in self._own[:60] if 1 <= line.heading <= 2]

    def _entries(self) -> int:
        """Lines of the page's own that are links to other pages, files left out."""
        links = sum(
            len(line.text) >= 4 and line.linked * 10 >= len(line.text) * 5 and not _PAGING.match(line.text)
            for _, line in self._own
        )
        return max(0, links - sum(offered.offer.value == "link" for offered in self._page.attachments))

    def _repeated(self) -> int:
        """Rows made alike that react to a click by script."""
        rows: dict[tuple[str, str], int] = {}
        for anchor in self._document.anchors:
            scripted = anchor.onclick or (
                anchor.tag == "a" and not anchor.href.startswith(("http", "/", "."))
            )
            if scripted and len(anchor.text) >= 4 and anchor.line < len(self._page.regions.own):
                key = (anchor.tag, anchor.element.get("class", ""))
                rows[key] = rows.get(key, 0) + self._page.regions.own[anchor.line]
        return max(rows.values(), default=0)

    def _is_article(self) -> bool:
        """A dated text of some length."""
        head = [line.text for line in self._document.lines[:120]]
        dated = any(_DATELINE.search(text) for text in head if len(text) <= 120)
        return dated and self._prose() >= 150

    def _prose(self) -> int:
        """Characters of its longer lines."""
        return sum(len(line.text) for _, line in self._own if len(line.text) >= 40 and not line.linked)


def _said(found: re.Match[str] | None, otherwise: str) -> str:
    return found.group() if found else otherwise


def _as_html(title: str | None, text: str | None) -> str:
    """A page of which only title and text are known."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in (text or "").splitlines())
    return f"<title>{escape(title or '')}</title><body>{lines}</body>"
