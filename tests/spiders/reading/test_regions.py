"""A page's own lines are told from the frame that the whole site shares."""

from __future__ import annotations

import pytest

from spiders.reading.document import Document
from spiders.reading.regions import divide

URL = "http://a.gov.cn/x"


def own(source: str) -> list[str]:
    document = Document.parse(source, URL)
    return [line.text for _, line in divide(document).own_lines(document)]


@pytest.mark.parametrize(
    ("source", "crumbs"),
    [
        (
            "<div>当前位置：<a>首页</a> &gt; <a>办事服务</a> &gt; 办事指南</div>",
            ("首页", "办事服务", "办事指南"),
        ),
        ("<p>您当前所在位置：首页 » 部门概况 » 办事指南</p>", ("首页", "部门概况", "办事指南")),
        (
            "<div class=breadcrumb><span>首页</span><span>/</span><span>事项详情</span></div>",
            ("首页", "事项详情"),
        ),
        ("<div><div>您所在的位置：</div><div>首页</div><div>指南</div></div>", ("首页", "指南")),
        ("<p>地理位置优越，交通便利。</p>", ()),
    ],
)
def test_where_a_page_stands(source: str, crumbs: tuple[str, ...]) -> None:
    document = Document.parse(f"<body>{source}<p>正文第一段</p><p>正文第二段</p></body>", URL)
    assert divide(document).crumbs == crumbs


def test_menus_sidebars_and_footers_are_not_its_own() -> None:
    menu = "".join(f'<li><a href="/{n}">栏目{n}</a></li>' for n in range(6))
    source = f"""<ul class=nav>{menu}</ul><div class="sidebar">{menu}</div><div class=main><h1>户口迁移</h1><p>正文内容</p></div>
    <div class="footer">联系电话：1</div><div>版权所有 某某</div><div>京ICP备1号</div>"""
    assert own(source) == ["户口迁移", "正文内容"]


def test_a_box_called_header_that_holds_the_title_is_its_own() -> None:
    assert "户口迁移办理指南" in own("<header><h2>户口迁移办理指南</h2></header><section>正文</section>")


def test_tools_of_an_article_are_not_its_own() -> None:
    source = "<h1>标题在这里</h1><p>发布时间：2024-01-01</p><p>打印本页</p><p>字体：大 中 小</p><p>正文</p><p>上一篇：无</p>"
    assert own(source) == ["标题在这里", "正文"]


def test_a_page_whose_body_is_called_a_menu_is_not_lost() -> None:
    text = "本事项由市公安局负责办理，申请人应当年满十六周岁并具有本市户籍，材料齐全的当场受理。"
    assert own(f'<div class="menu-content main nav">{text}</div>') == [text]
