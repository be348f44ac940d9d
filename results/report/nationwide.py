"""What a report of many cities says first (发现), drawn from the figures alone."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean

from results.ledger import Indicator, Score, ScoreStatus
from results.report.gathering import Report
from results.report.sentences import Fact, Said, alike, cities, grade_word, latin
from results.words import FACETS, REGIONS, Words


def headline(report: Report) -> Iterator[Fact]:
    """The figures to see first."""
    totals = [each.points for each in report.sheets if each.points is not None]
    scored = [each.total.coverage for each in report.sheets if each.total is not None]
    yield Fact(Words("测量城市", "cities"), alike(len(report.sheets)))
    yield Fact(Words("平均总分", "mean total"), alike(f"{mean(totals):.1f}" if totals else "–"))
    yield Fact(
        Words("最高 / 最低", "highest / lowest"),
        alike(f"{max(totals):.1f} / {min(totals):.1f}" if totals else "–"),
    )
    yield Fact(Words("拦截探测", "block the prober"), alike(sum(each.blocked for each in report.sheets)))
    yield Fact(Words("平均覆盖率", "mean coverage"), alike(f"{mean(scored):.0%}" if scored else "–"))


def findings(report: Report) -> Iterator[Said]:
    """One finding after the other."""
    yield from _overall(report)
    yield from _ends(report)
    yield from _weakest(report)
    yield from _regions(report)
    yield from _shares(report)
    yield from _gaps(report)
    yield from _chatbots(report)
    yield from _blocking(report)
    yield from _changes(report)


def _overall(report: Report) -> Iterator[Said]:
    topic, count = Words("总体", "Overall"), len(report.sheets)
    totals = [each.points for each in report.sheets if each.points is not None]
    if not totals:
        yield Said(
            topic,
            Words(
                f"共测量 {count} 个城市，没有一个城市的可测比例足以给出总分。",
                f"{cities(count)} measured; of none could enough be measured for a total.",
            ),
        )
        return
    unscored = sum(each.total is None for each in report.sheets)
    without = count - len(totals) - unscored
    grades = [(name, number) for name, number in report.grades if number]
    yield Said(
        topic,
        Words(
            f"共测量 {count} 个城市，平均总分 {mean(totals):.1f}；其中"
            + "、".join(f"{name} {number} 个" for name, number in grades)
            + (f"；{without} 个城市可测比例不足，不给总分" if without else "")
            + (f"；{unscored} 个城市尚未评分" if unscored else "")
            + "。",
            f"{cities(count)} measured, the mean total is {mean(totals):.1f}: "
            + ", ".join(f"{number} {grade_word(name).en}" for name, number in grades)
            + (f"; {without} could not be covered well enough for a total" if without else "")
            + (f"; {unscored} not scored yet" if unscored else "")
            + ".",
        ),
    )


def _ends(report: Report) -> Iterator[Said]:
    scored = [(each, each.points) for each in report.sheets if each.points is not None]
    if len(scored) < 2:
        return
    (best, high), (worst, low) = scored[0], scored[-1]
    tied = sum(1 for each, _ in scored if each.place is not None and each.place.best == 1)
    yield Said(
        Words("排名", "Ranking"),
        Words(
            f"总分最高的是{best.city.name}（{high:.1f}），最低的是{worst.city.name}（{low:.1f}），相差 {high - low:.1f} 分。"
            + (f"前 {tied} 个城市的区间重叠，不分先后。" if tied > 1 else ""),
            f"The highest total is {latin(best)}'s ({high:.1f}), the lowest {latin(worst)}'s ({low:.1f}), "
            f"{high - low:.1f} points apart."
            + (f" The first {tied} cannot be told apart." if tied > 1 else ""),
        ),
    )


def _weakest(report: Report) -> Iterator[Said]:
    means = sorted(
        (
            (line, mean(found))
            for line in report.indicators
            if (found := [each.score for each in _scores(report, line) if each.score is not None])
        ),
        key=lambda each: each[1],
    )
    if len(means) < 2:
        return
    (weak, low), (strong, high) = means[0], means[-1]
    facets = {
        name: mean(found)
        for name in report.facets
        if (
            found := [
                score.score
                for each in report.sheets
                if (score := each.facet(name)) is not None and score.score is not None
            ]
        )
    }
    yield Said(
        Words("维度与指标", "Facets and indicators"),
        Words(
            "，".join(f"{name}平均 {score:.1f} 分" for name, score in facets.items())
            + f"。最薄弱的指标是“{weak.name_zh}”（平均 {low:.1f}），最好的是“{strong.name_zh}”（平均 {high:.1f}）。",
            ", ".join(
                f"{FACETS.get(name, alike(name)).en} {score:.1f}" for name, score in facets.items()
            ).capitalize()
            + f". The weakest indicator is “{weak.name_en}” (mean {low:.1f}), the strongest “{strong.name_en}” "
            f"(mean {high:.1f}).",
        ),
    )


def _regions(report: Report) -> Iterator[Said]:
    regions = [(each.name, each.mean) for each in report.regions if each.mean is not None]
    if len(regions) < 2:
        return
    (first, high), (last, low) = regions[0], regions[-1]
    yield Said(
        Words("区域", "Regions"),
        Words(
            f"{first}平均分最高（{high:.1f}），{last}最低（{low:.1f}），相差 {high - low:.1f} 分。",
            f"{REGIONS.get(first, alike(first)).en} has the highest mean ({high:.1f}), "
            f"{REGIONS.get(last, alike(last)).en} the lowest ({low:.1f}).",
        ),
    )


_SHARES = (
    (
        "multi_browser_load",
        Words("网页", "Pages"),
        Words(
            "抽查 {measured} 个页面，{share} 能在不同浏览器中正常打开",
            "Of {measured} pages {share} open in several browsers",
        ),
    ),
    (
        "attachment_download",
        Words("附件", "Attachments"),
        Words(
            "抽查 {measured} 个附件，{share} 能下载并打开",
            "Of {measured} attachments {share} download and open",
        ),
    ),
    (
        "search_stability",
        Words("搜索", "Search"),
        Words(
            "试搜 {measured} 次，{share} 正常返回结果页",
            "Of {measured} trials {share} returned a result page",
        ),
    ),
    (
        "link_health",
        Words("链接", "Links"),
        Words("检查 {measured} 个链接，{share} 有效", "Of {measured} links {share} resolve"),
    ),
)


def _shares(report: Report) -> Iterator[Said]:
    """Things counted over all cities, and in how many cities all was well."""
    lines = {each.indicator: each for each in report.indicators}
    for indicator, topic, words in _SHARES:
        scores = [each for each in _scores(report, lines.get(indicator)) if each.measured]
        if not scores:
            continue
        measured = sum(each.measured for each in scores)
        flawed = sum(each.passed < each.measured for each in scores)
        facts = {
            "measured": f"{measured:,}",
            "share": f"{sum(each.passed for each in scores) / measured:.1%}",
        }
        yield Said(
            topic,
            Words(
                words.zh.format_map(facts) + (f"；{flawed} 个城市存在问题。" if flawed else "。"),
                words.en.format_map(facts) + (f"; failures in {cities(flawed)}." if flawed else "."),
            ),
        )


def _gaps(report: Report) -> Iterator[Said]:
    gaps = report.gaps
    if not gaps:
        return
    _, item, without = gaps[0]
    lacking = sum(bool(each.gaps) for each in report.sheets)
    yield Said(
        Words("跨省通办", "Cross-province items"),
        Words(
            f"{lacking} 个城市的专区有规定事项未列出；缺得最多的是“{item}”（{len(without)} 个城市）。",
            f"The zones of {cities(lacking)} leave out required items, most often “{item}” ({cities(len(without))}).",
        ),
    )


def _chatbots(report: Report) -> Iterator[Said]:
    lines = {each.indicator: each for each in report.indicators}
    found = _scores(report, lines.get("chatbot_available"))
    if not found:
        return
    absent = sum(each.status is ScoreStatus.ABSENT for each in found)
    asked = [each for each in found if each.status is ScoreStatus.SCORED and each.measured]
    zh = f"{absent} 个城市没有智能客服" if absent else "各城市都设有智能客服"
    en = f"Without a chatbot: {cities(absent)}" if absent else "Every city has a chatbot"
    if asked:
        replied = sum(each.passed for each in asked) / sum(each.measured for each in asked)
        zh += f"；提问得到有效回复的占 {replied:.0%}"
        en += f"; {replied:.0%} of the questions got a reply"
    right = [each.score for each in _scores(report, lines.get("chatbot_accuracy")) if each.score is not None]
    if right:
        zh += f"，与办事指南相符的程度平均 {mean(right):.1f} 分"
        en += f", and they agree with the guides by {mean(right):.1f} of 100"
    yield Said(Words("智能客服", "Chatbots"), Words(zh + "。", en + "."))


def _blocking(report: Report) -> Iterator[Said]:
    blocking = [each for each in report.sheets if each.blocked]
    if blocking:
        more = "…" if len(blocking) > 8 else ""
        yield Said(
            Words("拦截", "Blocking"),
            Words(
                f"{len(blocking)} 个门户拦截了探测（{'、'.join(each.city.name for each in blocking[:8])}{more}）："
                "拦截不算失败，但降低覆盖率。",
                f"{cities(len(blocking))} blocked the prober ({', '.join(latin(each) for each in blocking[:8])}{more}): "
                "no failure, but less coverage.",
            ),
        )


def _changes(report: Report) -> Iterator[Said]:
    changes = [each.change for each in report.sheets if each.change is not None]
    if changes:
        yield Said(
            Words("变化", "Change"),
            Words(
                f"与各自上一次测量相比，{len(changes)} 个城市的总分平均变化 {mean(changes):+.1f} 分"
                f"（{sum(each > 0 for each in changes)} 个上升，{sum(each < 0 for each in changes)} 个下降；含误差之内的变化）。",
                f"Against the run before, the totals of {cities(len(changes))} moved by {mean(changes):+.1f} on average "
                f"({sum(each > 0 for each in changes)} up, {sum(each < 0 for each in changes)} down, noise included).",
            ),
        )


def _scores(report: Report, line: Indicator | None) -> list[Score]:
    if line is None:
        return []
    return [score for each in report.sheets if (score := each.score(line.indicator)) is not None]
