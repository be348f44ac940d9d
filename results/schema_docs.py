"""The README's section on tables and views, generated from the schema: `python -m results.schema_docs`.

With `--check` nothing is written; the exit code says whether the section is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from results.schema import SCHEMA_VERSION
from results.tables import Column, Record, tables
from results.views import VIEWS

BEGIN = "<!-- tables:begin (generated: python -m results.schema_docs) -->"
END = "<!-- tables:end -->"
READMES = {"en": Path("README.md"), "zh": Path("README.zh-CN.md")}

TABLES_ZH = {
    "cities": "城市：登记表中的一行",
    "sweeps": "普查：在同一设置下测量的多个城市",
    "runs": "测量：一次普查中的一个城市",
    "units": "已完成的工作单元：续跑时不再重复",
    "circuits": "停止应答、被暂缓或不再访问的主机：未尝试的记为 circuit_open",
    "crawls": "爬取：一次测量的爬取进行到哪里",
    "crawl_cuts": "爬取中被截断的地址模式，各记一次",
    "page_links": "未完成的测量中各页的链接，供续跑时抽取同样的链接；测量结束即清空",
    "frontier": "爬取遇到的每个地址及其结果：被中断的爬取由此继续",
    "item_lists": "该次测量所用的规定事项清单，及其是否完整",
    "indicators": "该次普查时的指标目录",
    "scores": "指标得分及其依据",
    "findings": "问题：失分或应改进之处",
    "facet_scores": "维度得分",
    "city_scores": "城市总分",
    "scorings": "评分：第一次，或复核、更换目录后的重新计算",
    "imported_scores": "导入的其他维度得分（非本程序测量）",
    "reviews": "复核：申诉的结论，与不改动的观测并列",
    "evidence": "证据文件，以其 SHA-256 命名",
    "pages": "爬虫找到的页面",
    "guides": "读到的办事指南",
    "guide_elements": "办事指南的要素",
    "attachments": "页面提供的附件，及提供方式",
    "page_loads": "在真实浏览器内核中打开页面",
    "layouts": "手机宽度下的页面",
    "links": "检查过的链接",
    "downloads": "下载过的附件，及其是否名副其实",
    "searches": "门户搜索的每一次试搜",
    "zone_items": "专区中的规定事项与额外事项",
    "chat_turns": "向智能客服提出的问题与回答",
    "availability": "对首页的一次访问",
    "interactions": "打开（不使用）的互动模块",
    "latest_city_scores": "各城市最近一次的总分",
    "city_ranking": "排名：区间重叠的城市并列",
    "region_scores": "七大区得分",
    "score_history": "各城市历次总分",
    "indicator_history": "各城市历次指标得分",
    "cross_province_gaps": "跨省通办专区未列出的规定事项",
    "name_drift": "各城市对同一规定事项的不同叫法",
}
"""What a row is, in Chinese, for the Chinese README."""

_WORDS = {
    "en": {
        "schema": f"Schema version {SCHEMA_VERSION} (`PRAGMA user_version`). Moments are ISO-8601 UTC, columns that end in "
        "`_ms` milliseconds, shares and coverage 0-1, scores 0-100, booleans 0/1.",
        "tables": "Tables",
        "views": "Views",
        "head": "| column | type | says |",
        "key": "primary key",
        "null": "or NULL",
    },
    "zh": {
        "schema": f"结构版本 {SCHEMA_VERSION}（`PRAGMA user_version`）。时刻为 ISO-8601 UTC，以 `_ms` 结尾的列为毫秒，"
        "比例与覆盖率为 0–1，得分为 0–100，布尔值为 0/1。",
        "tables": "表",
        "views": "视图",
        "head": "| 列 | 类型 | 说明 |",
        "key": "主键",
        "null": "可为 NULL",
    },
}
_TYPES = {int: "INTEGER", float: "REAL", str: "TEXT"}


def section(language: str) -> str:
    """Tables and views as Markdown, in `en` or `zh`."""
    words = _WORDS[language]
    parts = [words["schema"], f"### {words['tables']}"]
    parts += [_table(each, language) for each in tables()]
    parts.append(f"### {words['views']}")
    for name, view in VIEWS.items():
        about = TABLES_ZH[name] if language == "zh" else view.about
        rows = "\n".join(f"| `{column}` | {_escaped(text)} |" for column, text in view.columns.items())
        head = words["head"].replace(" 类型 |", "").replace(" type |", "")
        parts.append(_folded(name, about, f"{head}\n|---|---|\n{rows}"))
    return "\n\n".join(parts)


def renew(text: str, language: str) -> str:
    """A README's text with the section between the markers made anew.

    Raises:
        ValueError: The markers are not there.
    """
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        raise ValueError("the markers of the table section are missing")
    return f"{text[: begin + len(BEGIN)]}\n\n{section(language)}\n\n{text[end:]}"


def outdated(folder: Path) -> list[Path]:
    """The READMEs below a folder whose section is not what the schema says."""
    stale = []
    for language, name in READMES.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        if renew(text, language) != text:
            stale.append(path)
    return stale


def main(arguments: list[str] | None = None) -> int:
    """Write the sections, or with `--check` only say whether they are up to date."""
    stale = outdated(Path())
    if "--check" in (sys.argv[1:] if arguments is None else arguments):
        for path in stale:
            sys.stderr.write(f"{path}: table section is out of date; run python -m results.schema_docs\n")
        return 1 if stale else 0
    for language, path in READMES.items():
        path.write_text(renew(path.read_text(encoding="utf-8"), language), encoding="utf-8")
    return 0


def _table(record: type[Record], language: str) -> str:
    words = _WORDS[language]
    about = TABLES_ZH[record.TABLE] if language == "zh" else record.ABOUT
    rows = "\n".join(
        f"| `{each.name}` | {_type(record, each, language)} | {_escaped(each.description)} |"
        for each in record.columns()
    )
    return _folded(record.TABLE, about, f"{words['head']}\n|---|---|---|\n{rows}")


def _type(record: type[Record], column: Column, language: str) -> str:
    words = _WORDS[language]
    said = _TYPES[column.type]
    if column.name == record.PRIMARY_KEY:
        return f"{said}, {words['key']}"
    if column.references:
        said += f" → `{column.references}`"
    return f"{said}, {words['null']}" if column.nullable else said


def _folded(name: str, about: str, body: str) -> str:
    return f"<details>\n<summary><code>{name}</code>: {about}</summary>\n\n{body}\n\n</details>"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    raise SystemExit(main())
