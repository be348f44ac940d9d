"""A challenge is known however it is dressed, and no page with matter of its own is taken for one."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from results.records import Outcome, Reason
from spiders.net.challenges import recognise
from tests.properties import tried
from tests.spiders import mutations
from tests.spiders.test_mutated_pages import guides, others

KINDS: dict[str, tuple[int, str, Reason]] = {
    "瑞数": (412, "<html><head><meta id='k' content='x' r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></head><body></body></html>", Reason.CHALLENGE_PAGE),
    "瑞数 202": (202, "<html><head><script>window['$_ts']={};go()</script></head><body></body></html>", Reason.CHALLENGE_PAGE),
    "加速乐": (521, "<html><body><script>document.cookie=('__jsl_clearance_s=1');location.href=location.pathname</script></body></html>", Reason.CHALLENGE_PAGE),
    "阿里云": (200, "<html><body><script>var arg1='A';document.cookie='acw_sc__v2='+arg1;document.location.reload()</script></body></html>", Reason.CHALLENGE_PAGE),
    "own": (200, "<html><body><p>正在进行安全检测，请稍候</p><script>setTimeout(go, 900)</script></body></html>", Reason.CHALLENGE_PAGE),
    "滑块": (200, "<html><body><h3>访问验证</h3><p>请拖动滑块完成验证</p></body></html>", Reason.CAPTCHA),
    "防火墙": (403, "<html><body><h1>您的请求疑似攻击行为，已被拦截</h1></body></html>", Reason.FORBIDDEN),
    "太快": (200, "<html><body><p>您的访问过于频繁，请稍后再试</p></body></html>", Reason.RATE_LIMITED),
    "登录": (200, "<html><body><p>登录已过期，请重新登录</p></body></html>", Reason.LOGIN_WALL),
}  # fmt: skip
DRESSES = (
    mutations.attributes_turned,
    mutations.comments_inserted,
    mutations.blanks_changed,
    mutations.blocks_wrapped,
    mutations.tags_in_capitals,
)
lucks = st.randoms(use_true_random=False)


def of_matter(pages: Sequence[str]) -> list[str]:
    """The pages that say something of their own."""
    return [page for page in pages if len(mutations.text_of(page)) > 400]


def said_by(status: int | None, html: str, headers: dict[str, str] | None = None) -> Reason | None:
    return recognise(status=status, headers=headers or {}, text="", html=html, url="http://a.gov.cn/x")


@pytest.mark.parametrize("kind", KINDS)
@tried(10)
@given(st.lists(st.sampled_from(DRESSES), max_size=3), st.text("abcdefgh0123456789", max_size=200), lucks)
def test_a_challenge_is_known_in_any_dress(
    kind: str, dresses: list[mutations.Mutation], padding: str, luck: random.Random
) -> None:
    status, html, reason = KINDS[kind]
    for dress in dresses:
        html = dress(html, luck)
    assert said_by(status, html + f"<script>var pad = '{padding}';</script>") is reason


@tried(60)
@given(st.deferred(lambda: st.sampled_from(of_matter(guides()))), st.sampled_from(sorted(KINDS)), lucks)
def test_a_real_page_that_carries_the_marks_is_let_through(page: str, kind: str, luck: random.Random) -> None:
    """A firewall's script stays in every page that it lets through, and a notice may speak of 频繁 or 拦截."""
    _, challenge, _ = KINDS[kind]
    scripts = "".join(mutations.scripts_of(challenge))
    assert said_by(200, page.replace("</body>", f"{scripts}</body>")) is None
    assert said_by(200, mutations.comments_inserted(page, luck)) is None


@tried(40)
@given(st.deferred(lambda: st.sampled_from(of_matter(guides() + others()))))
def test_no_page_of_matter_is_taken_for_a_refusal(page: str) -> None:
    assert said_by(200, page) is None


@tried(60)
@given(
    st.sampled_from([400, 404, 410, 500, 501, 502, 503, 504]),
    st.text(st.characters(max_codepoint=126, exclude_characters="<"), max_size=200),
)
def test_an_error_with_words_of_no_firewall_is_the_portals_own(status: int, text: str) -> None:
    assume("denied" not in text)
    assert said_by(status, f"<html><body><h1>{status}</h1><p>{text}</p></body></html>") is None


@tried(100)
@given(
    st.none() | st.integers(100, 999),
    st.lists(st.sampled_from([html for _, html, _ in KINDS.values()]) | st.text(max_size=300), max_size=4),
    st.text(max_size=60),
    st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=4),
)
def test_whatever_comes_has_an_answer_that_is_no_failure(
    status: int | None, pieces: list[str], url: str, headers: dict[str, str]
) -> None:
    reason = recognise(status=status, headers=headers, text="", html="".join(pieces), url=url)
    assert reason is None or reason.outcome in (Outcome.BLOCKED, Outcome.LOGIN_REQUIRED)
