"""File names in the shapes that servers send them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.documents import names

NAME = "临时身份证 申请表.docx"


@pytest.mark.parametrize(
    "header",
    [
        b"attachment; filename*=UTF-8''" + quote(NAME).encode(),
        b"attachment; filename=\"x.docx\"; filename*=utf-8'zh-CN'" + quote(NAME).encode(),
        b"attachment; filename*=GBK''" + quote(NAME.encode("gbk")).encode(),
        b'attachment; filename="' + NAME.encode() + b'"',
        b'attachment; filename="' + NAME.encode("gbk") + b'"',
        b"attachment;filename=" + NAME.encode("gb18030"),
        b'attachment; filename="' + quote(NAME).encode() + b'"',
        b"attachment; filename=" + quote(NAME.encode("gbk")).encode(),
        b'attachment; filename="=?UTF-8?B?5Li05pe26Lqr5Lu96K+BIOeUs+ivt+ihqC5kb2N4?="',
        b"attachment; filename==?GB2312?B?wdnKscntt93WpCDJ6sfrse0uZG9jeA==?=",
        b"attachment; filename*0*=UTF-8''%E4%B8%B4%E6%97%B6; filename*1*=%E8%BA%AB%E4%BB%BD%E8%AF%81%20;"
        b" filename*2=" + b'"\xe7\x94\xb3\xe8\xaf\xb7\xe8\xa1\xa8.docx"',
        b'ATTACHMENT; FILENAME="' + NAME.encode() + b'"',
        b'attachment; filename="../../../' + NAME.encode() + b'"',
        b'attachment; filename="C:\\\\temp\\\\' + NAME.encode() + b'"',
        b'attachment; filename="\x1b\x07\xe2\x80\xae' + NAME.encode() + b'"',
    ],
)
def test_a_header_names_the_file(header: bytes) -> None:
    assert names.offered_name([(b"Content-Disposition", header)], "http://x/down.do?id=1") == NAME


@pytest.mark.parametrize(
    ("url", "label", "name"),
    [
        ("http://x/doc/" + quote(NAME), "", NAME),
        ("http://x/doc/" + quote(NAME.encode("gbk")), "", NAME),
        ("http://x/down.do?fileId=7&filename=" + quote(NAME), "", NAME),
        ("http://x/module/download/downfile.jsp?classid=0&filename=a.doc", "", "a.doc"),
        ("http://x/d?path=%2Fupload%2F2024%2Fa.pdf", "", "a.pdf"),
        ("http://x/downfile.jsp?classid=0", "申请表.doc", "申请表.doc"),
        ("http://x/downfile.jsp?classid=0", "申请表", None),
        ("http://x/page.html", "申请表", None),
        ("http://[broken/a.doc", "", None),
        ("http://x/", "", None),
    ],
)
def test_without_a_header_the_link_names_it(url: str, label: str, name: str | None) -> None:
    assert names.offered_name([], url, label) == name


def test_a_name_of_4000_characters_is_shown_short_and_keeps_its_ending() -> None:
    shown = names.offered_name(
        [(b"content-disposition", b"attachment; filename=" + b"a" * 4000 + b".docx")], "http://x/"
    )
    assert shown is not None
    assert len(shown) == names.MAX_SHOWN
    assert shown.endswith("….docx")


@given(st.binary(max_size=300))
def test_whatever_a_header_says_the_name_is_fit_to_show(raw: bytes) -> None:
    shown = names.clean(names.from_disposition(b"attachment; filename" + raw))
    assert len(shown) <= names.MAX_SHOWN
    assert not set(shown) & set("/\\\x00\x1b\r\n\u202e")
    assert shown not in (".", "..")


@given(st.text(max_size=100), st.text(max_size=100))
def test_whatever_an_address_says_the_name_is_fit_to_show(path: str, query: str) -> None:
    shown = names.offered_name([], f"http://x/{path}?{query}") or ""
    assert not set(shown) & set("/\\\x00\x1b\r\n\u202e")
