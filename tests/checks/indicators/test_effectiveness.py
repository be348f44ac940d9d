from typing import Any

import pytest

from results.records import Attachment, GuideElement, Offer, Reason, Relation


def test_attachments_by_share_and_a_mislabelled_one_passes_with_a_finding(sheet: Any) -> None:
    page = sheet.guide("/guide/1", "户口迁移")
    sheet.download(page, "申请表")
    sheet.download(page, "样表", notes="mislabelled", detected_type="application/msword")
    sheet.download(page, "承诺书", "html_instead_of_file")
    sheet.download(page, "清单", "login_wall")
    found = sheet.score("attachment_download")
    assert (found.score, found.measured, found.coverage) == (pytest.approx(66.6667), 3, 0.75)
    costly, mislabelled = sheet.scored().findings
    assert (
        costly.points_lost == pytest.approx(33.3333)
        and "承诺书" in costly.text_zh
        and "户口迁移" in costly.text_zh
    )
    assert mislabelled.points_lost == 0 and "application/msword" in mislabelled.text_zh


def test_guides_without_attachments_have_no_broken_download(sheet: Any) -> None:
    page = sheet.guide("/guide/1", "户口迁移")
    sheet.add(Attachment, page_id=page, label="", offer=Offer.DATA, reason=Reason.NOT_OFFERED)
    found = sheet.score("attachment_download")
    assert (found.score, found.status, found.coverage) == (None, "absent", 0)


def test_attachments_that_were_never_fetched_are_not_measured(sheet: Any) -> None:
    page = sheet.guide("/guide/1", "户口迁移")
    sheet.add(Attachment, page_id=page, label="申请表", offer=Offer.LINK)
    assert sheet.score("attachment_download").status == "not_measured"


def test_a_list_that_is_not_whole_is_not_scored(sheet: Any) -> None:
    sheet.items_known(19, 22)
    sheet.item("社会保障卡申领")
    found = sheet.score("cross_province_items")
    assert (found.score, found.status, found.note) == (None, "not_measured", "list_incomplete")


def test_items_once_the_list_is_whole(sheet: Any) -> None:
    sheet.items_known(4, 4)
    sheet.item("社会保障卡申领", relation=Relation.VARIANT, listed_name="社保卡申领（指引）")
    sheet.item("户口迁移")
    sheet.item("新生儿入户", "not_listed")
    sheet.item("工伤事故备案")
    sheet.item(None, relation=Relation.EXTRA, listed_name="公积金查询")
    sheet.item("一件事甲", "not_listed", zone="one_thing")
    found = sheet.score("cross_province_items")
    assert (found.score, found.measured, found.passed) == (75, 4, 3)
    missing, drifting = sheet.scored().findings
    assert missing.points_lost == 25 and "新生儿入户" in missing.text_zh
    assert drifting.points_lost == 0 and "社保卡申领（指引）" in drifting.text_zh


def test_an_item_under_its_own_name_and_another_has_not_drifted(sheet: Any) -> None:
    sheet.items_known(1, 1)
    sheet.item("社会保障卡申领")
    sheet.item("社会保障卡申领", relation=Relation.NARROWER, listed_name="社会保障卡申领（学生）")
    assert sheet.score("cross_province_items").score == 100
    assert sheet.scored().findings == ()


def test_both_lists_count_where_both_are_whole(sheet: Any) -> None:
    sheet.items_known(1, 1)
    sheet.items_known(1, 1, zone="kuasheng_2020")
    sheet.item("甲")
    sheet.item("乙", "not_listed", zone="kuasheng_2020")
    assert sheet.score("cross_province_items").score == 50


def test_no_zone_counts_zero(sheet: Any) -> None:
    sheet.items_known(2, 2)
    for item in ("甲", "乙"):
        sheet.item(item, "not_found")
    found = sheet.score("cross_province_items")
    assert (found.score, found.status, found.coverage) == (0, "absent", 1)


def test_elements_by_mean_share(sheet: Any) -> None:
    sheet.guide("/1", "甲", present=9)
    sheet.guide("/2", "乙", present=6)
    found = sheet.score("guide_elements")
    assert found.score == pytest.approx(83.3333)
    (finding,) = [each for each in sheet.scored().findings if each.indicator == "guide_elements"]
    assert finding.points_lost == pytest.approx(16.6667) and "乙" in finding.text_zh


def test_a_guide_names_the_key_categories_that_it_lacks(sheet: Any) -> None:
    sheet.guide("/1", "甲", present=7)
    there = ("事项名称", "设定依据", "受理条件/申请条件", "承诺办结时限", "申请材料", "办理流程", "咨询方式")
    for element in (*there, "行使层级", "收费", "办理地点/时间", "法定办结时限"):
        sheet.rows[GuideElement].append(
            GuideElement(
                id=len(sheet.rows[GuideElement]) + 1, guide_id=1, element=element, present=element in there
            )
        )
    (finding,) = [each for each in sheet.scored().findings if each.indicator == "guide_elements"]
    assert "（缺：收费、地点）" in finding.text_zh and "(missing: 收费, 地点)" in finding.text_en


def test_channels(sheet: Any) -> None:
    sheet.module("consult")
    sheet.module("complain", "http_5xx")
    sheet.module("rate", "not_found")
    found = sheet.score("interaction_channels")
    assert (found.score, found.status) == (pytest.approx(33.3333), "scored")


def test_channels_behind_a_login_leave_the_denominator(sheet: Any) -> None:
    sheet.module("consult")
    sheet.module("complain", "login_wall")
    sheet.module("rate")
    found = sheet.score("interaction_channels")
    assert (found.score, found.measured, round(found.coverage, 2)) == (100, 2, 0.67)
    assert not sheet.scored().city.blocked
