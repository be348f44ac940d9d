"""One address for each page, and never one for two: only noise that is named as such is taken off."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

from hypothesis import assume, given
from hypothesis import strategies as st

from spiders.addresses import canonical, fingerprint
from tests.properties import tried

NOISE = ("jsessionid", "PHPSESSID", "sid", "_", "nocache", "spm", "utm_source", "timestamp", "_t", "orderBy", "sort")  # fmt: skip
MEANT = ("id", "code", "itemCode", "areaCode", "q", "pageNo", "type", "name", "columnId", "key")

words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
hosts = st.sampled_from(["zwfw.a.gov.cn", "a.gov.cn:8443", "127.0.0.5:8080", "[::1]:8080", "中国政府.cn"])
paths = st.lists(
    st.text("abcXYZ019_-.~", min_size=1, max_size=8).filter(lambda p: p.strip(".")), max_size=4
).map(lambda parts: "/" + "/".join(parts))
pairs = st.lists(st.tuples(st.sampled_from(MEANT), words), max_size=4)
routes = st.sampled_from(["", "#/guide/7", "#!/list", "#/guide?id=7"])
schemes = st.sampled_from(["http", "https"])


def written(scheme: str, host: str, path: str, query: list[tuple[str, str]], route: str = "") -> str:
    return (
        f"{scheme}://{host}{path}"
        + "?" * bool(query)
        + "&".join(f"{n}={quote(v, safe='')}" for n, v in query)
        + route
    )


def found(*parts: object) -> str:
    address = canonical(written(*parts))  # type: ignore[arg-type]
    assert address is not None
    return address


@tried(150)
@given(schemes, hosts, paths, pairs, routes)
def test_it_is_final_and_keeps_what_is_meant(
    scheme: str, host: str, path: str, query: list[tuple[str, str]], route: str
) -> None:
    once = found(scheme, host, path, query, route)
    assert canonical(once) == once
    assert sorted(parse_qsl(urlsplit(once).query)) == sorted(query)
    assert urlsplit(once).path == path
    assert bool(urlsplit(once).fragment) == bool(route)


@tried(150)
@given(schemes, hosts, paths, pairs, st.lists(st.tuples(st.sampled_from(NOISE), words), max_size=4), st.randoms(use_true_random=False))  # fmt: skip
def test_noise_and_order_make_no_other_page(scheme, host, path, query, noise, luck) -> None:  # type: ignore[no-untyped-def]
    mixed = luck.sample([*query, *noise], len(query) + len(noise))
    assert found(scheme, host, path, mixed) == found(scheme, host, path, query)
    assert canonical(written(scheme, host, path, query) + "#top") == found(scheme, host, path, query)
    assert canonical(f"{scheme}://{host.upper()}{path};jsessionid=AB12") == found(scheme, host, path, [])


@tried(200)
@given(st.tuples(schemes, hosts, paths, pairs, routes), st.tuples(schemes, hosts, paths, pairs, routes))
def test_two_pages_never_become_one(one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    def meant(scheme, host, path, query, route):  # type: ignore[no-untyped-def]
        return scheme, host, path, sorted(query), route

    assume(meant(*one) != meant(*other))
    assert found(*one) != found(*other)
    if meant(*one)[1:] != meant(*other)[1:]:
        assert fingerprint(found(*one)) != fingerprint(found(*other))


@tried(100)
@given(hosts, paths, st.sampled_from(MEANT), words, words)
def test_another_value_is_another_page(host: str, path: str, name: str, one: str, other: str) -> None:
    assume(one != other)
    assert found("http", host, path, [(name, one)]) != found("http", host, path, [(name, other)])
    assert found("http", host, f"{path}/{quote(one, safe='')}", []) != found("http", host, f"{path}/{quote(other, safe='')}", [])  # fmt: skip


@tried(150)
@given(
    st.text(max_size=80),
    st.none() | st.just("http://a.gov.cn/b/c?d=1"),
    st.sampled_from(["utf-8", "gbk", "none-such"]),
)
def test_whatever_a_page_writes_is_one_address_or_none(text: str, base: str | None, encoding: str) -> None:
    once = canonical(text, base, encoding)
    if once is not None:
        assert canonical(once) == once
        assert once.isascii() and urlsplit(once).scheme in ("http", "https") and urlsplit(once).hostname


@tried(60)
@given(st.integers(0xD800, 0xDFFF).map(chr), st.text(max_size=10))
def test_half_a_letter_is_no_error(half: str, text: str) -> None:
    address = canonical(f"http://a.gov.cn/{text}{half}?q={half}")
    assert address is None or address.isascii()


@tried(150)
@given(st.lists(st.sampled_from(["", ".", "..", "a", "b", "%2e", "..."]), max_size=8))
def test_dots_and_empty_parts_of_a_path_never_become_a_host(parts: list[str]) -> None:
    once = canonical("http://a.gov.cn/" + "/".join(parts))
    assert once is not None and canonical(once) == once
    assert urlsplit(once).hostname == "a.gov.cn"
    assert not {".", ".."} & set(urlsplit(once).path.split("/"))
