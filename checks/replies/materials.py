"""Names of application materials: out of a guide's element, and out of a reply."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz

_SUFFIX = (
    r"身份证件?|户口|证明|证书|证件|证|表格|表|申请书|协议书|合同书|书|簿|户口本|本|照片|相片|近照|照|执照|合同|协议|材料|批复|报告"
    r"|发票|收据|凭证|凭据|图纸|图|清单|名单|单|卡|章程|方案|函|文件|资料|手册|档案|决议|说明|承诺|批文|简历|目录|存折|护照|影像|登记证|声明|回执"
)
_ENDS_AS_MATERIAL = re.compile(rf"(?:{_SUFFIX})$")
_LISTED_AS_MATERIAL = re.compile(
    rf"(?:{_SUFFIX}|公告|意见|通知|标准|制度|规程|规范|规定|样[品本稿]|标签|记录|流水|明细|账单|病历|论文|作品|成果|参数|信息|账号|账户|光盘)$"
)
"""A guide's list is a list of materials: words that mean something else in running text count there."""
_NUMBERING = re.compile(
    r"(?:^|(?<=[\s;。:,》]))(?:[((]?\d{1,2}[))]|\d{1,2}\s*[.、.](?!\d)|[①-⑳]|[((][一二三四五六七八九十]{1,3}[))]|[一二三四五六七八九十]{1,3}、)\s*"
)
_REMARK = re.compile(
    r"(?:(?:的|之)?(?:原件|复印件|复件|影印件|扫描件|电子件|纸质件?)(?:[及和与、/或]|并|$)*)+"
    r"|(?:各|共|一式)?(?:\d+|[一二两三四五六七八九十])(?:式)?[份张页套本份](?:[一二两三四]份)?"
    r"|(?:非?必要|可容缺|纸质|电子|(?:空白|示例)?样?表?下载|政府部门核发|申请人自备|其他)$"
)
_HEADING = re.compile(
    r"^(?:序号|材料(?:名称|类型|形式|份数|来源|下载|要求|必要性)|来源渠道|必要性|(?:空白|示例|填写|填报|参考|电子)*(?:样表|表样|样本|样张|范本|范例|示例|表格|空表|附件)(?:下载|查看)?|填报须知|受理标准|备注|是否必须?|份数|详情|查看|下载"
    r"|无|暂无|申请材料|申报材料|办理材料|所需材料|以下材料|相关材料|有关材料|材料|资料|证件|证明|有关资料|相关资料|相关证明|证明材料|其他材料|上述材料|申请资料|所有材料"
    r"|全部材料|材料清单|纸质材料|电子材料|复印件|原件|文件|表格|书|单|图|卡|本|证|表|一份材料|哪些材料|什么材料|提交材料)$"
)
_GENERIC = re.compile(
    r"(?:以下|下列|如下|所需|相关|有关|上述|哪些|什么|全部|所有|申请|申报|办理|提交|其他|相应|必要|参考|引用)的?"
    r"(?:材料|资料|文件|证件|证明|表格|清单|手续)$|指南|网站|办理.{2,}证$"
)
_LEAD = re.compile(
    r"^(?:(?:申请|所需|提交)?材料(?:有|包括|为|是|:)*|可能|一般|通常|分别|(?:您|你|申请人|本人|办理人|经办人|单位|法人|请|需要?|应当?|还|须|必须|另|另外|同时|包括|包含|提供|提交|携带|出示|持|凭|带上?|带好|准备|填写|填好|如下|以下|主要|所需"
    r"|有效期?内?的?|有效|本人的|申请人的|近期|一张|您的|的|是|为|有|和|及|以及|与|或|或者|并)\s*)+"
)
_BRINGS = re.compile(
    r"^.*(?:需|要|应当?|须|请|您)(?:先|再|还)?(?:准备|提供|提交|携带|带|出示|填写|填)(?:[好上]|一[张份])?"
)
"""What stands before the first material of an enumeration: 申领补贴要准备…"""
_SYNONYMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(?<!临时)(?:第?二代)?(?:居民)?身份(?:证件|证明(?:文件|材料)?|证)", "身份证"),
        (r"临时居民身份证", "临时身份证"),
        (r"(?:居民|常住人口)?户口(?:簿|本|登记簿|页)?", "户口簿"),
        (
            r"(?:近期)?(?:正面)?(?:一寸|二寸|两寸|[12]寸)?(?:彩色)?(?:白底|红底|蓝底)?(?:标准)?免冠(?:彩色)?(?:照片|相片|证件照|照)|(?:数码)?相片|证件照片?|近照|(?:数码)照片|[一二两12]寸(?:彩色)?(?:白底|红底|蓝底)?照片?",
            "照片",
        ),
        (r"社会保障卡", "社保卡"),
        (r"社会保险", "社保"),
        (r"不动产权(?:属)?证书?|房屋?(?:所有权)?产?权?证书?|房产证", "不动产权证"),
        (r"出生(?:医学)?证明?", "出生证明"),
        (r"(?:授权)?委托书", "委托书"),
        (r"(?:企业)?(?:法人)?营业执照", "营业执照"),
        (r"申请(?:登记)?(?:书|表)", "申请表"),
        (r"申领登记表|申请登记表", "申领登记表"),
        (r"租赁合同|租房合同|租房协议|租赁协议", "租赁合同"),
        (r"银行(?:账户|卡|存折)(?:信息|账?号)?|(?:账户|卡|存折)(?:复印件)?$", "银行卡"),
    )
)


def material_names(text: str) -> list[str]:
    """The materials that a guide's 申请材料 element names, in its order, without remarks and copies counts."""
    text = unicodedata.normalize("NFKC", text)
    lines = [each for each in re.split(r"[\n\r;]|。", _NUMBERING.sub("\n", text)) if each.strip()]
    names: list[str] = []
    for line in lines:
        for cell in re.split(r"\t|\s*\|\s*|\s{2,}", line):
            parts = re.split(r"[、,](?![^((]*[))])", cell)
            for part in parts if len(parts) > 1 or len(lines) == 1 else [cell]:
                name = _bare(part)
                if _is_name(name, _LISTED_AS_MATERIAL) and name not in names:
                    names.append(name)
    return names


def mentioned_materials(reply: str) -> list[str]:
    """What a reply enumerates that is called like a material, in its order; negated clauses left out."""
    text = _affirmed(unicodedata.normalize("NFKC", re.sub(r"[①-⑳]", "\n", reply)))
    names: list[str] = []
    for part in re.split(
        r"[\n\r;,、。:!?()]|(?<=[^本])(?:以及|及其|及|和|与|或者|或|并)(?!印)", _NUMBERING.sub("\n", text)
    ):
        name = _LEAD.sub("", _BRINGS.sub("", _bare(part)))
        if _is_name(name) and len(name) <= 25 and name not in names:
            names.append(name)
    return names


def same_material(one: str, other: str) -> bool:
    """Whether two names mean one material, over synonyms, modifiers and the wording of forms."""
    a, b = canonical(one), canonical(other)
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) >= 3 and long.endswith(short):
        # 临时身份证 ends with 身份证 and is another thing
        return not long[: -len(short)].endswith(("临时", "非", "无", "未"))
    if len(short) >= 4 and short in long:
        return True
    return len(short) >= 4 and fuzz.ratio(a, b) >= 82


def found_in(name: str, reply: str, mentioned: Sequence[str]) -> bool:
    """Whether a reply names a material."""
    if any(same_material(name, each) for each in mentioned):
        return True
    wanted = canonical(name)
    text = canonical(_affirmed(unicodedata.normalize("NFKC", reply)))
    at = text.find(wanted)
    return len(wanted) >= 3 and at >= 0 and not text[:at].endswith("临时")


def canonical(name: str) -> str:
    """A name in its common form: brackets, modifiers and copies dropped, synonyms made one."""
    text = re.sub(r"[《》“”\"'\[\]【】<>]", "", unicodedata.normalize("NFKC", name))
    text = re.sub(r"\([^()]*\)", "", text)
    text = re.sub(
        r"(?:最?近\w{1,3}个?[年月日天]内?|申请人|本人|个人|办理人|法定代表人|经办人|监护人|有效期?内?的?|有效|近期|加盖公章)(?:的)?",
        "",
        text,
    )
    for pattern, common in _SYNONYMS:
        text = pattern.sub(common, text)
    return re.sub(r"\W|的", "", text)


def _bare(part: str) -> str:
    part = re.sub(r"\([^()]*\)", "", part)
    part = re.sub(r"^[\W_]+|[\s.。;,、:·]+$", "", part.replace("《", "").replace("》", ""))
    before = None
    while before != part:
        before = part
        part = re.sub(r"(?:即可|就可以了?|就行了?|等等?|才能办理|[哦呢吧啊哈~])+$", "", part)
        part = _REMARK.sub("", part).strip(" 、及和与或,的:")
    return part


def _is_name(name: str, ends: re.Pattern[str] = _ENDS_AS_MATERIAL) -> bool:
    if not 2 <= len(name) <= 40 or _HEADING.match(name) or _GENERIC.search(name):
        return False
    return ends.search(name) is not None and re.search(r"[\u4e00-\u9fff]", name) is not None


_NEGATED = re.compile(r"(?:不|无|毋|免)(?:再)?(?:需要|需|用|须|必|要|提交|提供|收取)(?:再)?[^,。;\n、]*")


def _affirmed(text: str) -> str:
    return _NEGATED.sub(" ", text)
