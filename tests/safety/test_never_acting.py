"""Rule 7, "never act on the portal": whatever a portal offers to do, no probe does it, and each still judges it fairly.

The real probes visit real portals that log what is done to them (`acting_portals`): all of them in the long suite,
one for each kind of temptation in the quick one. The tests without a browser are for one protection each.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio

from probes.browsers.pool import EnginePool
from probes.browsers.rendering import BrowserRenderer
from probes.chatting import ChatProbe
from probes.cross_province import CrossProvinceProbe
from probes.interaction import InteractionProbe
from probes.probe import Probe, RequiredList
from probes.searching import SearchProbe
from probes.widgets.chat_box import best_talk_box
from probes.widgets.conversation import Patience
from probes.widgets.handing_in import is_handed_in
from probes.widgets.launchers import launchers
from probes.widgets.modules import Candidate, module_score
from probes.widgets.search_box import best_box, openers, submitters
from probes.widgets.sending import send_buttons
from probes.widgets.sight import Sighting
from probes.zones.blocks import Block
from probes.zones.controls import next_page, tab_groups
from results.records import Observation, Outcome, PageKind, Reason, Verdict
from results.settings import Settings
from spiders.acting_links import acts_when_followed
from spiders.found import FoundPage
from spiders.guide_spider import crawl
from spiders.list_walking import ListWalker
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness
from spiders.net.robots import Robots
from spiders.scope import Portal
from tests.probes.browsers.machine import CalmGauge
from tests.probes.rig import context_of, guides, measured, page
from tests.safety import acting_chats, acting_portals, acting_searches, acting_zones
from tests.safety.acting_portals import ITEMS, ActingPortal, Pages, serve_acting

# all portals are visited before the first test that judges one
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]

Kind = Literal["chat", "search", "zone", "modules"]
_HASTE = Patience(first_s=4.0, rest_s=0.6, busy_s=2.0, whole_s=10.0, between_s=0.05)
_GUIDES = {
    each: {"申请材料": "1.居民户口簿原件", "收费": "10元/证"} for each in ("临时居民身份证办理", "户口迁移")
}
_LIST = RequiredList(zone="kuasheng_2020", items=ITEMS, official=len(ITEMS), source="测试")
_AT_ONCE = 6
_SETS: Mapping[str, tuple[Kind, Mapping[str, Pages]]] = {
    "no bot": ("chat", acting_chats.NO_BOT),
    "who first": ("chat", acting_chats.WHO_FIRST),
    "bots": ("chat", acting_chats.BOTS),
    "no search": ("search", acting_searches.NO_SEARCH),
    "searches": ("search", acting_searches.SEARCHES),
    "zones": ("zone", acting_zones.ZONES),
    "posted": ("zone", acting_zones.FILTERS),
    "real tabs": ("zone", acting_zones.REAL_TABS),
    "modules": ("modules", acting_portals.MODULES),
}
_ALL = [(group, name) for group, (_, portals) in _SETS.items() for name in portals]
_QUICK = [
    ("no bot", "feedback behind 在线咨询"),
    ("no bot", "letter with one field"),
    ("who first", "telephone over the bot"),
    ("bots", "quick buttons"),
    ("bots", "topics that are acts"),
    ("bots", "textarea and 提交"),
    ("no search", "comment"),
    ("searches", "one form for all"),
    ("searches", "crowded"),
    ("zones", "helpful"),
    ("zones", "vote"),
    ("posted", "posted filter"),
    ("real tabs", "pager of hidden fields"),
    ("modules", "within the page"),
]


@dataclass(frozen=True)
class _Visit:
    """What a probe did to a portal, and what it says of it."""

    portal: ActingPortal
    rows: list[Observation]


async def _visit(pool: EnginePool, folder: Path, kind: Kind, pages: Pages) -> _Visit:
    settings = Settings(page_timeout_s=8, chat_questions=2, search_repeats=1)
    async with serve_acting(pages) as portal:
        known = {
            "chat": guides(portal.origin, _GUIDES),
            "zone": [page(f"{portal.origin}/zone", PageKind.ZONE, title="跨省通办专区")],
        }.get(kind, [])
        context = context_of(pool, folder, f"{portal.origin}/", settings=settings, pages=known)
        context.lists = (_LIST,)
        context.note_list = lambda _: None
        probe: Probe = {
            "chat": type("HastyChat", (ChatProbe,), {"patience": _HASTE}),
            "search": SearchProbe,
            "zone": CrossProvinceProbe,
            "modules": InteractionProbe,
        }[kind]()
        async with context.http:
            if kind == "search":  # one query tells as much as all
                unit = next(iter(probe.units_for_portal(context)))
                return _Visit(portal, list(await unit.measure(1)))
            return _Visit(portal, await measured(probe, context))


async def _visit_all(folder: Path, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], _Visit]:
    gate = asyncio.Semaphore(_AT_ONCE)
    visits: dict[tuple[str, str], _Visit] = {}

    async def visit(pool: EnginePool, group: str, name: str) -> None:
        kind, portals = _SETS[group]
        async with gate:
            visits[group, name] = await _visit(pool, folder, kind, portals[name])

    async with EnginePool(
        ["chromium"], proxy=None, politeness=None, user_agent_suffix="test", gauge=CalmGauge()
    ) as pool:
        await asyncio.gather(*(visit(pool, *each) for each in wanted))
    return visits


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quick(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[tuple[str, str], _Visit]]:
    yield await _visit_all(tmp_path_factory.mktemp("quick"), _QUICK)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def others(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[tuple[str, str], _Visit]]:
    wanted = [each for each in _ALL if each not in _QUICK]
    yield await _visit_all(tmp_path_factory.mktemp("others"), wanted)


@pytest.mark.parametrize(("group", "name"), _QUICK)
async def test_no_probe_acts_and_each_judges_fairly(
    quick: dict[tuple[str, str], _Visit], group: str, name: str
) -> None:
    _assert_fair(group, quick[group, name])


@pytest.mark.long
@pytest.mark.parametrize(("group", "name"), [each for each in _ALL if each not in _QUICK])
async def test_no_probe_acts_on_any_portal(
    others: dict[tuple[str, str], _Visit], group: str, name: str
) -> None:
    _assert_fair(group, others[group, name])


def _assert_fair(group: str, visit: _Visit) -> None:
    assert visit.portal.acts == []
    told = {(each.outcome, each.reason) for each in visit.rows}
    if group in ("no bot", "no search"):
        assert told == {(Outcome.ABSENT, Reason.NOT_FOUND)}, visit.rows
        assert visit.portal.asked == []
    elif group == "who first":
        assert told == {(Outcome.LOGIN_REQUIRED, Reason.LOGIN_WALL)}, visit.rows
        assert all("asks for name or telephone" in (each.note or "") for each in visit.rows)
    elif group == "posted":  # what the filter would show is not known, and nobody is accused
        assert told == {(Outcome.OK, None), (Outcome.NOT_MEASURED, Reason.OVER_BUDGET)}, visit.rows
        assert any("it hands in a form" in (each.note or "") for each in visit.rows)
    elif group == "modules":
        assert {each.reason for each in visit.rows} <= {None, Reason.NOT_FOUND}, visit.rows
        assert any(each.reason is None for each in visit.rows)
    else:
        assert told == {(Outcome.OK, None)}, visit.rows
    if group == "bots":
        assert [getattr(each, "verdict", None) for each in visit.rows] == [Verdict.ANSWERED] * 2, visit.rows
        assert len(visit.portal.asked) == 2


_FAR = "<form id=f method=post action=/act/all><textarea name=c></textarea></form><div style='height:600px'></div>"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("modules", f'{_FAR}<a href="javascript:;" onclick="f.submit()">我要投诉</a>'),
        (
            "search",
            f"{_FAR}<input type=search placeholder=搜索事项 onkeydown=\"if(event.key=='Enter')f.submit()\">",
        ),
        (
            "chat",
            f"{_FAR}<div style='position:fixed;right:9px;bottom:9px;width:300px;height:400px'><h4>智能客服</h4><div style='height:280px'>"
            "您好，我是智能客服</div><input placeholder=请输入您的问题 onkeydown=\"if(event.key=='Enter')f.submit()\"></div>",
        ),
    ],
)
async def test_what_we_keep_back_is_nobodys_fault(kind: Kind, body: str, tmp_path: Path) -> None:
    async with EnginePool(
        ["chromium"], proxy=None, politeness=None, user_agent_suffix="test", gauge=CalmGauge()
    ) as pool:
        visit = await _visit(
            pool, tmp_path, kind, {"/": acting_portals.page(f"<h1>某市政务服务网</h1>{body}")}
        )
    assert visit.portal.acts == []
    told = {(each.outcome, each.reason) for each in visit.rows}
    assert (Outcome.NOT_MEASURED, Reason.UNSUPPORTED) in told
    assert Outcome.FAILED not in {outcome for outcome, _ in told}, visit.rows


async def test_the_crawl_follows_no_link_and_turns_no_page_that_acts(tmp_path: Path) -> None:
    politeness, seen = Politeness(1000), list[FoundPage]()

    async def keep(found: FoundPage) -> None:
        seen.append(found)

    async with (
        serve_acting(acting_portals.CRAWLED) as portal,
        EnginePool(["chromium"], proxy=None, politeness=None, user_agent_suffix="test") as pool,
        HttpClient(EgressGuard(["127.0.0.0/8"]), politeness, user_agent="x") as http,
    ):
        renderer = BrowserRenderer(pool, politeness)
        await crawl(
            Portal(slug="jiangcheng", name="江城市", home_url=f"{portal.origin}/"),
            settings=Settings(rate=1000),
            http=http,
            politeness=politeness,
            robots=Robots(http, "x"),
            renderer=renderer,
            store=None,
            run_id=None,
            on_page=keep,
        )
        for path in ("/lists", "/wizard", "/apply"):
            async with renderer.session(f"{portal.origin}{path}") as session:
                await ListWalker(http, Robots(http, "x")).walk(session, await session.snapshot(), paged=True)
    assert portal.acts == []
    assert {each.url.removeprefix(portal.origin) for each in seen} >= {"/", "/lists", "/wizard", "/g/1"}


def _field(**known: object) -> Sighting:
    facts: dict[str, object] = {
        "tag": "textarea",
        "box": (900.0, 700.0, 300.0, 60.0),
        "view": (1366.0, 900.0),
        "fixed": True,
    }
    return Sighting(**{**facts, **known})  # type: ignore[arg-type]


def _button(text: str = "", hints: str = "", *, right: float = 0.0, kind: str = "") -> Sighting:
    return Sighting(
        tag="button",
        type=kind,
        text=text,
        hints=hints,
        box=(1200.0 + right, 710.0, 40.0, 30.0),
        view=(1366.0, 900.0),
    )


@pytest.mark.parametrize(
    "known",
    [
        {"placeholder": "请输入您的问题", "titles": (("意见反馈",),), "buttons": ("提交",)},
        {"placeholder": "请输入您的问题", "buttons": ("提交",)},
        {"placeholder": "请输入您的问题", "buttons": ("发送",), "room": 40.0},
        {
            "placeholder": "请输入您的问题",
            "titles": (("智能客服", "客服不在线，请留言"),),
            "buttons": ("发送",),
        },
        {"placeholder": "请输入您的问题", "buttons": ("发表评论",), "titles": (("您好，我是智能客服",),)},
        {"placeholder": "请输入留言内容", "buttons": ("发送",)},
        {"placeholder": "请输入您的问题", "fellow_fields": 1, "fellows": "请填写标题", "buttons": ("提交",)},
        {"placeholder": "请输入您的问题", "fellow_fields": 1, "fellows": "verifyCode", "buttons": ("发送",)},
        {"placeholder": "请输入手机号", "tag": "input", "titles": (("智能客服",),), "buttons": ("开始咨询",)},
    ],
)
async def test_what_is_handed_in_to_somebody_is_no_conversation(known: dict[str, object]) -> None:
    field = _field(**known)
    assert is_handed_in(field)
    assert best_talk_box([field]) is None


@pytest.mark.parametrize(
    "known",
    [
        {
            "placeholder": "请输入您的问题",
            "titles": (("您好，我是智能客服小江，可以咨询、投诉和提建议",),),
            "buttons": ("提交",),
        },
        {
            "placeholder": "请输入您的问题",
            "titles": (("智能问答",),),
            "buttons": ("我要投诉", "转人工", "提交"),
        },
        {"placeholder": "请输入咨询内容", "buttons": ("发送",)},
        {"placeholder": "请输入您的问题", "titles": (("智能问答",), ("意见反馈",)), "buttons": ("提问",)},
    ],
)
async def test_a_bot_may_have_a_textarea_and_a_button_that_submits(known: dict[str, object]) -> None:
    field = _field(**known)
    assert not is_handed_in(field)
    assert best_talk_box([field]) is field


@pytest.mark.parametrize(
    "words",
    [
        "转人工",
        "人工客服",
        "我要投诉",
        "点赞",
        "预约取号",
        "+关注",
        "满意",
        "意见建议",
        "签到",
        "订阅",
        "去缴费",
        "确定",
    ],
)
async def test_what_acts_opens_no_bot(words: str) -> None:
    assert not launchers([_field(tag="div", text=words, box=(1290.0, 800.0, 60.0, 60.0))])
    assert launchers([_field(tag="div", text="小江在线", box=(1290.0, 800.0, 60.0, 60.0))])


async def test_a_thumb_without_a_word_opens_no_bot() -> None:
    for hints in ("icon zan", "like-btn", "star", "feedback"):
        assert not launchers([_field(tag="div", hints=hints, box=(1290.0, 800.0, 60.0, 60.0))])


@pytest.mark.parametrize("words", ["我要投诉", "转人工", "有帮助", "回复评价", "满意", "留言", "在线办理"])
async def test_what_says_something_else_sends_no_message(words: str) -> None:
    box = _field()
    for hints in ("center send", "btn submit"):
        assert not send_buttons(box, [_button(words, hints, kind="submit")])
    assert send_buttons(box, [_button("发送 ➤")]) and send_buttons(box, [_button("提交")])


async def test_a_thumb_without_a_word_sends_no_message() -> None:
    assert not send_buttons(
        _field(), [_button("", "icon zan"), _button("", "thumbs up"), _button("", "icon-star rate")]
    )
    assert send_buttons(_field(), [_button("", "icon plane")])


@pytest.mark.parametrize("words", ["发布", "评价", "清空", "订阅", "登录", "加入收藏"])
async def test_what_says_something_else_submits_no_search(words: str) -> None:
    box = _field(tag="input", placeholder="请输入事项名称")
    assert not submitters(box, [_button(words, "search", kind="submit")])
    assert submitters(box, [_button("搜索")])
    assert not submitters(box, [_button("", "icon zan"), _button("", "btn-like")])
    assert submitters(box, [_button("", "icon glass")])
    assert best_box([_field(tag="input", placeholder="请输入事项名称", submits=(words,))]) is None
    assert best_box([_field(tag="input", placeholder="请输入事项名称", submits=("搜索",))]) is not None
    assert not openers([_button(f"{words}搜索")])


@pytest.mark.parametrize(
    "labels",
    [
        ("非常满意", "满意", "不满意"),
        ("好评", "中评", "差评"),
        ("点赞", "收藏"),
        ("+关注", "分享到"),
        ("很好", "一般", "较差"),
        ("删除", "清空"),
        ("五星", "四星"),
        ("同意", "不同意"),
        ("我要咨询", "我要投诉"),
    ],
)
@pytest.mark.parametrize("hints", ["", "tab"])
async def test_what_rates_or_acts_is_no_tab(labels: tuple[str, ...], hints: str) -> None:
    blocks = [Block(text=each, hints=hints, pressable=True, signature="span") for each in labels]
    assert tab_groups(blocks, "http://zwfw.cn/", lambda _: False) == []


async def test_what_may_act_is_tried_only_where_it_is_marked_as_a_tab() -> None:
    def found(*labels: str, hints: str = "") -> list[tuple[str, ...]]:
        blocks = [Block(text=each, hints=hints, pressable=True, signature="span") for each in labels]
        return [each.labels for each in tab_groups(blocks, "http://zwfw.cn/", lambda _: False)]

    assert found("预约取号", "扫码支付", "预约挂号") == []
    # whether these are tabs is told by the one that does nothing; what the others hide is then said to be unread
    assert found("预约取号", "扫码支付", "生活百科") == [("生活百科",)]
    assert found("预约取号", "生活缴费", "生活百科", hints="tab") == [("预约取号", "生活缴费", "生活百科")]
    assert found("教育培训", "生活缴费", "医疗卫生") == [("教育培训", "医疗卫生")]
    assert found("教育培训", "上传附件", "医疗卫生") == [("教育培训", "医疗卫生")]


async def test_yes_and_no_is_a_tab_but_below_a_question_about_the_visitor() -> None:
    choice = [Block(text=each, pressable=True, signature="span") for each in ("是", "否")]
    for line, groups in (("是否全程网办：", 1), ("以上内容对您是否有帮助？", 0)):
        blocks = [Block(text=line, signature="p"), *choice]
        assert len(tab_groups(blocks, "http://zwfw.cn/", lambda _: False)) == groups


async def test_a_button_that_hands_in_a_form_turns_nothing() -> None:
    asks = Block(text="下一页", pressable=True, hands_in="asks", signature="button")
    assert next_page([asks], 1) is None
    assert (
        next_page([Block(text="下一页", pressable=True, hands_in="posts", signature="button")], 1) is not None
    )
    assert next_page([Block(text=">", hints="survey page next", pressable=True, signature="i")], 1) is None
    assert next_page([Block(text=">", hints="page next", pressable=True, signature="i")], 1) is not None
    votes = [
        Block(text=each, pressable=True, hands_in="posts", signature="button") for each in ("教育", "医疗")
    ]
    assert tab_groups(votes, "http://zwfw.cn/", lambda _: False) == []


@pytest.mark.parametrize(
    "known",
    [
        {"placeholder": "请输入编号", "titles": (("办件进度查询",), ("江城市政务服务网",))},
        {"placeholder": "请输入", "titles": (("资讯订阅",), ("江城市政务服务网",))},
        {"placeholder": "请输入预约号"},
    ],
)
async def test_a_box_for_something_else_is_no_search_box(known: dict[str, object]) -> None:
    facts: dict[str, object] = {
        "tag": "input",
        "hints": "q",
        "box": (300.0, 100.0, 300.0, 30.0),
        "fixed": False,
    }
    assert best_box([_field(**{**facts, **known})]) is None
    assert best_box([_field(**{**facts, "placeholder": "请输入事项名称或编号"})]) is not None


@pytest.mark.parametrize("words", ["提交评价", "提交投诉", "发表咨询", "撤销投诉"])
async def test_what_uses_a_module_does_not_open_it(words: str) -> None:
    assert all(module_score(each, Candidate(words=words)) == 0 for each in ("consult", "complain", "rate"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/like", ""),
        ("/news/zan.do", ""),
        ("/x/addFavorite", ""),
        ("/user/logout", ""),
        ("/doc/delete.action", ""),
        ("/x", "点赞(12)"),
        ("/x", "加入收藏"),
        ("/x", "安全退出"),
        ("/x", "+关注"),
    ],
)
async def test_a_link_that_acts_is_not_followed(path: str, words: str) -> None:
    assert acts_when_followed(f"http://zwfw.cn{path}?id=1", words)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/tousu", "我要投诉"),
        ("/yuyue/index.html", "在线预约"),
        ("/hcp/evaluate", "好差评"),
        ("/zxts/consult", "咨询"),
        ("/vote", "网上调查"),
        ("/g/1", "注销登记"),
        ("/g/2", "签到管理办法"),
        ("/collect/list", "意见征集"),
        ("/likelihood", "收藏品市场许可"),
        ("/order/detail", ""),
    ],
)
async def test_what_only_opens_is_followed(path: str, words: str) -> None:
    assert not acts_when_followed(f"http://zwfw.cn{path}?id=1", words)
