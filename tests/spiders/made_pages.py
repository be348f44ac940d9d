"""Pages made up by hand, one a file in `pages/`: guides in the forms that portals give them, and pages that are none.

None is a copy of a page. A file begins with a comment that says, as TOML, what a reader finds on it: of a guide its
matter, the elements that it states and those whose label stands over nothing (`unstated`); of another page the kinds
that a reader would accept, the best first. The site's frame is put around it here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "pages"
_HOST: Final = "http://www.mouzhou.gov.cn"
_SHORT: Final = {
    "条件": "受理条件/申请条件",
    "材料": "申请材料",
    "流程": "办理流程",
    "法定": "法定办结时限",
    "承诺": "承诺办结时限",
    "时限": "办结时限(未分)",
    "地点": "办理地点/时间",
    "咨询": "咨询方式",
    "监督": "监督投诉方式",
    "依据": "设定依据",
    "主体": "实施主体",
    "对象": "服务对象",
    "次数": "到办事现场次数",
    "类型": "事项类型/权力类别",
    "结果": "审批结果/结果样本",
    "编码": "实施编码",
    "形式": "办理形式",
    "救济": "行政复议/诉讼",
    "问题": "常见问题",
    "通办": "通办范围",
    "层级": "行使层级",
}


@dataclass(frozen=True, kw_only=True)
class MadePage:
    """A page and what a reader finds on it."""

    name: str
    html: str
    url: str
    matter: str
    stated: frozenset[str]
    unstated: frozenset[str]
    kinds: tuple[str, ...]


def made_pages(folder: str) -> list[MadePage]:
    """The pages of a folder, `guides` or `others`."""
    return [_read(path) for path in sorted((_FOLDER / folder).glob("*.html"))]


def _read(path: Path) -> MadePage:
    head, _, body = path.read_text("utf-8").removeprefix("<!--").partition("-->")
    told = tomllib.loads(head)
    return MadePage(
        name=path.stem,
        html=_framed(body, told["title"], told.get("crumbs", "")),
        url=_HOST + told.get("path", "/art/2024/5/6/art_1_2.html"),
        matter=told.get("matter", ""),
        stated=_elements(told.get("stated", "")),
        unstated=_elements(told.get("unstated", "")),
        kinds=tuple(told.get("kinds", "").split()),
    )


def _elements(names: str) -> frozenset[str]:
    return frozenset(_SHORT.get(name, name) for name in names.split())


def _framed(body: str, title: str, crumbs: str) -> str:
    trail = f"<div class='dqwz'>当前位置：{crumbs}</div>" if crumbs else ""
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>"
        "<script src='/js/jquery.min.js'></script></head><body><div class='header'><ul class='nav'>"
        "<li><a href='/'>首页</a></li><li><a href='/grbs'>个人办事</a></li><li><a href='/frbs'>法人办事</a></li>"
        "<li><a href='/zcwj'>政策文件</a></li><li><a href='/hdjl'>互动交流</a></li></ul>"
        "<div class='search'><input type='text' placeholder='请输入关键字'><button>搜索</button></div></div>"
        f"<div class='wrap'>{trail}{body}</div><div class='footer'><p>主办：某某市人民政府办公室　技术支持：某某公司</p>"
        "<p>某ICP备12345678号　网站标识码：1234567890</p></div></body></html>"
    )
