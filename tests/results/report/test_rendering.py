import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import lxml.html
import pytest

from checks.catalogue import load
from results.errors import PlainError, StoreError
from results.evidence import folder_of
from results.ledger import CityScore, Finding, ImportedScore, Review, Run, State
from results.records import PageLoad
from results.report import write_report
from results.scores import run_of
from results.store import Store

ITEMS = ("社会保障卡申领", "户口迁移", "新生儿入户", "工伤事故备案")


def written(archive: Any, tmp_path: Path, **options: Any) -> str:
    return write_report(archive.store, tmp_path / "report.html", **options).read_text(encoding="utf-8")


def test_everything_is_there_in_both_languages(archive: Any, tmp_path: Path) -> None:
    archive.sweep(["city00", "city01", "city02"], week=1, trouble=0.3)
    html = written(archive, tmp_path)
    for words in (
        "发现",
        "Summary",
        "排名",
        "Ranking",
        "热力图",
        "跨省通办",
        "What could not be measured",
        "方法与出处",
    ):
        assert words in html
    assert "第00市" in html and "multi_browser_load" in html and "203.0.113.7" in html
    assert "社会保障卡申领（指引）" in html
    charts = re.findall(r"<svg[^>]*role=.img", html)
    assert len(charts) == 2 * 3  # regions, grades and trend, each in both languages
    assert html.count("<polyline") == 3
    assert not re.search(r"""(src|href)=["']https?://(?!city\d\d\.test|127\.)""", html)


def test_one_city_alone_has_all_its_findings_and_no_other_city(archive: Any, tmp_path: Path) -> None:
    html = written(archive, tmp_path, city="city01")
    assert "第01市" in html and "第00市" not in html
    findings = archive.store.database.execute(
        "select count(*) from findings where run_id = ?", [run_of(archive.store, "city01").id]
    ).fetchone()[0]
    assert html.count('<dt><span lang="zh-CN">观测</span>') == findings


def test_screenshots_are_linked_embedded_or_reported_as_gone(archive: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "report.html"
    write_report(archive.store, target, city="city00")
    links = re.findall(r'href="([^"]+\.png)"', target.read_text(encoding="utf-8"))
    assert links and all((target.parent / unquote(each)).is_file() for each in links)

    html = written(archive, tmp_path, city="city00", embed=True)
    assert html.count("data:image/png;base64,") == len(links)

    for path in folder_of(archive.store.path).rglob("*.png"):
        path.unlink()
    assert "文件已不存在" in written(archive, tmp_path, city="city00")


def test_blocked_insufficient_reviewed_corrected_and_imported_are_marked(
    archive: Any, tmp_path: Path
) -> None:
    store = archive.store
    store.database.execute("update city_scores set blocked = 1 where run_id = 1")
    store.database.execute("update city_scores set score = null, grade = null where run_id = 2")
    total = store.all(CityScore, run_id=3)[0]
    rows = store.database.execute("select count(*) from scores where run_id = 3").fetchone()[0]
    assert rows == 15
    store.add(
        CityScore(run_id=3, city="city02", score=88.0, coverage=1, grade="优秀", scoring=2, replaces=total.id)
    )
    store.add(
        Review(
            source_table="page_loads",
            source_id=1,
            decision="overturned",
            by="王审核",
            why="误判",
            decided_at="2026-02-01T00:00:00.000Z",
        )
    )
    store.add(
        ImportedScore(
            city="city02",
            dimension="事项办理",
            score=77.7,
            source="人工评估",
            imported_at="2026-02-01T00:00:00.000Z",
        )
    )
    html = written(archive, tmp_path)
    for words in (">拦截<", "覆盖不足", "王审核", "重新计算，原为", "88.0", ">导入<", "人工评估"):
        assert words in html


def test_an_empty_file_and_an_unknown_sweep_are_one_clear_line(archive: Any, tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db") as empty, pytest.raises(PlainError, match="nothing to report"):
        write_report(empty, tmp_path / "r.html")
    with pytest.raises(PlainError, match="sweep 99"):
        written(archive, tmp_path, sweep=99)
    with pytest.raises(StoreError, match="cannot write"):
        write_report(archive.store, tmp_path / "nowhere" / "r.html")


def test_vantage_that_is_no_json_is_not_a_crash(archive: Any, tmp_path: Path) -> None:
    archive.store.database.execute("update sweeps set vantage = 'x', settings = ?", [json.dumps([1])])
    assert "未记录" in written(archive, tmp_path)


def test_a_sweep_under_way_is_reported_with_what_there_is(archive: Any, tmp_path: Path) -> None:
    store = archive.store
    for table in ("city_scores", "facet_scores", "scores", "findings", "scorings"):
        store.database.execute(f"delete from {table} where run_id = 2")
    store.change(store.all(Run, id=2)[0], state=State.RUNNING, finished_at=None)
    html = written(archive, tmp_path)
    assert html.count("尚未评分") >= 2 and "1 个城市尚未评分" in html
    assert "尚未评分" in written(archive, tmp_path, city="city01")


def test_one_city_among_one_has_no_place(new_archive: Any, tmp_path: Path) -> None:
    alone = new_archive("alone.db")
    alone.sweep(alone.cities(1))
    html = written(alone, tmp_path, city="city00")
    assert "名次" not in html and not re.search(r"第 [0-9–]+ 名", html)


def test_the_looks_before_the_one_that_decided_are_shown(archive: Any, tmp_path: Path) -> None:
    store = archive.store
    finding = next(each for each in store.all(Finding, run_id=1) if each.source_table == "page_loads")
    (load,) = store.all(PageLoad, id=finding.source_id)
    again = store.add(replace(load, id=None, attempt=2, note="net::ERR_EMPTY_RESPONSE"))
    store.change(finding, source_id=again.id)
    html = written(archive, tmp_path, city="city00")
    assert "此前" in html and f"page_loads #{load.id}" in html and "net::ERR_EMPTY_RESPONSE" in html


def test_control_sites_and_where_pages_came_from_are_shown(archive: Any, tmp_path: Path) -> None:
    noted = {
        "egress_address": None,
        "behind_nat": True,
        "local_addresses": ["10.0.0.7"],
        "network": "10.0.0.0/24",
        "control_sites": [
            {"url": "https://control.example/", "reason": None, "http_status": 200, "elapsed_ms": 88.4},
            {"url": "https://down.example/", "reason": "timeout"},
            "nonsense",
        ],
    }
    archive.store.database.execute("update sweeps set vantage = ?", [json.dumps(noted)])
    html = written(archive, tmp_path)
    for words in (
        "NAT 之后",
        "10.0.0.7",
        "10.0.0.0/24",
        "https://control.example/",
        "88 ms",
        "超时",
        "203.0.113.80",
    ):
        assert words in html


def test_cities_judged_by_different_catalogues_stand_in_one_report(archive: Any, tmp_path: Path) -> None:
    archive.store.database.execute(
        "insert into sweeps (id, kind, state, started_at, settings, tool_version, vantage) "
        "select 2, kind, state, started_at, settings, tool_version, vantage from sweeps where id = 1"
    )
    archive.store.database.execute("update runs set sweep_id = 2 where id = 2")
    for line in load().as_records(2):
        if line.indicator != "load_time":
            archive.store.add(line)
    archive.store.database.execute("delete from scores where run_id = 2 and indicator = 'load_time'")
    html = written(archive, tmp_path)
    assert "页面加载时间" in html and "第01市" in html


def test_english_readers_meet_no_chinese_word_of_ours(archive: Any, tmp_path: Path) -> None:
    document = lxml.html.fromstring(written(archive, tmp_path))
    for hidden in document.xpath(
        "//*[@lang='zh-CN'][not(self::html)] | //style | //script | //title | //bdi"
    ):
        hidden.drop_tree()
    # what portals and the catalogue's sources say stays as it is
    for kept in document.xpath(
        "//*[@id='method']//table | //*[@id='language'] | //*[contains(@class, 'finding')]"
    ):
        kept.drop_tree()
    said = document.xpath("//main")[0].text_content()
    # the name of the zone has no English one, and items are the portals'
    assert set(re.findall(r"[\u4e00-\u9fff]+", said)) <= {"跨省通办", *ITEMS}
