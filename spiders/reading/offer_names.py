"""What a page calls an attachment, and how a browser finds again the element that offers it."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

from lxml import etree

from spiders.reading.boxes import Anchor, Box
from spiders.reading.document import Document
from spiders.reading.file_addresses import DOCUMENT_FILE, path_of

_GENERIC_LABEL = re.compile(
    r"^(?:点击|立即)?(?:下载|查看|预览|附件|打开|详情|浏览|空白表格?|空表|样表|示例样表|样本|示例|示范文本|格式文本|空白表格?下载|样表下载|附件下载|点击下载|材料下载|表格下载|文件下载|模板|范本|下载空表|下载样表|空表下载|样本下载|\W+)(?:（.{0,6}）)?$"
)
_NUMBER_CELL = re.compile(r"^\W*\d{0,3}\W*$")


def is_generic(label: str) -> bool:
    """Whether a label says only that something can be downloaded."""
    return bool(_GENERIC_LABEL.match(label))


class OfferNames:
    """Labels and handles of what a page offers."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def label(self, anchor: Anchor, address: str) -> str:
        """What the page calls it: its own words, or with them the name of the row that a bare 下载 stands in."""
        text = anchor.text or _attribute(anchor.element, "title") or _image_name(anchor.element)
        if text and not _GENERIC_LABEL.match(text):
            return text[:200]
        row = self._row_name(anchor)
        if row and text:
            return f"{row}（{text}）"[:200]
        if row:
            return row[:200]
        title = _attribute(anchor.element, "title")
        if title and not _GENERIC_LABEL.match(title):
            return title[:200]
        name = unquote(address.rsplit("/", 1)[-1]) if DOCUMENT_FILE.search(path_of(address)) else ""
        return (text or name or "附件")[:200]

    def near(self, anchor: Anchor) -> str:
        """The words that go with an element: its own, or those of its row."""
        if anchor.text and not _NUMBER_CELL.match(anchor.text):
            return anchor.text
        title = _attribute(anchor.element, "title")
        return f"{title} {self._row_name(anchor)}" if title else self._row_name(anchor)

    def _row_name(self, anchor: Anchor) -> str:
        lines = self._document.lines
        box: Box | None = anchor.box
        for _ in range(6):
            if box is None or box.tag in ("body", "table", "html"):
                return ""
            if box.tag == "tr" or (box.tag in ("li", "p", "dd", "div") and not box.empty):
                for line in lines[box.first : min(box.last + 1, box.first + 12)]:
                    text = (
                        line.text.replace(anchor.text, "").strip(" ：:()（）[]【】|,，、")
                        if anchor.text
                        else line.text
                    )
                    if (
                        text
                        and not _NUMBER_CELL.match(text)
                        and not _GENERIC_LABEL.match(text)
                        and len(text) > 1
                    ):
                        return re.sub(r"^\d{1,2}[、.．]\s*", "", text)[:100]
                if box.tag == "tr":
                    return ""
            box = box.parent
        return ""

    def handle(self, anchor: Anchor, index: int, **more: object) -> str:
        """JSON that says what to act on: `selector` and `index` find the element, `text` and `onclick` confirm it."""
        element = anchor.element
        identity = element.get("id")
        known: dict[str, object] = {}
        if identity and re.fullmatch(r"[A-Za-z][\w-]*", identity):
            known["selector"], known["index"] = f"{anchor.tag}#{identity}", 0
        elif (
            anchor.onclick
            and '"' not in anchor.onclick
            and "\\" not in anchor.onclick
            and "\n" not in anchor.onclick
        ):
            known["selector"], known["index"] = f'{anchor.tag}[onclick="{element.get("onclick", "")}"]', 0
            if not element.get("onclick"):
                known["selector"], known["index"] = anchor.tag, index
        else:
            classes = element.get("class")
            known["selector"] = (
                f'{anchor.tag}[class="{classes}"]'
                if classes and '"' not in classes
                else f"{anchor.tag}:not([class])"
            )
            known["index"] = index
        known["text"] = anchor.text[:120]
        if anchor.onclick:
            known["onclick"] = anchor.onclick[:500]
        elif anchor.href.lower().startswith("javascript:"):
            known["href"] = anchor.href[:500]
        return json.dumps(known | more, ensure_ascii=False)


def _attribute(element: etree._Element, name: str) -> str:
    return " ".join(element.get(name, "").split())


def _image_name(element: etree._Element) -> str:
    image = element.find(".//img")
    return _attribute(image, "alt") if image is not None else ""
