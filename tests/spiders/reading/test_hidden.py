"""What a click may show is read; what nothing on the page could show is not."""

from __future__ import annotations

import pytest

from spiders.reading.document import Document

PROSE = "<p>本事项由市公安局负责办理，申请人可以到各区行政服务中心窗口提交申请。</p>"


def lines(source: str) -> list[str]:
    return [line.text for line in Document.parse(source, "http://a.gov.cn/x").lines]


@pytest.mark.parametrize(
    "block",
    [
        "<div style='display:none'><table><tr><td>收费标准</td><td>九元</td></tr></table></div>",
        "<div hidden><p>收费标准：九元</p></div>",
        "<section aria-hidden=true style='color:red; visibility : hidden'>收费标准：九元</section>",
        "<template><p>收费标准：九元</p></template>",
        "<noscript><p>收费标准：九元</p></noscript>",
        "<input type=hidden value='收费标准：九元'>",
        "<!-- <p>收费标准：九元</p> -->",
    ],
)
def test_what_nobody_could_bring_to_sight_is_not_read(block: str) -> None:
    assert not any("收费" in line for line in lines(f"{PROSE}{block}<p>之后</p>"))
    assert lines(f"{PROSE}{block}<p>之后</p>")[-1] == "之后"


@pytest.mark.parametrize(
    "page",
    [
        "<div class=panels><div>受理条件</div><div style='display:none'>收费标准：九元</div></div>",
        "<ul><li>收费</li><li>材料</li></ul><div id=t1 style='display:none'>收费标准：九元</div>",
        "<div class='tab-pane' style='display:none'>收费标准：九元</div>",
        "<h3>收费标准</h3><div style='display:none'>收费标准：九元</div>",
        "<p>收费标准 <a href='#'>展开</a></p><div hidden>收费标准：九元</div>",
        "<div data-panel=2 hidden>收费标准：九元</div>",
        "<div class=more-info><div style='display:none'>收费标准：九元</div></div>",
        "<div style='display:none'>收费标准：九元</div><a href='#'>展开全部</a>",
        "<div hidden>收费标准：九元</div><span onclick='unfold(this)'>更多</span>",
    ],
)
def test_what_is_hidden_until_it_is_clicked_is_read(page: str) -> None:
    assert "收费标准：九元" in lines(PROSE + page)


@pytest.mark.parametrize(
    "page",
    [
        f"<title>办事指南</title><body style='display:none'>{PROSE}<p>收费标准：九元</p>",
        f"<script>{'var a = 1;' * 60}</script><body style='visibility:hidden'><p>收费标准：九元</p>",
        f"<header class=top>{'某某市' * 30}</header><main style='display:none'><p>收费标准：九元</p></main>",
        f"<p class=top>{'某某市' * 30}</p><form style='display:none'><p>收费标准：九元</p></form>",
        "<body><script>var a = 1;</script><div style='display:none'><p>收费标准：九元</p></div><script></script>",
    ],
)
def test_a_page_hidden_whole_until_it_is_ready_is_read(page: str) -> None:
    assert "收费标准：九元" in lines(page)


@pytest.mark.parametrize(
    "style",
    ["-webkit-backface-visibility: hidden", "backface-visibility:hidden;transform:none", "flex-display:none"],
)
def test_a_style_that_hides_nothing_hides_nothing(style: str) -> None:
    assert "收费标准：九元" in lines(f"{PROSE}<div style='{style}'>收费标准：九元</div>")
