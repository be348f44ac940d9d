"""What a link's words and address promise before it is followed."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

_GUIDE_WORDS = re.compile(r"(?:办事|服务|办理|申报)指南|指南$")
_MATTER_ENDINGS = (
    "办理|申领|申请|许可|核发|登记|备案|审批|核准|认定|确认|变更|注销|换领|补领|补办|换发|补发|换证|补证|迁移|迁入|"
    "迁出|年检|年审|审核|审查|审验|缴纳|缴费|提取|给付|领取|查验|报备|发放|补贴|补助|津贴|救助|优待|转移|接续|参保|停保|"
    "续保|设立|延续|鉴定|检定|裁决|裁定|征收|注册|报告|报销|结算|签发|签注|出具|开具|校验|验收|减免|退税|复核|支付|"
    "挂失|预约|职业资格|证明|执照|许可证|证书|居住证|身份证|护照|通行证"
)
_MATTER_NAME = re.compile(
    rf"[一-鿿（）()、，,·\-—“”\"《》\w\s]{{1,80}}(?:{_MATTER_ENDINGS})(?:[（(][^）)]{{1,30}}[）)])*"
)
_NOT_A_MATTER = re.compile(
    r"^关于|的?(?:通知|公告|公示|通报|意见|办法|条例|规定|决定|批复|函|名单|解读|报道|方案|简报|要闻|动态)(?:[（(].*[）)])?$"
    r"|召开|举行|举办|开展|推进|调研|\d{4}[-年/.]\d{1,2}|^(?:在线|立即|网上|我要|预约|马上|去)?(?:办理|申请|申报|预约|查询|登记|注册)$"
    r"|^(?:用户|账号|企业|个人|法人)?(?:注册|登录)$|更多|^(?:办件|进度|事项)?查询$"
)
_GUIDE_ADDRESS = re.compile(
    r"bszn|guide|banshi(?:zhinan)?|operatinginstruction|matter(?:bszn)?detail|item_?detail|findbsfw|ywtranstodetail"
    r"|eventdetail|handle_affairs_detail|itemguide|taskguid|taskcode|transactcode|localinnercode|itemcode|sxxq|sxbs",
    re.IGNORECASE,
)
_LIST_WORDS = re.compile(
    r"办事|服务|事项|清单|目录|部门|主题|个人|法人|企业|我要办|指南|区划|街道|乡镇|跨省通办|一件事|一网通办|全部|更多|阶段|生命周期"
    r"|分类|职权|权力|通办|专区|专栏|专题"
)
_NEXT_WORDS = re.compile(
    r"(?:下一?页|后一?页|上一?页|前一?页|尾页|末页|最后一页|首页|next|prev(?:ious)?|last|>{1,2}|<{1,2}|»|›|«|‹|\d{1,5}|第?\s*\d{1,5}\s*页"
    r"|\.{3}|…)",
    re.IGNORECASE,
)
_MORE_WORDS = re.compile(
    r"加载更多|查看更多|点击(?:加载|查看)?更多|显示更多|更多事项|load more|show more", re.IGNORECASE
)
_PRINT_WORDS = re.compile(r"(?:点击|我要)?打印(?:本页|本文|页面|此页|指南|办事指南|预览|版)?")
_PRINT_ADDRESS = re.compile(
    r"/(?:to|do|go)?[_-]?(?:print|dayin)(?:er|able)?[_-]?(?:view|page|preview|version|guide|info)?(?:\.\w+)?(?:;[^/]*)?$",
    re.IGNORECASE,
)


# the pages of a site carry the same links: each is judged once
@lru_cache(maxsize=8192)
def names_a_guide(text: str | None) -> bool:
    """Whether a link's words are a matter's name, or say that a guide lies behind."""
    words = " ".join((text or "").split())
    if not 3 < len(words) <= 120 or _NOT_A_MATTER.search(words):
        return False
    return bool(_GUIDE_WORDS.search(words) or _MATTER_NAME.fullmatch(words))


@lru_cache(maxsize=8192)
def guide_address(url: str) -> bool:
    """Whether an address is built as addresses of guides are (seen on 18 portals)."""
    parts = urlsplit(url)
    return bool(_GUIDE_ADDRESS.search(f"{parts.path}?{parts.query}#{parts.fragment}"))


@lru_cache(maxsize=8192)
def print_view(url: str, text: str | None) -> bool:
    """Whether a link leads to the same page once more, laid out for a printer."""
    words = "".join((text or "").split())
    return bool(_PRINT_WORDS.fullmatch(words)) or (
        _PRINT_ADDRESS.search(urlsplit(url).path) is not None and not names_a_guide(text)
    )


def names_services(text: str | None) -> bool:
    """Whether a link's words promise matters, or lists of them."""
    return bool(text) and (bool(_LIST_WORDS.search(text or "")) or names_a_guide(text))


def turns_pages(text: str | None) -> bool:
    """Whether a link's words turn the pages of a list."""
    words = "".join((text or "").split())
    return bool(words) and len(words) <= 12 and _NEXT_WORDS.fullmatch(words) is not None


def loads_more(text: str | None) -> bool:
    """Whether a button's words add to a list in its place."""
    words = (text or "").strip()
    return len(words) <= 16 and _MORE_WORDS.search(words) is not None
