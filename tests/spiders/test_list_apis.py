from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.list_apis import Template, items_of, list_apis, name_of, promises_guides, template_of
from spiders.renderer import Exchange

ITEMS = [{"id": f"{n}abc-{n}", "taskName": f"社会保障卡申领（{n}）", "status": 1} for n in range(10, 20)]


def exchange(url: str, answer: Any, *, body: str | None = None, method: str = "GET") -> Exchange:
    return Exchange(
        method=method,
        url=url,
        request_headers={
            "Content-Type": "application/json",
            "Cookie": "secret",
            "X-Token": "t",
            "sec-ch-ua": "x",
        },
        request_body=body,
        status=200,
        content_type="application/json",
        body=answer if isinstance(answer, str) else json.dumps(answer),
    )


@pytest.mark.parametrize(
    ("url", "body", "second"),
    [
        ("http://a/list?current=1&size=10", None, ("http://a/list?current=2&size=10", None)),
        ("http://a/list?start=0&size=10", None, ("http://a/list?start=10&size=10", None)),
        ("http://a/list", '{"areaCode":"41","currentPageNum":1,"countPerPage":10}', ("http://a/list", {"areaCode": "41", "currentPageNum": 2, "countPerPage": 10})),
        ("http://a/list", '{"page":{"pageNo":"1"},"k":""}', ("http://a/list", {"page": {"pageNo": "2"}, "k": ""})),
        ("http://a/list", '{"token":"","pn":0,"rn":10}', ("http://a/list", {"token": "", "pn": 10, "rn": 10})),
        ("http://a/list", "pageNum=1&KEYWORD=&AREACODE=44", ("http://a/list", "pageNum=2&KEYWORD=&AREACODE=44")),
    ],
)  # fmt: skip
def test_the_next_page_is_asked_for_as_the_page_asks(
    url: str, body: str | None, second: tuple[str, Any]
) -> None:
    (api,) = list_apis(
        [
            exchange(
                url, {"data": {"total": 35, "records": ITEMS}}, body=body, method="POST" if body else "GET"
            )
        ]
    )
    assert api.pages == 4
    address, sent = api.request(1)
    assert address == second[0]
    assert (json.loads(sent) if isinstance(second[1], dict) and sent else sent) == second[1]
    assert api.request(0)[0] == url


@pytest.mark.parametrize(
    "answer",
    [
        ITEMS,
        {"rows": ITEMS},
        {"custom": {"infodata": ITEMS, "other": [1, 2]}},
        {"result": json.dumps({"list": ITEMS})},
        {"a": [{"x": 1}] * 30, "list": ITEMS},
        f"callback({json.dumps({'list': ITEMS})});",
    ],
)
def test_the_list_is_found_wherever_it_lies(answer: Any) -> None:
    (api,) = list_apis([exchange("http://a/x", answer)])
    assert [item["id"] for item in api.items] == [item["id"] for item in ITEMS]
    assert name_of(api.items[0]) == "社会保障卡申领（10）"
    assert promises_guides(api.items)
    assert api.paging is None


@pytest.mark.parametrize(
    "answer", ["", "<html>", '{"a":1}', "[]", "[1,2,3]", '[{"x":1},{"x":2}]', "[" * 5000, "null"]
)
def test_what_is_no_list_is_none(answer: str) -> None:
    assert list_apis([exchange("http://a/x", answer)]) == []


def test_the_cookies_of_the_browser_stay_there() -> None:
    (api,) = list_apis([exchange("http://a/x", ITEMS)])
    assert api.headers == {"Content-Type": "application/json", "X-Token": "t"}


def test_addresses_of_items_are_made_as_the_page_makes_them() -> None:
    shown = ["http://a/home", *(f"http://a/#/guide?taskCode={item['id']}&from=list" for item in ITEMS[:5])]
    template = template_of(ITEMS, shown)
    assert template is not None
    assert template.fields == ("id",)
    assert template.address({"id": "新 1"}) == "http://a/#/guide?taskCode=%E6%96%B0%201&from=list"
    assert template.address({}) is None


def test_two_fields_of_an_item_may_stand_in_its_address() -> None:
    items = [{"guid": f"{n}{n}g", "code": f"c{n}{n}", "name": "户口迁移"} for n in range(3)]
    template = template_of(items, [f"/d?g={item['guid']}&c={item['code']}" for item in items])
    assert template is not None
    assert set(template.fields) == {"guid", "code"}


def test_an_address_that_holds_no_item_is_no_template() -> None:
    assert template_of(ITEMS, ["http://a/news/1", "http://a/list"]) is None
    assert template_of(ITEMS, [f"http://a/d?id={ITEMS[0]['id']}"]) is None, "one of ten may be chance"
    assert template_of(ITEMS[:1], [f"http://a/d?id={ITEMS[0]['id']}"]) == Template(
        "http://a/d?id=\x000\x00", ("id",)
    )


@given(st.text(max_size=300))
def test_whatever_a_server_answers_is_read(body: str) -> None:
    items_of(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=20,
    )
)
def test_whatever_json_a_server_answers_is_read(answer: Any) -> None:
    assert all(isinstance(item, dict) for item in items_of(json.dumps(answer)))


@pytest.mark.parametrize(
    "given", ["/detail.html?code={}", "http://a.cn:81/detail.html?code={}", "detail.html?code={}"]
)
def test_an_address_that_an_item_gives_itself_is_taken_as_it_is(given: str) -> None:
    items = [{"name": "户口迁移", "url": given.format(f"c{number}")} for number in range(3)]
    template = template_of(items, [f"http://a.cn:81/detail.html?code=c{number}" for number in range(2)])
    assert template is not None
    address = template.address(items[2])
    assert address is not None and address.endswith("/detail.html?code=c2")
    assert "%" not in address
