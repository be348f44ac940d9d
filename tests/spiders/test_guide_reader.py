"""Elements are read in whatever way a page sets labels and values apart, and only where something is stated."""

from __future__ import annotations

import pytest

from spiders.guide_reader import (
    PageReading,
    key_categories,
    read_elements,
    read_guide,
    read_guide_tree,
)
from spiders.reading.document import parse
from spiders.reading.vocabulary import element_names, key_category_names

URL = "http://zwfw.example.gov.cn/bszn/detail?id=1"

CONDITIONS, MATERIALS, FLOW = "受理条件/申请条件", "申请材料", "办理流程"
LEGAL, PROMISED, LIMIT = "法定办结时限", "承诺办结时限", "办结时限(未分)"
PLACE, CONSULT, FEE, BASIS, BODY, TYPE = (
    "办理地点/时间",
    "咨询方式",
    "收费",
    "设定依据",
    "实施主体",
    "办件类型",
)
COMPLAIN, VISITS, TARGETS = "监督投诉方式", "到办事现场次数", "服务对象"

LAYOUTS: dict[str, tuple[str, dict[str, str]]] = {
    "numbered headings over values that begin with a figure": (
        """<h3>1. 受理条件</h3><p>年满十六周岁</p><h3>9. 法定期限</h3><p>25个工作日</p><h3>10. 承诺期限</h3><p>8天</p>
        <h3>11. 是否收费</h3><p>35元/证</p>""",
        {CONDITIONS: "年满十六周岁", LEGAL: "25个工作日", PROMISED: "8天", FEE: "35元/证"},
    ),
    "cells beside cells, two pairs a row": (
        """<table><tr><th>实施主体</th><td>市公安局</td><th>办件类型</th><td>承诺件</td></tr>
        <tr><th>法定办结时限</th><td>20个工作日</td><th>承诺办结时限</th><td>5个工作日</td></tr>
        <tr><td>收费标准</td><td colspan=3>不收费</td></tr></table>""",
        {BODY: "市公安局", TYPE: "承诺件", LEGAL: "20个工作日", PROMISED: "5个工作日", FEE: "不收费"},
    ),
    "labels over their cells": (
        """<table><thead><tr><th>法定时限</th><th>承诺时限</th><th>是否收费</th></tr></thead>
        <tbody><tr><td>20个工作日</td><td>1个工作日</td><td>否</td></tr></tbody></table>""",
        {LEGAL: "20个工作日", PROMISED: "1个工作日", FEE: "否"},
    ),
    "labels over their cells without th": (
        """<table><tr><td>法定时限</td><td>承诺时限</td><td>办件类型</td></tr><tr><td>20日</td><td>1日</td><td>即办件</td></tr></table>""",
        {LEGAL: "20日", PROMISED: "1日", TYPE: "即办件"},
    ),
    "labels over the whole width": (
        """<table><tr><td colspan=3><b>申请条件</b></td></tr><tr><td colspan=3>年满十六周岁</td></tr>
        <tr><td colspan=3><b>申请材料</b></td></tr><tr><td>序号</td><td>材料名称</td><td>份数</td></tr><tr><td>1</td><td>户口簿</td><td>1</td></tr>
        <tr><td colspan=3><b>办理流程</b></td></tr><tr><td>环节</td><td>办理时限</td><td>办理人员</td></tr><tr><td>受理</td><td>1天</td><td>张三</td></tr></table>""",
        {CONDITIONS: "年满十六周岁", MATERIALS: "户口簿", FLOW: "受理"},
    ),
    "a label that spans rows": (
        """<table><tr><th rowspan=3>申请材料</th><td>1.身份证</td></tr><tr><td>2.户口簿</td></tr><tr><td>3.照片</td></tr>
        <tr><th rowspan=2>办理地点</th><td>政务中心</td></tr><tr><td>三楼窗口</td></tr></table>""",
        {MATERIALS: "照片", PLACE: "三楼窗口"},
    ),
    "tables within tables": (
        """<table width=1000><tr><td><table><tr><td class=l>受理条件：</td><td>合法经营</td></tr>
        <tr><td class=l>申请材料：</td><td><table><tr><td>序号</td><td>名称</td></tr><tr><td>1</td><td>申请书</td></tr></table></td></tr>
        <tr><td class=l>咨询电话：</td><td>0532-1234567</td></tr></table></td></tr></table>""",
        {CONDITIONS: "合法经营", MATERIALS: "申请书", CONSULT: "0532-1234567"},
    ),
    "a list of terms": (
        """<dl><dt>设定依据</dt><dd>《中华人民共和国居民身份证法》第十二条</dd><dt>温馨提示</dt><dd>请带齐</dd>
        <dt>办理程序</dt><dd>申请</dd><dd>受理</dd><dd>发证</dd><dt>监督电话：</dt><dd>12345</dd></dl>""",
        {BASIS: "第十二条", FLOW: "申请\n受理\n发证", COMPLAIN: "12345"},
    ),
    "tabs by id": (
        """<ul class="nav-tabs"><li><a href="#a">受理条件</a></li><li><a href="#b">申请材料</a></li><li><a href="#c">收费标准</a></li></ul>
        <div class="tab-content"><div id=a>本市户籍</div><div id=b style="display:none"><p>身份证</p></div><div id=c>免费</div></div>""",
        {CONDITIONS: "本市户籍", MATERIALS: "身份证", FEE: "免费"},
    ),
    "tabs by order, the first of them unnamed": (
        """<div class=hd><span>基本信息</span><span>申请条件</span><span>材料清单</span><span>办理程序</span></div>
        <div class=bd><div>无关紧要的话</div><div>本市户籍</div><div>身份证、户口簿</div><div>申请、受理</div></div>""",
        {CONDITIONS: "本市户籍", MATERIALS: "身份证、户口簿", FLOW: "申请、受理"},
    ),
    "tabs of a component library": (
        """<div role=tablist><div aria-controls="p1">申请条件</div><div aria-controls="p2">申请材料</div></div>
        <div><div id="p1">须有证</div><div id="p2">身份证</div></div>""",
        {CONDITIONS: "须有证", MATERIALS: "身份证"},
    ),
    "tabs that jump to headings": (
        """<div class=t><a href="#s1">受理条件</a><a href="#s2">申请材料</a></div><h3 id=s1>受理条件</h3><p>本市户籍</p><h3 id=s2>申请材料</h3><p>身份证</p>""",
        {CONDITIONS: "本市户籍", MATERIALS: "身份证"},
    ),
    "headed boxes, one of them with nothing to say": (
        """<div class=t>受理条件</div><div>本市户籍</div><div class=t>办理流程</div><div></div>
        <div class=t>收费情况</div><div>不收费</div><div class=t>咨询方式</div><div>0532-1234567</div>""",
        {CONDITIONS: "本市户籍", FEE: "不收费", CONSULT: "0532-1234567"},
    ),
    "tabs with lines between them": (
        """<div class=hd><div class=i>申请条件</div><div class="v-line"></div><div class=i>材料清单</div></div>
        <div class=bd><div>本市户籍</div><div>身份证、户口簿</div></div>""",
        {CONDITIONS: "本市户籍", MATERIALS: "身份证、户口簿"},
    ),
    "pairs of boxes": (
        """<div class=row><div class=k>实施主体</div><div class=v>市城管局</div></div><div class=row><div class=k>服务对象</div><div class=v>企业法人</div></div>
        <div class=row><div class=k>到现场次数</div><div class=v>0次</div></div>""",
        {BODY: "市城管局", TARGETS: "企业法人", VISITS: "0次"},
    ),
    "pairs of inline elements": (
        """<ul><li><span>实施主体</span><span>市城管局</span></li><li><b>办件类型：</b><em>承诺件</em></li><li><label>收费情况</label> 不收费</li></ul>""",
        {BODY: "市城管局", TYPE: "承诺件", FEE: "不收费"},
    ),
    "headings with text beneath": (
        """<h3>一、设定依据</h3><p>《条例》第三条</p><h3>二、申请条件</h3><p>1.本市户籍；</p><p>2.年满十六周岁。</p>
        <h3>三、注意事项</h3><p>请提前预约</p><h3>四、办理时限</h3><p>十个工作日</p>""",
        {BASIS: "《条例》第三条", CONDITIONS: "1.本市户籍；\n2.年满十六周岁。", LIMIT: "十个工作日"},
    ),
    "bold paragraphs as headings": (
        """<div><p><strong>（一）受理条件</strong></p><p>本市户籍。</p><p><strong>（二）办理材料</strong></p><p>1、身份证</p><p>2、照片</p>
        <p><strong>（三）温馨提示</strong></p><p>请提前预约。</p></div>""",
        {CONDITIONS: "本市户籍。", MATERIALS: "1、身份证\n2、照片"},
    ),
    "lines set off by breaks": (
        """<div>一、申请条件<br>本市户籍<br>二、所需材料：<br>1、身份证<br>2、照片<br>三、办理时限：当场办结<br>四、办理地点：派出所<br>五、咨询电话：110</div>""",
        {
            CONDITIONS: "本市户籍",
            MATERIALS: "1、身份证\n2、照片",
            LIMIT: "当场办结",
            PLACE: "派出所",
            CONSULT: "110",
        },
    ),
    "headed boxes with numbered labels": (
        """<div class=s><div class=t>1．设定依据：</div><div>《条例》</div></div><div class=s><div class=t>2．申报材料：</div><div>申请书</div></div>""",
        {BASIS: "《条例》", MATERIALS: "申请书"},
    ),
    "several pairs in one line": (
        "<p>办件类型：承诺件　法定时限：20个工作日　承诺时限：5个工作日；收费：不收费</p>",
        {TYPE: "承诺件", LEGAL: "20个工作日", PROMISED: "5个工作日", FEE: "不收费"},
    ),
    "one label for two elements": (
        "<p>办理流程及时限</p><div>窗口受理后三个工作日办结</div><p>咨询及投诉电话：12345</p>",
        {FLOW: "三个工作日", LIMIT: "三个工作日", CONSULT: "12345", COMPLAIN: "12345"},
    ),
    "a Word paste": (
        """<p><span><strong><span>一、</span></strong><strong>受理条件</strong><strong>：</strong><span>本市户籍</span></span></p>
        <p><span><b>二、申 请 材 料：</b></span></p><p><span>1、身份证</span></p><p><span><b>三、承诺时限：</b></span><span>1个工作日</span></p>""",
        {CONDITIONS: "本市户籍", MATERIALS: "1、身份证", PROMISED: "1个工作日"},
    ),
    "questions and answers": (
        """<p>1．需要符合什么条件？</p><p>答：参保满一年。</p><p>2．需要提供哪些材料？</p><p>答：身份证。</p><p>3．在哪里办理？</p><p>答：社保大厅。</p>""",
        {CONDITIONS: "参保满一年", MATERIALS: "身份证", PLACE: "社保大厅"},
    ),
    "a flow that is a picture": (
        """<h4>办理流程</h4><div><img src="/upload/2024/lct-8899.jpg" alt="办理流程图"></div><h4>办理材料</h4><div><a href="/f/a.docx">申请表</a></div>""",
        {FLOW: "办理流程图", MATERIALS: "申请表"},
    ),
    "a label and its colon in a box of their own": (
        """<div class=line><span class=name>承办机构：</span><div class=val>市人社局</div></div><div class=line><span class=name>联系方式：</span><div class=val>12333</div></div>""",
        {BODY: "市人社局", CONSULT: "12333"},
    ),
    "headings with a button beside": (
        """<div><h4>申请材料（共3份）</h4><p>身份证</p></div><div><h4>受理条件 <a href="javascript:;">展开</a></h4><p>合法经营</p></div>""",
        {MATERIALS: "身份证", CONDITIONS: "合法经营"},
    ),
    "panels that open": (
        """<div><button class=collapsed>受理条件</button><div>合法经营</div></div><details><summary>收费标准</summary><p>免费办理</p></details>
        <fieldset><legend>咨询方式</legend>12345</fieldset><div><div><a data-toggle=collapse href="#c2">申请材料</a></div><div id=c2>身份证</div></div>""",
        {CONDITIONS: "合法经营", FEE: "免费办理", CONSULT: "12345", MATERIALS: "身份证"},
    ),
    "a table of materials in two halves": (
        """<div><div class=tt>申请材料</div><div><table><tr><th>材料名称</th><th>材料要求</th><th>空白表格</th></tr></table>
        <table><tr><td>申请书</td><td>原件</td><td>无</td></tr></table></div></div><div><div class=tt>办理流程</div><div>申请</div></div>""",
        {MATERIALS: "申请书", FLOW: "申请"},
    ),
    "boxes by turns without names": (
        """<div><div>受理条件</div><div>合法经营</div><div>申请材料</div><div>身份证</div></div>""",
        {CONDITIONS: "合法经营", MATERIALS: "身份证"},
    ),
    "a number beside each heading": (
        """<div class=i><span>1</span><span>受理条件</span></div><div class=c>合法经营</div><div class=i><span>2</span><span>申请材料</span></div><div class=c>身份证</div>""",
        {CONDITIONS: "合法经营", MATERIALS: "身份证"},
    ),
    "a blank in place of a colon": (
        "<p>实施主体　市公安局</p><p>法定办结时限　　20个工作日</p>",
        {BODY: "市公安局", LEGAL: "20个工作日"},
    ),
    "a number and its unit in two cells": (
        "<table><tr><td>法定办结时限</td><td>20</td><td>工作日</td></tr><tr><td>承诺办结时限</td><td>5</td><td>工作日</td></tr></table>",
        {LEGAL: "20\n工作日", PROMISED: "5\n工作日"},
    ),
    "fields that are no elements between": (
        "<table><tr><td>实施主体</td><td>市公安局</td><td>网办链接代号</td><td>A1</td></tr><tr><td>备注代号</td><td>B2</td><td>办件类型</td><td>即办件</td></tr></table>",
        {BODY: "市公安局", TYPE: "即办件"},
    ),
    "cards with the value on top": (
        """<div><p>20个工作日</p><p>法定办结时限</p></div><div><p>1个工作日</p><p>承诺办结时限</p></div><div><p>0次</p><p>到办事现场次数</p></div>""",
        {LEGAL: "20个工作日", PROMISED: "1个工作日", VISITS: "0次"},
    ),
    "labels in one list, values in another": (
        """<div><ul><li>实施主体</li><li>办件类型</li></ul><ul><li>公安局</li><li>即办件</li></ul></div>""",
        {BODY: "公安局", TYPE: "即办件"},
    ),
    "data in a script": (
        """<div id=app></div><script>window.__STATE__={"task":{"task_name":"护士执业注册","promise_day":5,"anticipate_day":20,"is_fee":"0",
        "accept_name":"<p>持有证书</p>","link_way":"","AUDIT_MATERIAL":[{"material_name":"申请表"},{"material_name":"身份证"}]}};</script>""",
        {LEGAL: "20", PROMISED: "5", FEE: "否", CONDITIONS: "持有证书", MATERIALS: "申请表\n身份证"},
    ),
    "a script's object literal": (
        """<div id=app></div><script>var guide={taskName:'护士执业注册',dirPromiseday:'5',dirAnticipateday:'20',deptName:'卫生健康委',handleContent:'持有证书',chargeFlag:null};</script>""",
        {LEGAL: "20", PROMISED: "5", BODY: "卫生健康委", CONDITIONS: "持有证书"},
    ),
}


@pytest.mark.parametrize(("body", "stated"), LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_is_read(body: str, stated: dict[str, str]) -> None:
    page = PageReading.of(f"<html><body>{body}</body></html>", URL)
    read = {element.element: element.text for element in read_elements(page.statements, page.fields)}
    assert set(read) - {"事项名称"} == set(stated)
    for name, text in stated.items():
        assert text in read[name], name


@pytest.mark.parametrize(("body", "stated"), LAYOUTS.values(), ids=LAYOUTS)
def test_a_value_ends_where_the_next_label_begins(body: str, stated: dict[str, str]) -> None:
    page = PageReading.of(f"<html><body>{body}</body></html>", URL)
    read = {element.element: element.text for element in read_elements(page.statements, page.fields)}
    for name, text in stated.items():
        strangers = [t for other, t in stated.items() if t not in text and text not in t and len(t) > 3]
        assert not any(t in read[name] for t in strangers), (name, read[name])


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><th>设定依据</th><td></td><th>咨询电话</th><td>-</td></tr></table>",
        "<table><tr><th>设定依据</th><td>暂无</td><th>咨询电话</th><td>&nbsp;</td></tr></table>",
        "<dl><dt>设定依据</dt><dd></dd><dt>咨询电话</dt><dd>无</dd></dl>",
        "<h3>设定依据</h3><h3>咨询电话</h3><div></div>",
        "<p>设定依据：</p><p>咨询电话：暂无数据</p>",
        "<div class=r><div>设定依据</div><div>null</div></div><div class=r><div>咨询电话</div><div>undefined</div></div>",
        '<div class=tabs><a href="#a">设定依据</a><a href="#b">咨询电话</a></div><div id=a></div><div id=b>加载中...</div>',
        '<div class=menu><a href="/yj">设定依据</a><a href="/dh">咨询电话</a></div><p>欢迎</p>',
    ],
)
def test_a_label_over_nothing_is_no_element(body: str) -> None:
    page = PageReading.of(f"<body>{body}</body>", URL)
    assert read_elements(page.statements, page.fields) == ()


@pytest.mark.parametrize(
    ("body", "element"),
    [
        ("<p>收费标准：无</p>", FEE),
        ("<p>是否收费：否</p>", FEE),
        ("<dl><dt>特殊环节</dt><dd>无</dd></dl>", "特殊环节"),
        ("<table><tr><th>申请材料</th><td>无</td></tr></table>", MATERIALS),
    ],
)
def test_none_is_an_answer_where_it_answers(body: str, element: str) -> None:
    page = PageReading.of(f"<body>{body}</body>", URL)
    assert [e.element for e in read_elements(page.statements)] == [element]


def test_a_value_does_not_run_into_a_field_that_is_no_element() -> None:
    page = PageReading.of(LAYOUTS["fields that are no elements between"][0], URL)
    assert [e.text for e in read_elements(page.statements)] == ["市公安局", "即办件"]


def test_the_wording_on_the_page_is_kept() -> None:
    page = PageReading.of("<p>三、所需资料：身份证</p>", URL)
    assert [(e.element, e.label, e.text) for e in read_elements(page.statements)] == [
        (MATERIALS, "所需资料", "身份证")
    ]


def test_the_frame_of_a_site_states_nothing() -> None:
    body = """<div class=header><a href=/>收费标准</a></div><div class=main><h1>户口迁移办理</h1><p>申请材料：户口簿</p></div>
    <div class=footer><p>联系电话：010-1</p><p>办公地址：人民路1号</p><p>版权所有 京ICP备1号</p></div>"""
    page = PageReading.of(f"<body>{body}</body>", URL)
    assert [e.element for e in read_elements(page.statements)] == [MATERIALS]


FULL = """<title>临时居民身份证办理 - 办事指南 - 某某政务服务网</title><h1>临时居民身份证办理</h1>
<table><tr><th>事项名称</th><td>临时居民身份证办理</td><th>实施编码</th><td>11310000MB0000</td></tr>
<tr><th>实施主体</th><td>市公安局</td><th>设定依据</th><td>《身份证法》</td></tr>
<tr><th>受理条件</th><td>本市户籍</td><th>法定办结时限</th><td>3个工作日</td></tr>
<tr><th>申请材料</th><td>户口簿</td><th>办理流程</th><td>申请、受理</td></tr>
<tr><th>收费标准</th><td>10元</td><th>办理地点</th><td>派出所</td></tr><tr><th>咨询电话</th><td>12345</td></tr></table>"""


def test_a_guide_is_read_whole() -> None:
    reading = read_guide(FULL, URL)
    assert reading is not None
    assert reading.matter == "临时居民身份证办理"
    assert reading.department == "市公安局"
    assert reading.matter_code == "11310000MB0000"
    assert key_categories(reading) == frozenset(key_category_names())
    assert {e.element for e in reading.elements} <= set(element_names())
    assert read_guide_tree(parse(FULL), URL) == reading


def test_a_missing_category_is_missing() -> None:
    reading = read_guide(FULL.replace("<th>收费标准</th><td>10元</td>", ""), URL)
    assert reading is not None
    assert frozenset(key_category_names()) - key_categories(reading) == {"收费"}


@pytest.mark.parametrize(
    ("html", "matter"),
    [
        ("<title>新生儿出生登记-办事指南-某市政务服务网</title><p>申请材料：出生证</p>", "新生儿出生登记"),
        ("<title>某市政务服务网</title><h1>新生儿出生登记办事指南</h1>", "新生儿出生登记"),
        (
            "<title>Document</title><header><h2>新生儿出生登记</h2></header><p>申请材料</p><p>出生证</p>",
            "新生儿出生登记",
        ),
        ("<title>办事指南</title><p>事项名称：新生儿出生登记</p>", "新生儿出生登记"),
        ("<title>新生儿出生登记_某市人民政府门户网站</title>", "新生儿出生登记"),
        ("<title>某市政务服务网 | 新生儿出生登记</title>", "新生儿出生登记"),
        ("<title>详情</title><div class=title>新生儿出生登记</div><p>申请材料：出生证</p>", "新生儿出生登记"),
        ("<title>【办事指南】新生儿出生登记</title>", "新生儿出生登记"),
        ("<title>首页</title><div class=nav><h2>政务公开</h2></div><p>申请材料：出生证</p>", ""),
    ],
)
def test_the_matter_has_its_name(html: str, matter: str) -> None:
    assert PageReading.of(html, URL).matter == matter


@pytest.mark.parametrize(
    "html", ["", " ", "\x00", "<", "<!-- -->", "plain text", "<html></html>", '{"code":200}', "\ufffd" * 50]
)
def test_what_is_no_page_is_no_guide(html: str) -> None:
    assert read_guide(html, URL) is None
