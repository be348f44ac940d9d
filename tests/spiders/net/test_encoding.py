"""Pages are read in the encoding they are in, whatever they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.net.encoding import decode_html, encoding_of

ARTICLE = "<title>临时居民身份证办理</title><p>申请材料：居民户口簿、申请人近期免冠照片。法定办结时限：3个工作日。</p>"


def page(charset: str | None) -> str:
    declaration = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{declaration}</head><body>{ARTICLE}</body></html>"


@pytest.mark.parametrize("sent", ["utf-8", "gbk", "gb18030", "gb2312", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("said", [None, "utf-8", "gb2312", "gbk", "GB18030", "iso-8859-1", "nonsense"])
def test_the_bytes_outrank_the_declaration(sent: str, said: str | None) -> None:
    assert ARTICLE in decode_html(page(said).encode(sent), None)


@pytest.mark.parametrize("header", [None, "text/html", "text/html; charset=utf-8", "text/html;charset=GBK"])
@pytest.mark.parametrize("sent", ["utf-8", "gb18030"])
def test_a_wrong_header_does_no_harm(sent: str, header: str | None) -> None:
    assert ARTICLE in decode_html(page(None).encode(sent), header)


def test_rare_characters_of_names_need_gb18030() -> None:
    text = "<meta charset=gb2312><p>办理人：䶮、㐂、𠮷，地址：甪直镇</p>"
    assert decode_html(text.encode("gb18030"), "text/html; charset=gb2312") == text


def test_a_page_cut_in_the_middle_of_a_character_keeps_its_encoding() -> None:
    content = page("utf-8").encode()
    cut = content[: content.index("期".encode()) + 1]
    assert "申请人近" in decode_html(cut, None)


def test_a_few_stray_bytes_do_not_turn_utf8_into_gbk() -> None:
    content = page("utf-8").encode().replace("近期".encode(), "近期".encode()[:-1])
    assert "法定办结时限" in decode_html(content, None)


def test_a_gbk_article_in_a_utf8_frame_is_read_line_by_line() -> None:
    content = "<div>政务服务网首页</div>\n".encode() + ("<p>所需材料如下。</p>\n" * 30).encode("gbk")
    text = decode_html(content, "text/html; charset=utf-8")
    assert "政务服务网首页" in text
    assert text.count("所需材料如下") == 30


def test_short_gbk_that_happens_to_be_valid_utf8_follows_its_declaration() -> None:
    assert decode_html("联通".encode("gbk"), "text/html; charset=gbk") == "联通"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("<p>臺灣居民來往大陸通行證補發，請攜帶身分證明文件與照片，洽詢服務櫃檯。</p>", "big5"),
        ("<p>주민등록증 발급 신청 안내입니다. 구비 서류를 확인하시기 바랍니다.</p>", "euc-kr"),
        ("<p>Получение временного удостоверения личности и прописка граждан</p>", "windows-1251"),
    ],
)
def test_foreign_versions_are_read_as_declared(text: str, charset: str) -> None:
    assert decode_html(text.encode(charset), f"text/html; charset={charset}") == text


def test_utf16_without_its_mark_is_seen() -> None:
    assert encoding_of(page(None).encode("utf-16-le")) == "utf-16-le"
    assert encoding_of(page(None).encode("utf-16-be")) == "utf-16-be"


@given(st.binary(max_size=4000), st.one_of(st.none(), st.text(max_size=40)))
def test_random_bytes_give_text_and_no_error(content: bytes, content_type: str | None) -> None:
    assert isinstance(decode_html(content, content_type), str)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=20, max_size=300))
def test_chinese_survives_the_way_in_utf8(text: str) -> None:
    assert decode_html(text.encode(), "text/html; charset=gb2312") == text
