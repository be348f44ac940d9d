"""有效性: is what the portal offers whole: attachments, zone items, guides, channels."""

from __future__ import annotations

from collections import defaultdict

from checks.facts import Look
from checks.indicators import Question, indicator
from checks.measures import Case, Deduction, Measured, share, unmeasured
from checks.places import case_of, page_subject, page_words, shortened
from results.ledger import ItemList
from results.records import (
    Attachment,
    Download,
    Guide,
    GuideElement,
    Interaction,
    Outcome,
    Reason,
    Relation,
    ZoneItem,
)
from results.words import MODULES, ZONES, Words


@indicator("attachment_download")
def attachment_download(question: Question) -> Measured:
    """Attachments that download and open; a mislabelled one counts and is a finding."""
    facts = question.facts
    attachments = {
        each.id: each for each in facts.of(Attachment) if each.id is not None and facts.counts(each.page_id)
    }
    cases = []
    for look in facts.looks(Download, by=lambda each: each.attachment_id):
        attachment = attachments.get(look.last.attachment_id)
        if attachment is not None:
            cases.append(_download_case(question, attachment, look))
    if cases:
        return share(cases, question.entry, question.z)
    offered = [each for each in attachments.values() if each.outcome is not Outcome.ABSENT]
    guides = [each for each in facts.of(Guide) if facts.counts(each.page_id) and each.outcome is Outcome.OK]
    if guides and not offered:
        nothing = Deduction(
            subject="no attachment",
            text=Words(
                f"{len(guides)} 篇抽样指南均未提供附件",
                f"none of the {len(guides)} sampled guides offers a file",
            ),
            source=guides[0],
        )
        case = Case(outcome=Outcome.ABSENT, reason=Reason.NOT_OFFERED, faults=(nothing,))
        return share([case], question.entry, question.z)
    return unmeasured()


def _download_case(question: Question, attachment: Attachment, look: Look[Download]) -> Case:
    where = page_words(question.facts, attachment.page_id)
    label = shortened(attachment.label)
    subject = f"{page_subject(question.facts, attachment.page_id)} {attachment.label}"
    what = Words(f"{where.zh}的附件“{label}”", f"attachment “{label}” of {where.en}")
    case = case_of(look, subject=subject, what=what)
    if look.outcome is Outcome.OK and "mislabelled" in (look.last.notes or ""):
        kind = look.last.detected_type or "?"
        remark = Deduction(
            subject=f"{subject} mislabelled",
            text=Words(
                f"{what.zh}扩展名与内容（{kind}）不符", f"{what.en} is not what its name says ({kind})"
            ),
            source=look.last,
        )
        return Case(outcome=case.outcome, credit=case.credit, remarks=(*case.remarks, remark))
    return case


@indicator("cross_province_items")
def cross_province_items(question: Question) -> Measured:
    """Required items that the zone lists; a list that is not whole is shown, not scored."""
    facts = question.facts
    lists = {each.zone: each for each in facts.of(ItemList)}
    zones = [zone for zone in question.entry.words("zones") if zone in lists and lists[zone].whole]
    if not zones:
        return unmeasured(note=str(Reason.LIST_INCOMPLETE if lists else Reason.TOO_FEW))
    rows: dict[tuple[str, str], list[Look[ZoneItem]]] = defaultdict(list)
    whole_zone: list[Look[ZoneItem]] = []
    for look in facts.looks(ZoneItem, by=lambda each: (each.zone, each.required_item, each.listed_name)):
        if look.last.zone not in zones:
            continue
        if look.last.required_item is not None:
            rows[look.last.zone, look.last.required_item].append(look)
        elif look.last.relation is not Relation.EXTRA:
            whole_zone.append(look)
    cases = [_item_case(item, looks) for (_, item), looks in sorted(rows.items())]
    if not cases:
        cases = [
            case_of(look, subject=look.last.zone, what=ZONES.get(look.last.zone, Words("专区", "the zone")))
            for look in whole_zone
        ]
    return share(cases, question.entry, question.z)


def _item_case(item: str, looks: list[Look[ZoneItem]]) -> Case:
    order = (Outcome.OK, Outcome.FAILED, Outcome.ABSENT)
    # one required item may stand there under several names: the best one counts
    best = min(looks, key=lambda look: order.index(look.outcome) if look.outcome in order else len(order))
    case = case_of(best, subject=item, what=Words(f"跨省通办事项“{item}”", f"跨省通办 item “{item}”"))
    drifting = [
        look.last.listed_name
        for look in looks
        if look.outcome is Outcome.OK and look.last.relation is not Relation.SAME and look.last.listed_name
    ]
    if best.outcome is not Outcome.OK or not drifting or best.last.relation is Relation.SAME:
        return case
    names = "、".join(shortened(each) for each in drifting)
    remark = Deduction(
        subject=f"{item} name",
        text=Words(
            f"跨省通办事项“{item}”以“{names}”之名列出", f"跨省通办 item “{item}” is listed as “{names}”"
        ),
        source=best.last,
    )
    return Case(outcome=case.outcome, credit=case.credit, remarks=(*case.remarks, remark))


@indicator("guide_elements")
def guide_elements(question: Question) -> Measured:
    """Share of the nine key categories that each sampled guide states."""
    facts = question.facts
    stated: dict[int, list[GuideElement]] = defaultdict(list)
    for element in facts.of(GuideElement):
        stated[element.guide_id].append(element)
    cases = []
    for look in facts.looks(Guide, by=lambda guide: guide.page_id):
        guide = look.last
        if not facts.counts(guide.page_id):
            continue
        words = page_words(facts, guide.page_id)
        lacking = _lacking(question, stated.get(guide.id or 0, []))
        missing = f"（缺：{'、'.join(lacking)}）" if lacking else ""
        missing_en = f" (missing: {', '.join(lacking)})" if lacking else ""
        text = Words(
            f"{words.zh}只具备 {guide.key_expected} 类重点要素中的 {guide.key_present} 类{missing}",
            f"{words.en} states {guide.key_present} of {guide.key_expected} key categories{missing_en}",
        )
        measurable = look.outcome is Outcome.OK and guide.key_expected > 0
        cases.append(
            Case(
                outcome=look.outcome,
                reason=look.reason,
                credit=min(1.0, guide.key_present / guide.key_expected) if measurable else None,
                faults=(Deduction(subject=page_subject(facts, guide.page_id), text=text, source=guide),),
            )
        )
    return share(cases, question.entry, question.z, interval=False)


def _lacking(question: Question, elements: list[GuideElement]) -> list[str]:
    """The key categories of which a guide states no element."""
    if not elements:
        return []
    present = {each.element for each in elements if each.present}
    categories = (each.partition(":") for each in question.entry.words("categories"))
    return [
        name.strip()
        for name, _, members in categories
        if not present & {member.strip() for member in members.split(",")}
    ]


@indicator("interaction_channels")
def interaction_channels(question: Question) -> Measured:
    """The three modules 咨询, 投诉, 好差评: opened, not used."""
    modules = question.entry.words("modules")
    looks = {each.last.module: each for each in question.facts.looks(Interaction, by=lambda row: row.module)}
    if not looks:
        return unmeasured()
    cases = []
    for module in modules:
        look = looks.get(module)
        name = MODULES.get(module, Words(module, module))
        if look is None:
            cases.append(Case(outcome=Outcome.NOT_MEASURED, reason=Reason.INTERRUPTED))
        else:
            what = Words(f"{name.zh}模块", f"the {name.en} module")
            cases.append(case_of(look, subject=module, what=what))
    return share(cases, question.entry, question.z)
