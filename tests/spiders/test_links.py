from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders import wording
from spiders.links import MOST_LINKS, Link, extract
from spiders.reading.document import Document
from spiders.script_links import PageScripts


def found(body: str, url: str = "http://a.gov.cn/list/index.html") -> dict[str, Link]:
    tree = Document.parse(f"<html><body>{body}</body></html>", url).tree
    assert tree is not None
    return {link.url: link for link in extract(tree, url).links}


def test_words_of_a_link_are_its_title_where_the_text_is_shortened() -> None:
    link = found('<a href="/1" title="临时居民身份证办理">临时居民身…</a>')["http://a.gov.cn/1"]
    assert (link.text, link.promises_guide) == ("临时居民身份证办理", True)
    assert found('<a href="/1"><img alt="户口迁移"></a>')["http://a.gov.cn/1"].text == "户口迁移"


def test_of_two_links_to_one_address_the_more_telling_words_stay() -> None:
    assert (
        found('<a href="/1">详情</a><a href="/1">社会保障卡申领</a><a href="/1">在线办理</a>')[
            "http://a.gov.cn/1"
        ].text
        == "社会保障卡申领"
    )


def test_a_link_that_acts_once_it_is_opened_is_not_followed() -> None:
    body = '<a href="/zan?id=3">点赞(12)</a><a href="/file/del?id=9">删除附件</a><a href="/3">收藏</a><a href="/3">户口迁移</a>'
    assert set(found(body)) == {"http://a.gov.cn/3"}


@pytest.mark.parametrize(
    ("body", "paging"),
    [
        ('<a href="index_2.html">下一页</a>', True),
        ('<a href="index_3.html">3</a>', True),
        ('<a href="?page=2">»</a>', True),
        ('<a href="index_2.html">临时居民身份证办理</a>', True),
        ('<a href="/guide/2">2</a>', False),
        ('<a href="/news/index_2.html">下一页</a>', False),
    ],
)
def test_paging_stays_on_its_list(body: str, paging: bool) -> None:
    assert [link.paging for link in found(body).values()] == [paging]


def test_the_way_back_to_the_first_page_is_paging_too() -> None:
    links = found(
        '<a href="index.html">首页</a><a href="index_1.html">上一页</a>', "http://a.gov.cn/list/index_2.html"
    )
    assert all(link.paging for link in links.values())


def test_files_and_assets_are_no_pages() -> None:
    tree = Document.parse(
        '<a href="/a.docx">表</a><img src="/b.png"><a href="/c.css">x</a><a href="/d?download=1">y</a>',
        "http://a/",
    ).tree
    assert tree is not None
    seen = extract(tree, "http://a/")
    assert seen.links == ()
    assert set(seen.others) == {"http://a/a.docx", "http://a/c.css", "http://a/d?download=1"}


def test_base_is_heeded() -> None:
    tree = Document.parse(
        '<html><head><base href="/x/"></head><body><a href="y">z</a></body></html>', "http://a/b/c"
    ).tree
    assert tree is not None
    assert [link.url for link in extract(tree, "http://a/b/c").links] == ["http://a/x/y"]


def test_a_page_of_very_many_links_is_bounded() -> None:
    tree = Document.parse("".join(f'<a href="/{n}">x</a>' for n in range(MOST_LINKS + 50)), "http://a/").tree
    assert tree is not None
    seen = extract(tree, "http://a/")
    assert (len(seen.links), seen.omitted) == (MOST_LINKS, 50)


@pytest.mark.parametrize(
    ("script", "call", "addresses"),
    [
        ("function go(id){window.open('/bszn?itemid='+id)}", "go('17')", ["/bszn?itemid=17"]),
        (
            "function go(a, b){var u = ctx + '/k/' + b + '.do'; location.href = u;}",
            "return go(1,'zz');",
            ["/k/zz.do"],
        ),
        ("var go = function(id){ router.push(`/guide/${id}`) }", "go('7')", ["/guide/7"]),
        (
            "function go(id){ location.href = 'x.jsp?a=' + encodeURIComponent(id) + '&b=1'; }",
            "go('9')",
            ["x.jsp?a=9&b=1"],
        ),
        ("", "window.open('/a/b.html')", ["/a/b.html"]),
        ("", "location.href='detail.do?id=3'", ["detail.do?id=3"]),
        ("", "show('/x/y.html', this)", ["/x/y.html"]),
        ("", "alert('你好')", []),
        ("function go(id){ window.open(host + id) }", "go('17')", []),
        ("", "doLogin()", []),
    ],
)
def test_calls_are_followed_through_the_pages_functions(script: str, call: str, addresses: list[str]) -> None:
    assert PageScripts([script]).addresses_of_call(call) == addresses


def test_json_in_a_page_names_what_it_leads_to() -> None:
    script = r'window.DATA = {"rows":[{"name":"\u6237\u53e3\u8fc1\u79fb","url":"\/m\/9.html"},{"title":"无地址"}], "js":"/app.js"}'
    assert ("/m/9.html", "户口迁移") in list(PageScripts([script]).addresses())


def test_pieces_of_addresses_are_no_addresses() -> None:
    assert list(PageScripts(["var u = '/bszn?itemid=' + id; var v = base + '/x/y.html'"]).addresses()) == []


@pytest.mark.parametrize(
    ("script", "addresses"),
    [
        ("var rest = '/web/rest'; ask(rest + '/task/list')", []),
        ("const root = '/web/rest/'; fetch(`${root}task`)", []),
        ("var next = '/web/next.html'; location.href = next;", ["/web/next.html"]),
        ('{"url": "/m/9.html"}; open(item.url + "?x=1")', ["/m/9.html"]),
    ],
)
def test_the_root_of_addresses_is_no_address(script: str, addresses: list[str]) -> None:
    assert [address for address, _ in PageScripts([script]).addresses()] == addresses


def test_what_merely_stands_in_a_script_is_told_from_a_link() -> None:
    links = found("<script>var a = '/a.html', b = '/b.html';</script><a href='/b.html'>乙</a>")
    assert {url[-7:]: link.via for url, link in links.items()} == {"/a.html": "quoted", "/b.html": "anchor"}


@pytest.mark.parametrize(
    ("url", "text", "prints"),
    [
        ("http://a/project/print;jsessionid=1?code=7", "", True),
        ("http://a/guide/printPage.jsp?id=7", "版式", True),
        ("http://a/guide/7?out=paper", "打印本页", True),
        ("http://a/guide/7", "打印社会保险缴费证明", False),
        ("http://a/guide/printing/7", "印刷业经营许可", False),
        ("http://a/print.html?code=7", "印刷经营许可证核发", False),
    ],
)
def test_views_for_a_printer_are_told_from_pages(url: str, text: str, prints: bool) -> None:
    assert wording.print_view(url, text) is prints


@given(st.text(alphabet="<>a=\"'/#?&; (){}+href一\n", max_size=300))
def test_no_markup_makes_it_fail(body: str) -> None:
    tree = Document.parse(body, "http://a/").tree
    if tree is not None:
        extract(tree, "http://a/")
