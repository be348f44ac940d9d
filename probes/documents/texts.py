"""Text without markup: plain text and CSV in the encodings of Chinese offices, RTF, DXF, error replies."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from probes.documents import types
from probes.documents.content import PIECE, Content
from probes.documents.verdict import FileVerdict, corrupt, good, page_instead, truncated

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SHORT = 300
"""Characters up to which a text in a document's place may be a system's message."""
_ERROR_WORDS = re.compile(
    r"不存在|未找到|找不到|没有找到|无法找到|错误|出错|失败|异常|无权|权限不足|没有权限|未登录|请登录|重新登录|登录超时|已失效|过期|已删除|不能为空"
    r"|参数|非法|禁止|拒绝|系统繁忙|稍后再试|服务不可用"
    r"|error|not\s*found|no such|exception|denied|forbidden|unauthori[sz]ed|failed|failure|invalid|unavailable|expired"
    r"|no message|\b[45]0\d\b",
    re.IGNORECASE,
)
_CALLBACK = re.compile(r"[\w$.]+\(\s*[\[{].*[\]}]\s*\)\s*;?", re.DOTALL)
"""An interface's reply wrapped in a call (JSONP)."""
_NOTHING = re.compile(
    r"\s*(?:null|undefined|none|nan|false|true|ok|success|fail|-?\d{1,4}|\{\s*\}|\[\s*\])\s*", re.IGNORECASE
)
_CODE_KEYS = {"code", "status", "success", "errcode", "error", "errmsg", "msg", "message", "resultcode", "statuscode",
              "retcode", "ret", "errorcode", "errormsg", "exception", "timestamp", "path", "flag", "state"}  # fmt: skip
_SAMPLE = 1024 * 1024


def decode(raw: bytes) -> str | None:
    """The text behind bytes, or None when they are no text (UTF-8, UTF-16, UTF-32, GB18030)."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            try:
                return codecs.getincrementaldecoder(encoding)().decode(raw, False)
            except UnicodeDecodeError:
                return None
    encodings = ["utf-8", "gb18030"]
    if len(raw) >= 8 and raw.count(0) * 4 > len(raw):
        # unmarked UTF-16 shows by the zero bytes of its line ends and Latin letters
        encodings = ["utf-16-le" if raw[1::2].count(0) > raw[::2].count(0) else "utf-16-be"]
    for encoding in encodings:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(raw, False)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text)) * 100 <= len(text):
            return text
    return None


def judge_plain(text: str, claims: frozenset[str]) -> FileVerdict:
    """Judge what reads as text and is nothing more particular.

    Args:
        text: Its beginning.
        claims: The types that the file claims to be.

    Returns:
        Good as text or CSV; `html_instead_of_file` for a system's message in a document's place.
    """
    stripped = text.strip("\ufeff\x00 \t\r\n")
    kind = types.CSV if _is_table(stripped) else types.PLAIN
    expects_text = bool(claims & {types.PLAIN, types.CSV})
    if not expects_text and _CALLBACK.fullmatch(stripped):
        return page_instead(types.JSON, f"接口应答代替文件：{stripped[:100]}")
    if len(stripped) <= _SHORT:
        lone = "\n" not in stripped and not expects_text
        if (lone and _NOTHING.fullmatch(stripped)) or (
            len(stripped) <= 120 and lone and _ERROR_WORDS.search(stripped)
        ):
            return page_instead(types.PLAIN, f"以文字代替文件：{stripped[:100]}")
        if re.match(r"(?:java\.|org\.|System\.|Traceback|\s*at )[\w.]+", stripped) and _ERROR_WORDS.search(
            stripped
        ):
            return page_instead(types.PLAIN, f"程序异常信息：{stripped[:100]}")
    if re.match(r"[\w.]+(?:Exception|Error)\b.{0,400}\n\s+at ", stripped, re.DOTALL):
        return page_instead(types.PLAIN, f"程序异常信息：{stripped[:100]}")
    return good(kind)


def judge_json(text: str, whole: bool, claims: frozenset[str]) -> FileVerdict:
    """Judge what begins as JSON does: an interface's reply in a document's place, unless JSON was promised."""
    if not whole:
        return good(types.JSON)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return judge_plain(text, claims)
    said = _message_of(value)
    if types.JSON in claims and not (isinstance(value, dict) and _is_error(value)):
        return good(types.JSON)
    return page_instead(types.JSON, f"接口应答代替文件：{said[:100]}" if said else "接口应答代替文件")


def _message_of(value: Any) -> str:
    if isinstance(value, dict):
        for key in ("msg", "message", "errmsg", "errorMsg", "error", "Message", "exception"):
            if isinstance(value.get(key), str) and value[key]:
                return str(value[key])
    return ""


def _is_error(value: dict[str, Any]) -> bool:
    keys = {str(key).lower() for key in value}
    return bool(keys & _CODE_KEYS) and bool(_ERROR_WORDS.search(json.dumps(value, ensure_ascii=False)[:5000]))


def _is_table(text: str) -> bool:
    """Whether its first lines have the same number of separators, at least one."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:10]
    if len(lines) < 2:
        return False
    return any(
        len({line.count(mark) for line in lines}) == 1 and lines[0].count(mark) >= 1
        for mark in (",", "\t", ";")
    )


def judge_rtf(content: Content) -> FileVerdict:
    """RTF: its groups close (RTF 1.9.1): braces counted, but for escaped ones and binary runs."""
    depth, skip, carry = 0, 0, b""
    token = re.compile(rb"\\bin(\d{1,10}) ?|\\[^\r\n]|[{}]", re.DOTALL)
    for piece in content.pieces():
        block = carry + piece
        carry = b""
        place = min(skip, len(block))
        skip -= place
        safe = len(block) - 16 if len(piece) == PIECE else len(block)
        while (found := token.search(block, place)) is not None and found.start() < safe:
            place = found.end()
            if found[1] is not None:
                over = place + int(found[1]) - len(block)
                place, skip = (len(block), over) if over > 0 else (place + int(found[1]), 0)
            elif found[0] == b"{":
                depth += 1
            elif found[0] == b"}":
                depth -= 1
                if depth == 0:
                    return good(types.RTF)
        if not skip and safe < len(block):
            carry = block[max(place, safe) :]
    return truncated(types.RTF, "文件没有下载完整") if depth > 0 else corrupt(types.RTF, "没有内容")


def sample(content: Content) -> bytes:
    """The beginning of a text file, enough to judge it by."""
    return content.head(_SAMPLE)


def ends_as_dxf(content: Content) -> bool:
    """Whether a DXF drawing ends with its EOF group."""
    return content.tail(64).rstrip().endswith(b"EOF")
