"""A file's name comes back from whatever header a server writes it into; nothing else comes with it."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from probes.documents import names
from tests.properties import tried

letters = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn"), exclude_characters='/\\"')
some_name = st.builds(
    lambda stem, ending: " ".join(stem.split()).strip("' ") + ending,
    st.text(letters, min_size=1, max_size=40),
    st.sampled_from([".docx", ".pdf", ".xls", ".wps", ""]),
).filter(lambda name: name.strip(". ") == name and bool(name))
chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=30).map(
    lambda stem: stem + ".docx"
)


def offered(header: bytes) -> str | None:
    return names.offered_name([(b"content-disposition", header)], "http://a.gov.cn/down.do?id=1")


def _words(name: str, charset: str, coding: str) -> bytes:
    raw = name.encode(charset)
    if coding == "B":
        return f"=?{charset}?B?{base64.b64encode(raw).decode()}?=".encode()
    return f"=?{charset}?Q?{quopri.encodestring(raw, header=True).decode().replace('=' + chr(10), '').replace('?', '=3F')}?=".encode()


ROUNDS: dict[str, Callable[[str], bytes]] = {
    "RFC 5987": lambda name: b"attachment; filename*=UTF-8''" + quote(name, safe="").encode(),
    "RFC 5987, small, with a language": lambda name: b"attachment; filename*=utf-8'zh-CN'" + quote(name, safe="").encode(),
    "RFC 5987 beside a plain one": lambda name: b'attachment; filename="x.docx"; filename*=UTF-8\'\'' + quote(name, safe="").encode(),
    "RFC 2231 in pieces": lambda name: b"attachment; filename*0*=UTF-8''" + quote(name[:3], safe="").encode() + b"; filename*1*=" + quote(name[3:], safe="").encode(),
    "raw UTF-8": lambda name: b'attachment; filename="' + name.encode() + b'"',
    "RFC 2047, B": lambda name: b'attachment; filename="' + _words(name, "utf-8", "B") + b'"',
}  # fmt: skip
CHINESE_ROUNDS: dict[str, Callable[[str], bytes]] = {
    "raw GBK": lambda name: b'attachment; filename="' + name.encode("gbk") + b'"',
    "raw GBK without quotes": lambda name: b"attachment;filename=" + name.encode("gbk"),
    "GBK in percents": lambda name: b"attachment; filename=" + quote(name.encode("gbk")).encode(),
    "UTF-8 in percents": lambda name: b'attachment; filename="' + quote(name).encode() + b'"',
    "RFC 5987 in GBK": lambda name: b"attachment; filename*=GBK''" + quote(name.encode("gbk")).encode(),
    "RFC 2047 in GB2312's words": lambda name: b"attachment; filename=" + _words(name, "gbk", "B"),
    "RFC 2047, Q": lambda name: b'attachment; filename="' + _words(name, "utf-8", "Q") + b'"',
    "UTF-8 taken for Latin-1": lambda name: b'attachment; filename="' + name.encode() + b'"; size=12',
}  # fmt: skip


@pytest.mark.parametrize("form", ROUNDS)
@tried(40)
@given(some_name)
def test_any_name_comes_back(form: str, name: str) -> None:
    if not form.startswith("RFC 5987") and not form.startswith("RFC 2231"):
        # a bare percent or an encoded word within a name cannot be told from one that a server meant
        assume("%" not in name and "=?" not in name)
    assert offered(ROUNDS[form](name)) == names.clean(name)


@pytest.mark.parametrize("form", CHINESE_ROUNDS)
@tried(40)
@given(chinese)
def test_a_chinese_name_comes_back_from_what_servers_make_of_it(form: str, name: str) -> None:
    raw = CHINESE_ROUNDS[form](name)
    if "GBK" in form and "5987" not in form:
        try:
            name.encode("gbk").decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            assume(False)  # bytes that are a name in both
    assert offered(raw) == name


@tried(100)
@given(st.text(st.characters(codec="ascii"), max_size=200).map(str.encode), some_name)
def test_what_stands_before_and_behind_a_name_is_not_in_it(noise: bytes, name: str) -> None:
    assume(b"filename" not in noise.lower() and b'"' not in noise and b";" not in noise)
    assume("%" not in name and "=?" not in name)
    assert offered(noise + b'; filename="' + name.encode() + b'"; ' + noise) == names.clean(name)
