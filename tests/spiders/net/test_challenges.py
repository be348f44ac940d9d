from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.records import Reason
from spiders.net.challenges import recognise

REAL_PAGE = "<p>办事指南 申请材料 受理条件 法定办结时限 承诺办结时限 实施主体</p>" * 40


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        (Reason.CHALLENGE_PAGE, {"status": 412, "html": '<script r="m">$_ts=window["$_ts"]</script>'}),
        (Reason.CHALLENGE_PAGE, {"status": 202, "html": "<script>go()</script>"}),
        (
            Reason.CHALLENGE_PAGE,
            {"status": 200, "html": "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={}</script>"},
        ),
        (Reason.CHALLENGE_PAGE, {"status": 521, "html": '<script>document.cookie="__jsluid_s=1"</script>'}),
        (
            Reason.CHALLENGE_PAGE,
            {
                "status": 200,
                "html": '<script>document.cookie="k=1";setTimeout(function(){location.reload()})</script>',
            },
        ),
        (Reason.CHALLENGE_PAGE, {"status": 200, "headers": {"CF-Mitigated": "challenge"}, "html": REAL_PAGE}),
        (Reason.CHALLENGE_PAGE, {"status": 403, "html": "<title>Just a moment...</title>Just a moment..."}),
        (Reason.FORBIDDEN, {"status": 403, "html": "<h1>403 Forbidden</h1>"}),
        (Reason.FORBIDDEN, {"status": 403, "html": REAL_PAGE}),
        (Reason.FORBIDDEN, {"status": 503, "text": "您的访问请求已被网站防火墙拦截"}),
        (
            Reason.FORBIDDEN,
            {"status": 405, "text": "很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。"},
        ),
        (Reason.RATE_LIMITED, {"status": 429, "html": REAL_PAGE}),
        (Reason.RATE_LIMITED, {"status": 200, "text": "您的访问过于频繁，请稍后再试"}),
        (Reason.RATE_LIMITED, {"status": 503, "text": "请求次数超过限制"}),
        (Reason.CAPTCHA, {"status": 200, "text": "请完成安全验证后继续访问"}),
        (Reason.CAPTCHA, {"status": 200, "text": "拖动下方滑块完成拼图"}),
        (Reason.CAPTCHA, {"status": 200, "text": "为保护网站安全，请输入验证码以继续访问"}),
        (Reason.LOGIN_WALL, {"status": 401}),
        (Reason.LOGIN_WALL, {"status": 200, "text": "请先登录"}),
        (Reason.LOGIN_WALL, {"status": 200, "text": "登录已过期，请重新登录"}),
        (
            Reason.LOGIN_WALL,
            {
                "status": 200,
                "url": "https://a.gov.cn/sso/login?x",
                "text": "个人登录 法人登录 忘记密码",
                "html": "<input type='password'>",
            },
        ),
        (
            Reason.LOGIN_WALL,
            {"status": 200, "url": "https://sso.a.gov.cn/", "text": "统一身份认证登录 扫码登录"},
        ),
    ],
)
def test_what_keeps_a_machine_out_is_named(reason: Reason, answer: dict[str, Any]) -> None:
    assert recognise(**{"headers": {}, "text": "", **answer}) is reason


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "html": "<script>$_ts=window['$_ts']</script>" + REAL_PAGE},
        {"status": 200, "text": "首页 个人登录 法人登录 注册 个人服务 法人服务 咨询投诉"},
        {"status": 200, "text": "您好，请登录 | 注册 首页 政务公开 办事服务 互动交流"},
        {"status": 200, "text": "临时居民身份证办理 您需要先登录后在线办理 " + "法定办结时限 " * 100},
        {"status": 200, "text": "我要咨询 标题 内容 验证码 提交", "html": "<input name='code'>"},
        {"status": 404, "text": "404 Not Found"},
        {"status": 500, "text": "Internal Server Error"},
        {"status": 503, "text": "Service Unavailable"},
        {"status": 200, "text": "网络安全法 禁止访问非法网站的规定 " * 40},
        {"status": None, "text": ""},
    ],
)
def test_a_real_page_is_let_through(answer: dict[str, Any]) -> None:
    assert recognise(**{"headers": {}, "text": "", **answer}) is None


@given(
    status=st.none() | st.integers(100, 599),
    text=st.text(max_size=300),
    html=st.text(max_size=2000),
    url=st.text(max_size=80).filter(lambda url: "[" not in url and "]" not in url),
)
def test_whatever_comes_has_an_answer(status: int | None, text: str, html: str, url: str) -> None:
    reason = recognise(status=status, headers={}, text=text, html=html, url=url)
    assert reason is None or reason.outcome.value in ("blocked", "login_required")
