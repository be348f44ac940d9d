"""Changes to a page that a reader would not see, or would see as what they are: a page with something taken away.

Each takes a page's source and luck, and gives a page back; markup alone is changed, never a word, but for `blanked`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from lxml import etree, html

from spiders.reading.vocabulary import match_label

Mutation = Callable[[str, random.Random], str]

DECOY: Final = "审查标准"
"""Says nothing of a guide's; stands for whatever else a page carries."""
STATES_A_FEE: Final = "<table><tr><td>收费标准</td><td>每证九百九十九元</td></tr></table>"
"""What nobody sees where it stands, and what would be read where it were seen."""
_IN_A_ROW = frozenset(("table", "thead", "tbody", "tfoot", "tr", "colgroup", "ul", "ol", "dl", "select", "html", "head"))  # fmt: skip
_HOLDERS = ("div", "td", "li", "dd", "section", "body")
_REFERENCES = (
    "href",
    "data-target",
    "data-bs-target",
    "aria-controls",
    "for",
    "aria-labelledby",
    "data-panel",
)


def _tree(source: str) -> html.HtmlElement:
    return html.document_fromstring(source)


def _written(tree: html.HtmlElement) -> str:
    return "<!DOCTYPE html>" + str(etree.tostring(tree, method="html", encoding="unicode"))


def _body(tree: html.HtmlElement) -> html.HtmlElement:
    found = tree.find("body")
    return tree if found is None else found


def _elements(tree: html.HtmlElement, *tags: str) -> list[html.HtmlElement]:
    return [each for each in _body(tree).iter(*tags) if isinstance(each.tag, str)]


def attributes_turned(source: str, luck: random.Random) -> str:
    """Attributes in another order, with others among them that say nothing."""
    tree = _tree(source)
    for each in tree.iter(etree.Element):
        turned = list(each.attrib.items())
        luck.shuffle(turned)
        for name, _ in turned:
            del each.attrib[name]
        for name, value in turned:
            each.set(name, value)
        if luck.random() < 0.2:
            each.set("data-v-7ba5bd90", "")
    return _written(tree)


def comments_inserted(source: str, luck: random.Random) -> str:
    """Comments, with markup in them, anywhere between elements."""
    return _inserted(source, luck, lambda: etree.Comment(STATES_A_FEE.replace("--", "")))


def unseen_inserted(source: str, luck: random.Random) -> str:
    """Scripts, styles, templates and what is there for browsers without scripts."""
    pieces = (
        f"<script>var tip = '{STATES_A_FEE}'; document.title += '';</script>",
        f"<script type='text/template'>{STATES_A_FEE}</script>",
        "<style>.a:before { content: '收费标准：九百九十九元' }</style>",
        f"<template>{STATES_A_FEE}</template>",
        f"<noscript>{STATES_A_FEE}</noscript>",
    )
    return _inserted(source, luck, lambda: html.fragment_fromstring(luck.choice(pieces)))


def _inserted(source: str, luck: random.Random, piece: Callable[[], etree._Element]) -> str:
    tree = _tree(source)
    for holder in luck.sample(holders := _elements(tree, *_HOLDERS), min(6, len(holders))):
        holder.insert(luck.randint(0, len(holder)), piece())
    return _written(tree)


def blocks_beside(source: str, luck: random.Random) -> str:
    """Blocks that belong to the site, at the page's end: links, sharing, a lead to other columns."""
    blocks = (
        "<aside class=tjyd><h3>推荐阅读</h3><ul><li><a href=/a>某市召开工作会议</a></li><li><a href=/b>某市发布天气预报</a></li></ul></aside>",
        "<div class=bdsharebuttonbox><a href=#>分享到</a><a href=#>微信</a></div>",
        "<div class=ewm><img src=/images/qrcode.png width=50><p>扫一扫</p></div>",
        "<div style='display:none'><p>您的浏览器版本过低</p></div>",
    )
    tree = _tree(source)
    for _ in range(luck.randint(1, 3)):
        _body(tree).append(html.fragment_fromstring(luck.choice(blocks)))
    return _written(tree)


def names_changed(source: str, _: random.Random) -> str:
    """Each class and id under another name, the same one all over the page; what refers to them follows."""
    tree = _tree(source)
    identities = {each.get("id"): f"n{number}x" for number, each in enumerate(tree.iterfind(".//*[@id]"))}
    classes: dict[str, str] = {}
    for each in tree.iter(etree.Element):
        if each.get("class"):
            words = [classes.setdefault(word, f"k{len(classes)}x") for word in each.get("class", "").split()]
            each.set("class", " ".join(words))
        if each.get("id"):
            each.set("id", identities[each.get("id")])
        for name in _REFERENCES:
            value = each.get(name, "")
            if value.lstrip("#") in identities:
                each.set(name, "#" * value.startswith("#") + identities[value.lstrip("#")])
    return _written(tree)


def insides_wrapped(source: str, luck: random.Random) -> str:
    """What a cell, an item or a paragraph says stands in one more element."""
    tree = _tree(source)
    cells = [
        each
        for each in _elements(tree, "td", "th", "li", "dd", "dt", "p", "h3")
        if each.text_content().strip()
    ]
    for each in luck.sample(cells, len(cells) // 2):
        tag = "span" if each.tag in ("p", "h3") or luck.random() < 0.5 else "div"
        if tag == "span" and any(inner.tag not in ("span", "a", "b", "br", "font", "strong", "u") for inner in each.iterdescendants()):  # fmt: skip
            tag = "div"
        if tag == "div" and each.tag in ("p", "h3"):
            continue
        _wrap_inside(each, tag)
    return _written(tree)


def blocks_wrapped(source: str, luck: random.Random) -> str:
    """The whole body, and a table or a list here and there, in one more box."""
    tree = _tree(source)
    for each in [each for each in _elements(tree, "table", "ul", "ol", "dl") if luck.random() < 0.5]:
        parent = each.getparent()
        if parent is None or parent.tag in _IN_A_ROW or parent.tag == "p":
            continue
        box = etree.Element("div")
        box.tail, each.tail = each.tail, None
        parent.replace(each, box)
        box.append(each)
    _wrap_inside(_body(tree), "div")
    return _written(tree)


def _wrap_inside(element: etree._Element, tag: str) -> None:
    """Put all that an element holds into one new element within it."""
    inside = etree.Element(tag)
    inside.text, element.text = element.text, None
    for child in list(element):
        inside.append(child)
    element.append(inside)


def fonts_unwrapped(source: str, luck: random.Random) -> str:
    """Spans and fonts that do nothing taken off; those that set a label apart, or hang in a class, stay."""
    tree = _tree(source)
    for each in _elements(tree, "span", "font"):
        alone = (
            each.getparent() is not None
            and len(each.getparent()) == 1
            and not (each.getparent().text or "").strip()
        )
        if (
            alone
            and not (each.tail or "").strip()
            and not set(each.keys()) & {"class", "id", "style", "onclick"}
        ):
            each.drop_tag()
    return _written(tree)


def ends_dropped(source: str, luck: random.Random) -> str:
    """End tags that HTML lets an author leave out."""
    written = _written(_tree(source))
    optional = re.compile(
        r"</(?:li|dt|dd|option|tr|td|th|tbody|thead)>\s*(?=<(?:li|dt|dd|option|tr|td|th|tbody|/ul|/ol|/dl|/tr|/table|/tbody|/thead))"
    )
    return optional.sub(lambda found: "" if luck.random() < 0.8 else found.group(), written)


def blanks_changed(source: str, luck: random.Random) -> str:
    """Other blanks between elements, and beside words: lines, indents, full-width blanks, `&nbsp;`."""
    tree = _tree(source)
    for each in _elements(tree):
        if each.tag in ("script", "style", "pre", "textarea", "title"):
            continue
        if each.text and each.text.strip() and each.tag in ("td", "th", "p", "li", "dd", "dt", "h3", "div"):
            each.text = luck.choice(("\n\t  ", "\u3000\u3000", "\xa0", " \r\n")) + each.text
        if each.tag in _IN_A_ROW:
            for child in each:
                child.tail = (child.tail or "") + luck.choice(("\n", "\n\t\t", "  "))
    return _written(tree)


def entities_written(source: str, luck: random.Random) -> str:
    """Some letters as character references."""
    tree = _written(_tree(source))
    head, mark, body = tree.partition("<body")
    parts = re.split(r"(<script.*?</script>|<style.*?</style>|<[^>]*>)", body, flags=re.S | re.I)
    for k, part in enumerate(parts):
        if k % 2 == 0:
            parts[k] = "".join(
                f"&#{ord(c)};" if c >= "一" and luck.random() < 0.1 else f"&#x{ord(c):X};" if c == "：" else c
                for c in part
            )
    return head + mark + "".join(parts)


def tags_in_capitals(source: str, _: random.Random) -> str:
    """Element names as editors of old wrote them."""
    return re.sub(
        r"<(/?)(table|tr|td|th|div|p|span|ul|li|dl|dt|dd|h[1-6])(?=[\s>])",
        lambda m: f"<{m[1]}{m[2].upper()}",
        _written(_tree(source)),
    )


UNSEEN: Final[tuple[Mutation, ...]] = (
    attributes_turned, comments_inserted, unseen_inserted, names_changed, insides_wrapped, blocks_wrapped,
    fonts_unwrapped, ends_dropped, blanks_changed, entities_written, tags_in_capitals,
)  # fmt: skip
"""What leaves a page as its reader sees it."""


def one_removed(source: str, luck: random.Random) -> str:
    """The page without one of its blocks: no cell, which would move all columns, and no label, whose value would stay."""
    tree = _tree(source)
    blocks = [
        each
        for each in _elements(tree, "tr", "li", "p", "div", "dd", "section")
        if not match_label(" ".join(each.text_content().split())[:60])
    ]
    if blocks:
        luck.choice(blocks).drop_tree()
    return _written(tree)


def unsaid(source: str, text: str) -> str:
    """The page without the words of one of its values, where they stand whole or behind a colon; labels stay."""
    lines = {" ".join(line.split()) for line in text.split("\n") if line.strip()}
    tree = _tree(source)
    for each in tree.iter(etree.Element):
        if each.tag in ("script", "style"):
            continue
        if " ".join(each.text_content().split()) in lines:
            each.text = None
            for child in list(each):
                each.remove(child)
        if " ".join(each.get("value", "").split()) in lines:
            del each.attrib["value"]
        each.text, each.tail = _without(each.text, lines), _without(each.tail, lines)
    return _written(tree)


def _without(text: str | None, lines: set[str]) -> str | None:
    said = " ".join((text or "").split())
    label, colon, value = said.partition("：")
    if said in lines:
        return None
    return label + colon if value.strip() in lines else text


def declared(content: bytes, encoding: str) -> bytes:
    """The page with its encoding told in its own head, as the only one who tells it."""
    plain = re.sub(rb"<meta[^>]*charset[^>]*>", b"", content, flags=re.I)
    return re.sub(
        rb"<head[^>]*>",
        lambda found: found.group() + f'<meta charset="{encoding}">'.encode(),
        plain,
        count=1,
        flags=re.I,
    )


def text_of(source: str) -> str:
    """The words of a page's body."""
    tree = _tree(source)
    for each in _elements(tree, "script", "style"):
        each.drop_tree()
    return " ".join(_body(tree).text_content().split())


def scripts_of(source: str) -> list[str]:
    """A page's scripts, with their tags."""
    return [str(etree.tostring(each, method="html", encoding="unicode", with_tail=False)) for each in _tree(source).iter("script")]  # fmt: skip
