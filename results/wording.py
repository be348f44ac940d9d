"""An explanation in words, for a terminal, in Chinese or English."""

from __future__ import annotations

from results.explain import Explanation
from results.ledger import Score
from results.observed import Observed
from results.words import ENGINES, FACETS, STATUSES, Words, decision_word, reason_word


def as_text(explanation: Explanation, language: str) -> str:
    """The explanation in words, for a terminal; portals' own text is in it, so print it as plain text."""
    return "\n".join(_lines(explanation, language == "zh"))


def _lines(found: Explanation, zh: bool) -> list[str]:
    line, score = found.indicator, found.score
    name = line.name_zh if zh else line.name_en
    lines = [
        f"{found.run.city} · {name} ({line.indicator}) · {_facet(line.facet, zh)}",
        (f"得分：{_figure(score, zh)}" if zh else f"Score: {_figure(score, zh)}"),
    ]
    for each in found.earlier:
        before = "–" if each.score is None else f"{each.score:.1f}"
        lines.append(
            f"此前（第 {each.scoring} 次计算）：{before}"
            if zh
            else f"Before (computation {each.scoring}): {before}"
        )
    rule = line.rule if zh or not line.rule_en else line.rule_en
    lines += [
        (f"规则：{rule}" if zh else f"Rule: {rule}"),
        (f"出处：{line.source}" if zh else f"Source: {line.source}"),
        (
            f"占总分权重：{found.weight_in_total:.1%}，可测比例：{score.coverage:.0%}"
            if zh
            else f"Weight in the total: {found.weight_in_total:.1%}; share of it measured: {score.coverage:.0%}"
        ),
    ]
    if found.costly:
        lines += ["", "失分的观测：" if zh else "What cost points:"]
        lines += [each for one in found.costly for each in _observed_lines(one, zh)]
    if found.remarks:
        lines += ["", "不扣分但应改进：" if zh else "Costs nothing, but should be mended:"]
        lines += [each for one in found.remarks for each in _observed_lines(one, zh)]
    if found.gains:
        lines += ["", "怎样提高：" if zh else "What would raise the score:"]
        lines += [
            f"  +{each.points:.1f}"
            + (
                f"（总分约 +{each.points * found.weight_in_total:.2f}）"
                if zh
                else f" (total about +{each.points * found.weight_in_total:.2f})"
            )
            + f"  {each.text.in_language('zh' if zh else 'en')}"
            + (f" (×{each.observations})" if each.observations > 1 else "")
            for each in found.gains
        ]
    return lines


def _facet(name: str, zh: bool) -> str:
    return FACETS[name].in_language("zh" if zh else "en") if name in FACETS else name


def _figure(score: Score, zh: bool) -> str:
    figure = "–" if score.score is None else f"{score.score:.1f}"
    if score.low is not None and score.high is not None:
        figure += f" [{score.low:.1f}, {score.high:.1f}]"
    counts = (
        f"通过 {score.passed:g}/{score.measured}" if zh else f"{score.passed:g} of {score.measured} passed"
    )
    parts = [figure, STATUSES[score.status].in_language("zh" if zh else "en"), counts]
    if score.note:
        parts.append(note_words(score.note).in_language("zh" if zh else "en"))
    return " · ".join(parts)


def note_words(note: str) -> Words:
    """A score's note such as `forbidden × 3, veto` with its reasons in words."""
    plain = {"veto": Words("单项否决", "veto"), "provisional": Words("暂定", "provisional")}
    said = []
    for part in note.split(", "):
        word, times, count = part.partition(" × ")
        words = plain.get(word) or reason_word(word)
        said.append(Words(words.zh + times + count, words.en + times + count))
    return Words("，".join(each.zh for each in said), ", ".join(each.en for each in said))


def _observed_lines(one: Observed, zh: bool) -> list[str]:
    language = "zh" if zh else "en"
    lost = f"−{one.points_lost:.1f}" if one.points_lost else "  –"
    facts = (
        one.measured_at,
        " ".join(each for each in (ENGINES.get(one.engine or "", one.engine), one.engine_version) if each),
        one.attempt and (f"第 {one.attempt} 次" if zh else f"attempt {one.attempt}"),
        one.reason and f"{reason_word(one.reason).in_language(language)} ({one.reason})",
        one.http_status and f"HTTP {one.http_status}",
        one.place,
        one.table and f"{one.table} #{one.id}",
    )
    gone = ("（文件已不存在）" if zh else " (the file is gone)") if one.evidence_missing else ""
    below = [
        " · ".join(each for each in facts if each),
        *(
            f"{'此前' if zh else 'before'}: {each.measured_at} · "
            + (f"第 {each.attempt} 次" if zh else f"attempt {each.attempt}")
            + f" · {reason_word(each.reason).in_language(language)} · {one.table} #{each.id}"
            for each in one.earlier
        ),
        one.note and f"{'记录' if zh else 'note'}: {one.note}",
        one.evidence and f"{'证据' if zh else 'evidence'}: {one.evidence}{gone}",
        one.trace and f"{'追踪' if zh else 'trace'}: {one.trace}",
        *(
            f"{'复核' if zh else 'review'}: {decision_word(each.decision).in_language(language)} · "
            f"{each.by} · {each.why}"
            for each in one.reviews
        ),
    ]
    return [f"  {lost}  {one.text.in_language(language)}", *(f"        {each}" for each in below if each)]
