"""Which area an address, a page or a matter belongs to, by the codes of GB/T 2260 (six digits; twelve with
street and village). One province's host serves many cities; they differ by such a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

# the first two digits of GB/T 2260
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
    ]
)
_REGION_NAME = re.compile(
    r"area|region|xzqh|qhdm|adcode|city_?code|cityid|location|division|district|site_?code|dqbm|qybm|qhbm",
    re.IGNORECASE,
)
_CODE = re.compile(r"\d{6}(?:\d{6})?")
_DATA = re.compile(
    r"[\"']?\b(?:cur(?:rent)?_?)?(?:area_?code|region_?code|xzqh(?:dm)?|ad_?code|location_?code|city_?code|qhdm)[\"']?\s*[:=]\s*[\"'](\d{6}|\d{12})[\"']",
    re.IGNORECASE,
)


def level_of(code: str) -> str:
    """The part of a code that says something: two digits for a province, four for a city, six for a district."""
    six = code[:6]
    if six.endswith("0000"):
        return six[:2]
    if six.endswith("00"):
        return six[:4]
    return six


def is_another(code: str, own: str) -> bool:
    """Whether a code is of an area that neither holds ours nor lies in ours.

    Args:
        code: Six or twelve digits.
        own: The portal's own, likewise.
    """
    theirs, ours = level_of(code), level_of(own)
    return not (theirs.startswith(ours) or ours.startswith(theirs))


def codes_in_address(url: str) -> Iterator[str]:
    """Area codes that an address carries in a parameter, its path or its route."""
    parts = urlsplit(url)
    route, _, route_query = parts.fragment.partition("?")
    for pair in (*parts.query.split("&"), *route_query.split("&")):
        name, _, value = pair.partition("=")
        value = unquote(value)
        if _is_code(value) and (_REGION_NAME.search(name) or _is_area(value)):
            yield value
    named = False
    for segment in (*parts.path.split("/"), *route.split("/")):
        stem = segment.partition(".")[0]
        if _is_code(stem) and (named or _is_area(stem)):
            yield stem
        named = bool(_REGION_NAME.search(segment))


def code_of_page(html: str) -> str | None:
    """The one area that a page's own data names; None where it names none, or several."""
    found = {match for match in _DATA.findall(html[:500_000]) if match[:2] in _PROVINCES}
    return found.pop() if len(found) == 1 else None


def code_of_matter(matter_code: str | None) -> str | None:
    """The area in an 实施编码: it begins with the office's 统一社会信用代码, whose digits 3 to 8 are the area's
    (GB 32100-2015)."""
    if not matter_code or not re.fullmatch(r"1[1-9]\d{6}[0-9A-Z]{10}.*", matter_code):
        return None
    code = matter_code[2:8]
    return code if _is_code(code) else None


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None and text[:2] in _PROVINCES


def _is_area(text: str) -> bool:
    """Twelve digits that end as a city's or a district's do cannot well be anything else."""
    return len(text) == 12 and text.endswith("000000")
