"""The README's section on tables and views, generated from the schema: `python -m results.schema_docs`.

With `--check` nothing is written; the exit code says whether the section is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from results.columns import Column, Record
from results.descriptions import column_words, table_words
from results.schema import SCHEMA_VERSION
from results.tables import tables
from results.views import VIEWS

BEGIN = "<!-- tables:begin (generated: python -m results.schema_docs) -->"
END = "<!-- tables:end -->"
READMES = {"en": Path("README.md"), "zh": Path("README.zh-CN.md")}

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
        about = table_words(name, view.about).in_language(language)
        rows = "\n".join(
            f"| `{column}` | {_escaped(column_words(text).in_language(language))} |"
            for column, text in view.columns.items()
        )
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
    about = table_words(record.TABLE, record.ABOUT).in_language(language)
    rows = "\n".join(
        f"| `{each.name}` | {_type(record, each, language)} | {_escaped(column_words(each.description).in_language(language))} |"
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
