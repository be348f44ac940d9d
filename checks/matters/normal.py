"""Two forms of a name: as printed (typography levelled), and bare (suffixes and labels taken off)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Traditional to simplified, for the characters that names of matters are made of. A conversion table of
# the whole language brings phrase rules that names do not need.
_TRADITIONAL = str.maketrans(
    "臨時證辦領換發補會險養醫療業職戶遷殘廢結離開關係轉續記錄設變銷稅費繳報護駕駛機動車號標誌檢驗監處電"
    "網點診門糖尿癥腫術後異購買賣還貸餘額權與個體農專資產鄉鎮區縣團屬學歷學畢業錄類層審備認書無違營運輸"
    "質許項務請單據貨檔計劃軍復員優撫婦兒幼產婚親屬實際現場預約諮詢熱線問題應動態狀態總較興協議條約圖館廳"
    "廠場經濟遠離樣準確訊號碼鑰級別統計聯繫絡頁題蘇滬廣東國際內灣門龍風雲陽陰陝寧贛遼吉烏魯貴慶瀋齊爾濱",
    "临时证办领换发补会险养医疗业职户迁残废结离开关系转续记录设变销税费缴报护驾驶机动车号标志检验监处电"
    "网点诊门糖尿症肿术后异购买卖还贷余额权与个体农专资产乡镇区县团属学历学毕业录类层审备认书无违营运输"
    "质许项务请单据货档计划军复员优抚妇儿幼产婚亲属实际现场预约咨询热线问题应动态状态总较兴协议条约图馆厅"
    "厂场经济远离样准确讯号码钥级别统计联系络页题苏沪广东国际内湾门龙风云阳阴陕宁赣辽吉乌鲁贵庆沈齐尔滨",
)
_BRACKETS = str.maketrans("〔［【｛（〈《「『[{<〕］】｝）〉》」』]}>", "(((((((((((())))))))))))")
_SEPARATORS = re.compile(r"[,，、/／;；|]+")
_QUOTES = re.compile("[\"'“”‘’＂＇`´]")
_DASHES = re.compile(r"[—–―－─-]+")
_EDGES = "、。.·:：*-•›>"
_LEADING_NUMBER = re.compile(r"^(?:\(?\d{1,3}[)\.、:]\s*|[一二三四五六七八九十]{1,3}、|[①-⑳]\s*)")

_OFFICE = r"[一-鿿]{0,12}(?:局|厅|委|委员会|中心|税务|法院|残联|大厅|办公室)"
_LABEL_BEFORE = r"^((?:\([^()]{1,12}\))?)"
_OFFICE_BEFORE = re.compile(rf"{_LABEL_BEFORE}{_OFFICE}[-:·]+")
_OFFICE_BEHIND = re.compile(rf"[-:·]+{_OFFICE}$")
_CITY_BEFORE = re.compile(
    _LABEL_BEFORE + r"[一-鿿]{2,3}(?<![一二两三四五六七八九十多各全跨本外他城超])[省市]"
    r"(?!场|民(?![办族营间用爆])|政(?!府)|区|容|级|域|内(?![地资])|外(?![国商资籍来])|间)"
)

_LABELS = (
    r"(?:\d{4}年)?(?:全国)?(?:长三角|京津冀|川渝|泛珠|粤港澳|西南五省|西北|东北三省)?(?:地区)?"
    r"(?:跨省通办|省内通办|全程网办|一网通办|全市通办|就近办|马上办|网上办|掌上办|一次办|即办件|承诺件|热门|新|在线办理|立即办理|我要办理)"
)
_ADDED = re.compile(
    r"\((?:指引|指南|试点|省级|市级|县级|区级|国家级|县级行使|市级行使|省级行使|区级行使|新版|旧版|试行|个人|单位|企业|法人"
    rf"|{_LABELS})(?:权限)?\)|{_LABELS}"
)
_SPELLINGS = {
    "帐户": "账户", "帐号": "账号", "帐目": "账目", "记帐": "记账", "其它": "其他", "采沙": "采砂", "登陆": "登录", "做出": "作出",
    "身分": "身份", "部份": "部分", "签定": "签订", "交费": "缴费", "交纳": "缴纳", "惟一": "唯一",
}  # fmt: skip
"""Words that officials write in two ways, and how the lists write them (第一批异形词整理表, 现代汉语词典)."""
_SPELT = re.compile("|".join(_SPELLINGS))
_SUFFIX = re.compile(
    r"(?:的?(?:办事指南|服务指南|办理指南|办理流程|办理指引|操作指引|业务申办|业务办理|业务申请|业务|服务事项|服务|事项|"
    r"一件事|指引|指南|流程|入口|专区|专栏))+$"
)


@lru_cache(maxsize=8192)
def printed_form(name: str) -> str:
    """The name as printed, with nothing but typography levelled.

    Full and half width, traditional and simplified, kinds of brackets, quotes and separators, white space
    and a leading number do not count. Two names of one printed form are the same name.
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    # once more: a blank may have kept letter and accent apart
    text = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL).translate(_BRACKETS)
    text = _SEPARATORS.sub("、", _DASHES.sub("-", _QUOTES.sub("", text)))
    while (bare := _LEADING_NUMBER.sub("", text.strip(_EDGES))) != text:
        text = bare
    return text


def one_spelling(printed: str) -> str:
    """A printed form with words that have two spellings (帐户, 账户) in the one of the lists."""
    return _SPELT.sub(lambda found: _SPELLINGS[found[0]], printed)


@lru_cache(maxsize=8192)
def without_place(printed: str) -> str:
    """A printed form without the office that a dash parts from it (公安局-…), and without its city before it.

    Never so much that fewer than four characters remain.
    """
    bare = _OFFICE_BEHIND.sub("", _OFFICE_BEFORE.sub(r"\1", printed))
    bare = _CITY_BEFORE.sub(r"\1", bare)
    return bare if len(bare) >= 4 else printed


@lru_cache(maxsize=8192)
def normal_form(name: str) -> str:
    """The bare name: printed form without what portals hang on to it.

    Taken off are labels (跨省通办, 全程网办), levels of authority (（县级行使）), 指引, 业务, 服务, 事项 and their
    kind; never the whole name. Words with two spellings (帐户, 账户) have one.
    """
    text = one_spelling(printed_form(name))
    bare = _ADDED.sub("", text)
    bare = re.sub(r"\(\)", "", bare).strip("、-:：· ")
    shorter = _SUFFIX.sub("", bare).strip("、-:：· ")
    return shorter or bare or text
