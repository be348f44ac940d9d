"""The forms and samples that a page offers, and how: by link, script, data, API or form.

Design, navigation, print and app links are no attachments; nor are buttons for applying online.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote, urljoin

from lxml import etree

from results.records import Offer
from spiders.acting import acts, asked_of_a_visitor
from spiders.found import OfferedAttachment
from spiders.reading.boxes import Anchor
from spiders.reading.document import Document
from spiders.reading.fields import Fields
from spiders.reading.file_addresses import (
    DOCUMENT_FILE,
    DOWNLOAD_ADDRESS,
    FILE_WORDS,
    MAYBE_FILE,
    PICTURE_FILE,
    is_file_address,
    looks_like_address,
    path_of,
)
from spiders.reading.offer_names import OfferNames, is_generic
from spiders.reading.regions import Regions
from spiders.reading.scripts import (
    Call,
    asks_first,
    body_of,
    call_of,
    literal_address,
    resolve_call,
    submits_form,
)

MOST_ATTACHMENTS: Final = 300
_MOST_ANCHORS = 20_000
_MOST_CALLS = 500

_FILE_CALL = re.compile(
    r"down|attach|file|fujian|annex|accessory|blankform|sample|openpdf|opendoc|xiazai|yangbiao|biaoge|form_?guid|preview",
    re.I,
)
_NO_FILE_CALL = re.compile(
    r"print|favor|collect|share|login|apply|declare|zoom|font|profile|filter|scroll|dropdown|countdown|slidedown|menu|search|comment|close|submit(?:form|apply)?$|tab",
    re.I,
)
_BUTTON_WORDS = re.compile(
    r"^(?:点击|立即|马上)?(?:下载|附件下载|表格下载|空白表格?(?:下载)?|空表(?:下载)?|示例样表(?:下载)?|样表(?:下载)?|样本(?:下载)?|示范文本(?:下载)?|格式文本(?:下载)?|材料下载|文件下载|下载附件|下载表格|下载空表|下载样表|范本下载|模板下载|示例(?:下载)?|下载模板|查看样表|查看附件|流程图下载)$"
)
_APP_WORDS = re.compile(
    r"APP|客户端|安卓|Android|iOS|iPhone|浏览器下载|插件|控件|驱动|小程序|公众号|阅读器|打印|收藏|扫码|二维码|下载中心|软件",
    re.I,
)
_PATH_KEYS = re.compile(r"path|url|href|src|link|addr", re.I)
_NAME_KEYS = re.compile(r"name|title|label|text|mc$", re.I)
_GUID_ATTRIBUTE = re.compile(r"guid|unid|uuid|fileid|file-id|attachid|attach-id|fjid|docid|fid$", re.I)
_DATA_ADDRESS = re.compile(
    r"^data-(?:.*-)?(?:url|href|file|path|src|link|attach|download|down|address|fj)", re.I
)


def find_attachments(
    document: Document, regions: Regions, fields: Fields | None = None
) -> tuple[OfferedAttachment, ...]:
    """Every form or sample that a page offers.

    Args:
        document: The page.
        regions: Which lines are its own.
        fields: What data in its scripts says, for forms that are named by an identifier only.
    """
    found: dict[tuple[str, str], OfferedAttachment] = {}
    finder = _Finder(document, regions)
    for offered in finder.find():
        key = (offered.url or "", "" if offered.url else (offered.handle or ""))
        known = found.get(key)
        if known is None or (is_generic(known.label) and not is_generic(offered.label)):
            found[key] = offered
        if len(found) >= MOST_ATTACHMENTS:
            break
    if fields is not None:
        for offered in _by_guid(fields, list(found.values())):
            found.setdefault((offered.label, offered.handle or ""), offered)
    return tuple(found.values())


def _by_guid(fields: Fields, known: Iterable[OfferedAttachment]) -> Iterator[OfferedAttachment]:
    seen = " ".join(f"{offered.url} {offered.handle}" for offered in known)
    for offer in fields.offers:
        if offer.guid and offer.guid in seen:
            continue
        handle = json.dumps({"guid": offer.guid, "field": offer.field}, ensure_ascii=False)
        yield OfferedAttachment(label=offer.label, offer=Offer.API, handle=handle, absent=not offer.guid)


class _Finder:
    def __init__(self, document: Document, regions: Regions) -> None:
        self._document = document
        self._own = regions.own
        self._names = OfferNames(document)
        self._counts: dict[tuple[str, str], int] = {}
        self._bodies: dict[str, str | None] = {}
        self._calls = 0

    def find(self) -> Iterator[OfferedAttachment]:
        for anchor in self._document.anchors[:_MOST_ANCHORS]:
            index = self._count(anchor)
            if not self._is_own(anchor) or _is_app(anchor) or _is_an_act(anchor):
                continue
            yield from self._by_data(anchor, index)
            if (offered := self._by_link(anchor)) or (offered := self._by_script(anchor, index)):
                yield offered

    def _count(self, anchor: Anchor) -> int:
        """Which of the elements that its selector finds this is."""
        key = (anchor.tag, anchor.element.get("class", ""))
        self._counts[key] = self._counts.get(key, -1) + 1
        return self._counts[key]

    def _is_own(self, anchor: Anchor) -> bool:
        if anchor.line < len(self._own) and not self._own[anchor.line]:
            line = self._document.lines[anchor.line]
            # a file among the page's frame is an attachment only under a heading of its own
            return bool(DOCUMENT_FILE.search(path_of(anchor.href))) and "附件" in line.text
        return True

    # ---- link

    def _by_link(self, anchor: Anchor) -> OfferedAttachment | None:
        href = anchor.href
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            return None
        download = anchor.element.get("download")
        if download is None and not MAYBE_FILE.search(href):
            return None
        address = self._resolve(href)
        if address is None or not is_file_address(address, anchor.text, download):
            return None
        return OfferedAttachment(label=self._names.label(anchor, address), offer=Offer.LINK, url=address)

    def _resolve(self, href: str) -> str | None:
        try:
            return urljoin(self._document.base, href.strip())
        except ValueError:
            return None

    # ---- data

    def _by_data(self, anchor: Anchor, index: int) -> Iterator[OfferedAttachment]:
        for name, value in anchor.element.attrib.items():
            if not name.startswith("data-"):
                continue
            value = value.strip()
            if value[:1] in ("[", "{"):
                yield from self._by_json(anchor, value)
            elif _DATA_ADDRESS.match(name) and looks_like_address(value):
                address = self._resolve(value)
                if address and is_file_address(address, anchor.text or self._names.near(anchor)):
                    yield OfferedAttachment(
                        label=self._names.label(anchor, address),
                        offer=Offer.DATA,
                        url=address,
                        handle=self._names.handle(anchor, index),
                    )
            elif _GUID_ATTRIBUTE.search(name) and (
                FILE_WORDS.search(self._names.near(anchor)) or _FILE_CALL.search(name)
            ):
                if anchor.href and not anchor.href.startswith(("#", "javascript:")):
                    continue
                yield OfferedAttachment(
                    label=self._names.label(anchor, ""),
                    offer=Offer.API,
                    handle=self._names.handle(anchor, index, guid=value, field=name),
                    absent=not value or value.lower() in ("null", "undefined"),
                )

    def _by_json(self, anchor: Anchor, value: str) -> Iterator[OfferedAttachment]:
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            return
        items = parsed if isinstance(parsed, list) else [parsed]
        for item in items[:50]:
            if not isinstance(item, Mapping):
                continue
            path = _first(item, _PATH_KEYS)
            name = _first(item, _NAME_KEYS)
            if not path:
                continue
            address = self._resolve(path)
            if address and (
                is_file_address(address, name or "下载")
                or DOCUMENT_FILE.search(name)
                or PICTURE_FILE.search(name or path)
            ):
                yield OfferedAttachment(
                    label=name or self._names.label(anchor, address), offer=Offer.DATA, url=address
                )

    # ---- script and form

    def _by_script(self, anchor: Anchor, index: int) -> OfferedAttachment | None:
        code = _code_of(anchor)
        if not code.strip("; ") or code.strip("; ") in ("void(0)", "void 0", "return false"):
            return self._by_form(anchor, index) or self._by_words(anchor, index)
        near = self._names.near(anchor)
        if (literal := literal_address(code)) and (address := self._resolve(literal)):
            if is_file_address(address, near):
                return OfferedAttachment(
                    label=self._names.label(anchor, address),
                    offer=Offer.SCRIPT,
                    url=address,
                    handle=self._names.handle(anchor, index),
                )
            return None
        call = call_of(code)
        if call is None:
            return None
        return self._by_call(anchor, index, call, near)

    def _by_call(self, anchor: Anchor, index: int, call: Call, near: str) -> OfferedAttachment | None:
        named = _FILE_CALL.search(call.name) and not _NO_FILE_CALL.search(call.name)
        body = self._body(call.name)
        if not named and not (
            _BUTTON_WORDS.match(anchor.text) or (body and _FILE_CALL.search(body) and FILE_WORDS.search(near))
        ):
            return None
        if _NO_FILE_CALL.search(call.name) and not FILE_WORDS.search(anchor.text):
            return None
        if not anchor.text and not near.strip() and not call.arguments:
            return None
        absent = bool(call.arguments) and not any(
            a.strip(" '\"") not in ("", "null", "undefined") for a in call.arguments
        )
        if body and submits_form(body):
            return self._posted(anchor, index, body)
        resolved = resolve_call(call, body) if body and not absent else None
        address = self._resolve(resolved) if resolved else None
        if address is None:
            direct = next(
                (a for a in call.arguments if looks_like_address(a) and DOCUMENT_FILE.search(path_of(a))),
                None,
            )
            address = self._resolve(direct) if direct and not body else None
        in_two_steps = address is None and body is not None and asks_first(body)
        return OfferedAttachment(
            label=self._names.label(anchor, address or ""),
            offer=Offer.API if in_two_steps else Offer.SCRIPT,
            url=address,
            handle=self._names.handle(anchor, index),
            absent=absent,
        )

    def _body(self, name: str) -> str | None:
        self._calls += 1
        if self._calls > _MOST_CALLS:
            return None
        if name not in self._bodies:
            self._bodies[name] = body_of(name, self._document.scripts)
        return self._bodies[name]

    def _by_form(self, anchor: Anchor, index: int) -> OfferedAttachment | None:
        """A button that submits a form to a download address."""
        if (
            anchor.tag not in ("button", "input")
            or (anchor.element.get("type") or "submit").lower() != "submit"
        ):
            return None
        form = next((f for f in anchor.element.iterancestors("form")), None)
        if form is None or form.get("method", "get").lower() != "post":
            return None
        action = self._resolve(form.get("action", "") or self._document.url)
        promised = _BUTTON_WORDS.match(anchor.text) or (
            action and DOWNLOAD_ADDRESS.search(action) and not asked_of_a_visitor(form)
        )
        if not action or not promised:
            return None
        return self._offered_form(anchor, index, form, action)

    def _posted(self, anchor: Anchor, index: int, body: str) -> OfferedAttachment:
        form = self._form_in(body)
        action = self._resolve(form.get("action", "")) if form is not None else None
        literal = re.search(r"action\s*(?:=|,|\")\s*['\"]?([^'\"\s;)]+)", body)
        if literal and not (form is not None and form.get("action")):
            action = self._resolve(literal[1])
        return self._offered_form(anchor, index, form, action)

    def _form_in(self, body: str) -> etree._Element | None:
        tree = self._document.tree
        if tree is None:
            return None
        for name in re.findall(r"['\"#.]([\w-]{1,60})['\"]?", body):
            for form in tree.iterfind(".//form"):
                if name in (form.get("id"), form.get("name")):
                    return form
        return None

    def _offered_form(
        self,
        anchor: Anchor,
        index: int,
        form: etree._Element | None,
        action: str | None,
    ) -> OfferedAttachment:
        fields: dict[str, str] = {}
        known: dict[str, object] = {"action": action or "", "fields": fields}
        if form is not None:
            for element in form.iter("input"):
                if element.get("name") and element.get("type", "text").lower() in ("hidden", "text"):
                    fields[str(element.get("name"))] = element.get("value", "")
            own = anchor.element
            if own.get("name") and own.get("value"):
                fields[str(own.get("name"))] = own.get("value", "")
            if asked := asked_of_a_visitor(form):
                known["asks"] = asked
        handle = self._names.handle(anchor, index, **known)
        return OfferedAttachment(label=self._names.label(anchor, ""), offer=Offer.POST, handle=handle)

    def _by_words(self, anchor: Anchor, index: int) -> OfferedAttachment | None:
        """A button with a listener that the page does not show: its words alone tell what it is for."""
        if anchor.href and not anchor.href.lower().startswith(("javascript:", "#")):
            return None
        if any(name.startswith("data-") and _GUID_ATTRIBUTE.search(name) for name in anchor.element.attrib):
            return None
        if any(name.startswith("data-") and v[:1] in ("[", "{") for name, v in anchor.element.attrib.items()):
            return None
        named_file = DOCUMENT_FILE.search(anchor.text)
        if not named_file and not _BUTTON_WORDS.match(anchor.text):
            return None
        if anchor.href.startswith("#") and len(anchor.href) > 1:
            return None
        return OfferedAttachment(
            label=self._names.label(anchor, ""), offer=Offer.SCRIPT, handle=self._names.handle(anchor, index)
        )


def _code_of(anchor: Anchor) -> str:
    """What a click on it runs."""
    in_href = anchor.href.lower().startswith("javascript:")
    code = anchor.onclick or (anchor.href[len("javascript:") :] if in_href else "")
    return (unquote(code) if "%" in code else code).strip()


def _is_an_act(anchor: Anchor) -> bool:
    call = call_of(_code_of(anchor))
    return acts(anchor.text or anchor.element.get("title", ""), call.name if call else "")


def _is_app(anchor: Anchor) -> bool:
    return bool(anchor.text and _APP_WORDS.search(anchor.text)) and not DOCUMENT_FILE.search(
        path_of(anchor.href)
    )


def _first(item: Mapping[str, object], keys: re.Pattern[str]) -> str:
    return next((v for k, v in item.items() if isinstance(v, str) and v.strip() and keys.search(k)), "")
