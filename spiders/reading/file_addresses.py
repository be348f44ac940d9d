"""Which addresses lead to a file to download, by their make."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

DOCUMENT_FILE = re.compile(
    r"\.(?:docx?|dot|xlsx?|xls[mb]|pptx?|pdf|wps|wpt|et|dps|ofd|rtf|ceb|zip|rar|7z|tar|gz|txt|csv|caj|mht)$",
    re.I,
)
PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)$", re.I)
_PROGRAM_FILE = re.compile(r"\.(?:apk|ipa|exe|msi|dmg|mobileconfig)$", re.I)
_PAGE_FILE = re.compile(r"(?:\.(?:s?html?|jspx?|aspx?|php|do|action|jhtml)|/|^)$", re.I)
DOWNLOAD_ADDRESS = re.compile(
    r"down(?:load|file|_?load)|attach|filedown|fileservice|getfile|readfile|showfile|openfile|viewfile|file_?id=|fileguid|attach_?id|fjid|annex|/file/|/files/|"
    r"mongo/|accessory|filename=|/upload(?:s|file)?/",
    re.I,
)
_DOWNLOAD_PAGE = re.compile(
    r"(?:^|/)(?:[a-z]*down(?:loads?)?(?:center|list|zone)?|bgxz|xzzx|zlxz|wjxz)(?:/(?:index|list)?)?(?:\.(?:s?html?|jsp|aspx|php|do))?/?$",
    re.I,
)
# any of the above may be in an address: asked first, since most links are none
MAYBE_FILE = re.compile(
    r"\.(?:docx?|dot|xls|ppt|pdf|wp[st]|et|dps|ofd|rtf|ceb|zip|rar|7z|tar|gz|txt|csv|caj|mht|jpe?g|png|gif|bmp|tif|webp)|down|attach|file|fjid|annex|mongo|accessory|upload|%",
    re.I,
)
_APP_HOSTS = ("apps.apple.com", "itunes.apple.com", "play.google.com", "sj.qq.com", "a.app.qq.com", "appgallery.huawei.com", "www.pgyer.com")  # fmt: skip
FILE_WORDS = re.compile(
    r"下载|附件|空白表|空表|样表|样本|示例|示范|范本|范例|模板|格式文本|表格|申请表|登记表|申请书|承诺书|委托书|流程图|填报说明|填写说明|样式|样例|文书"
)


def is_file_address(address: str, text: str, download: str | None = None) -> bool:
    """Whether an address leads to a file.

    Args:
        address: The whole address.
        text: What the page calls it; decides where the address alone does not (a picture, a bare id).
        download: The link's `download` attribute, if it has one.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or parts.netloc in _APP_HOSTS:
        return False
    path = unquote(parts.path)
    query = unquote(parts.query)
    if _PROGRAM_FILE.search(path):
        return False
    if DOCUMENT_FILE.search(path) or any(DOCUMENT_FILE.search(v) for v in re.split(r"[&=]", query)):
        return True
    if PICTURE_FILE.search(path):
        return bool(FILE_WORDS.search(text) or download is not None)
    if download is not None:
        return True
    if not DOWNLOAD_ADDRESS.search(f"{path}?{query}"):
        return False
    if _DOWNLOAD_PAGE.search(path) and not query:
        return False
    if query or re.search(r"/[0-9a-f-]{8,}/?$|/\d+/?$", path, re.I):
        return not re.search(r"\.s?html?$", path) or bool(FILE_WORDS.search(text))
    return bool(FILE_WORDS.search(text)) and not _PAGE_FILE.search(path)


def path_of(address: str) -> str:
    """The path of an address, unquoted; empty if it is none."""
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""


def looks_like_address(value: str) -> bool:
    """Whether a value of a script or an attribute is an address."""
    return bool(re.match(r"(?:https?:)?//|\.{0,2}/|[\w%-]+/", value)) or bool(DOCUMENT_FILE.search(value))
