"""Numbers and quantities as people write them: digits of either width, Chinese numerals, units and their kin."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_DIGITS = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "壹": 1, "二": 2, "贰": 2, "两": 2, "三": 3, "叁": 3, "四": 4, "肆": 4,
    "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}

CHINESE = "[零〇○一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万亿]"
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|{CHINESE}+)"


def plain(text: str) -> str:
    """The text in half-width forms, without spaces between characters of one word."""
    narrow = unicodedata.normalize("NFKC", text)
    return re.sub(r"(?<=[\u4e00-\u9fff\d])[ \t\u3000]+(?=[\u4e00-\u9fff\d])", "", narrow)


def number(text: str) -> Decimal | None:
    """The value of a number in digits or Chinese numerals, e.g. `1,200`, `二十`, `十五`, `两百零三`; None if none."""
    text = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not text:
        return None
    if text[0].isascii():
        try:
            value = Decimal(text)
        except InvalidOperation:
            return None
        return value if value.is_finite() else None
    return _chinese(text)


def _chinese(text: str) -> Decimal | None:
    if any(each not in _DIGITS and each not in _TENS and each not in _LARGE for each in text):
        return None
    if all(each in _DIGITS for each in text):
        return Decimal("".join(str(_DIGITS[each]) for each in text))
    total, section, digit = 0, 0, 0
    for each in text:
        if each in _DIGITS:
            digit = _DIGITS[each]
        elif each in _TENS:
            section += (digit or 1) * _TENS[each]
            digit = 0
        else:
            total = (
                (total + section + digit) * _LARGE[each]
                if each == "亿"
                else (total + (section + digit or 1) * _LARGE[each])
            )
            section = digit = 0
    return Decimal(total + section + digit)


@dataclass(frozen=True)
class Duration:
    """A length of time; `unit` is workday, day, hour, month, year or minute. `day` may mean workdays."""

    value: Decimal
    unit: str

    def agrees(self, other: Duration) -> bool:
        """Whether both say the same; a bare 天 or 日 is read as the other's kind of day."""
        if self.value != other.value:
            return False
        return self.unit == other.unit or {self.unit, other.unit} == {"workday", "day"}


_UNITS = (
    ("workday", r"个?(?:法定)?工作日|个?工作天|个?审批日"),
    ("month", r"个?月(?!\d|日|份)"),
    ("week", r"个?(?:星期|礼拜)|周(?!岁|年|[一二三四五六日末])"),
    ("hour", r"个?(?:小时|钟头)"),
    ("minute", r"分钟"),
    ("year", r"年(?!\d|龄|月|度)"),
    ("day", r"个?自然日|日(?!期|常)|天"),
)
_DURATION = re.compile(
    rf"(?<!\d[:：])(?<![\d第.])(?P<number>{NUMBER})(?:\s*[((]\s*{NUMBER}\s*[))])?\s*(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS)
    + ")"
)
_AT_ONCE = re.compile(
    r"即时办[结理]?|当场(?:办[结理]|审批|办|领|取|决定|发)|即办(?:件|结)?|立等可取|当场|现场(?:办结|即办)|即时|随到随办|马上办结"
)
AT_ONCE = Duration(Decimal(0), "day")


def durations(text: str) -> list[Duration]:
    """Every length of time that a text states, in its order; 当场, 即时 and 即办件 are `AT_ONCE`.

    Dates (2026年1月5日) and times of day are not lengths of time.
    """
    text = plain(text)
    text = re.sub(r"\d{2,4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日", " ", text)
    found: list[tuple[int, Duration]] = []
    for match in _DURATION.finditer(text):
        value = number(match["number"])
        if value is None:
            continue
        unit = next(name for name, _ in _UNITS if match[name])
        if unit == "week":
            value, unit = value * 7, "day"
        found.append((match.start(), Duration(value, unit)))
    found += [(match.start(), AT_ONCE) for match in _AT_ONCE.finditer(text)]
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


_AMOUNT = re.compile(
    rf"(?<![\d.])(?P<number>{NUMBER})\s*(?P<large>万)?\s*(?:元|块钱?|圆|rmb|人民币)", re.IGNORECASE
)
_SIGN_AMOUNT = re.compile(r"[¥￥]\s*(?P<number>\d[\d,]*(?:\.\d+)?)")
_FREE = re.compile(
    r"不收(?:取)?(?:任何)?(?:费|工本费|手续费)|免(?:费|[收交缴除][\u4e00-\u9fff]{0,4}费|工本费|手续费)|不(?:会)?[收花][\u4e00-\u9fff]{0,3}钱|分文不[收取]|一分钱[都也]?不|(?:不|无)(?:需|用|须|必)?(?:要)?(?:再)?(?:缴|交|付|收)(?:纳|取|付)?(?:任何)?(?:费|钱|款)"
    r"|无(?:需)?(?:收)?费|不要钱|零(?:收)?费|(?<![\d.])0(?:\.0+)?元|[¥￥]\s*0(?:\.0+)?(?![\d.])|零元|没有(?:任何)?(?:费用|收费)|不涉及(?:任何)?(?:收)?费|费用[::]?(?:无|免)"
)


def amounts(text: str) -> list[Decimal]:
    """Every sum of money above zero that a text states, in yuan."""
    text = plain(text).replace("￥", "¥")
    found = []
    for pattern in (_AMOUNT, _SIGN_AMOUNT):
        for match in pattern.finditer(text):
            value = number(match["number"])
            if value is None:
                continue
            if match.groupdict().get("large"):
                value *= 10_000
            if value > 0:
                found.append(value)
    return list(dict.fromkeys(found))


def says_free(text: str) -> bool:
    """Whether a text says that nothing is charged (不收费, 免费, 无需缴费, 0元)."""
    return _FREE.search(plain(text)) is not None


_AREA = r"(?:\(?0\d{2,3}\)?|(?<=86[-\s])[2-9]\d{1,2})"
_LINE = r"1[3-9]\d{9}|[2-9]\d{6,7}|400[-\s]?\d{3}[-\s]?\d{4}|1[12]\d{3}|9[56]\d{3}"
# a number may be written in two pieces where an area code shows that it is one
_TELEPHONE = re.compile(
    rf"(?<![\d.])(?:\+?86[-\s]?)?(?:{_AREA}[-\s—–]{{0,2}}[2-9]\d{{2,3}}[-\s]\d{{4}}|(?:{_AREA}[-\s—–]{{0,2}})?(?:{_LINE}))"
    r"(?:(?:\s*转\s*|[-—–])\d{1,5})?(?![\d.]|元|号|个|年)"
)
_PIECES = re.compile(r"((?:电话|热线|拨打|致电)[^\d\n]{0,8}[2-9]\d{2,3})[-\s](?=\d{4}(?!\d))")
"""A number without area code, in two pieces, where a word shows that it is one."""
_SERVICE_LINES = frozenset(
    {"12345", "12333", "12366", "12329", "12348", "12315", "12393", "12371", "12380", "12388", "12389"}
)


def telephones(text: str) -> list[str]:
    """Every telephone number that a text states, digits only, without country code; an area code stays."""
    found = []
    for match in _TELEPHONE.finditer(_PIECES.sub(r"\1", unicodedata.normalize("NFKC", text))):
        main = re.split(r"转|(?<=\d{7})[-—–](?=\d{1,5}$)", match[0])[0]
        digits = re.sub(r"\D", "", main)
        digits = re.sub(r"^86(?=0|1\d{10}$)", "", digits)
        digits = re.sub(r"^86(?=[2-9]\d{9,10}$)", "0", digits)
        found.append(digits)
    return list(dict.fromkeys(found))


def same_telephone(one: str, other: str) -> bool:
    """Whether two numbers (digits) are one line: the area code may be left out on either side."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 7 and long.startswith("0") and long.endswith(short)


def is_service_line(digits: str) -> bool:
    """Whether it is a national short number (12345 …), which is right for anybody to name."""
    return digits in _SERVICE_LINES
