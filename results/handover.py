"""The results file as a hand-over product: one file, searchable in Chinese, with Datasette's metadata beside it.

Full text is indexed by trigrams, because the default tokenizer takes a Chinese sentence for one word.
Trigrams know no word of one or two characters: the searches in the metadata look for those row by row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlite_utils
import yaml

from results.descriptions import column_words, table_words
from results.errors import StoreError
from results.ledger import Evidence
from results.records import Observation
from results.store import Store
from results.tables import tables
from results.views import VIEWS
from results.whole_files import whole_file
from results.words import Words

FULL_TEXT = {
    "guides": ("matter",),
    "guide_elements": ("text",),
    "chat_turns": ("question", "answer"),
}
"""Tables that can be searched, and the columns that hold text."""

_FACETS = {
    "pages": ["kind", "outcome"],
    "page_loads": ["engine", "outcome", "reason"],
    "downloads": ["outcome", "reason"],
    "links": ["outcome", "reason"],
    "searches": ["wording", "outcome"],
    "zone_items": ["zone", "relation"],
    "chat_turns": ["verdict", "outcome"],
    "findings": ["indicator"],
    "scores": ["indicator", "status"],
    "latest_city_scores": ["region", "grade"],
    "city_ranking": ["region", "grade"],
}
_LABELS = {"cities": "name", "pages": "title", "guides": "matter", "attachments": "label", "evidence": "path"}
# trigrams know no word of two characters; those are looked for row by row
_SEARCH = (
    "((length(:words) >= 3 and {0}.id in "
    "(select rowid from {1}_fts where {1}_fts match '\"' || replace(:words, '\"', '\"\"') || '\"')) "
    "or (length(:words) < 3 and instr({2}, :words) > 0))"
)
_QUERIES = {
    "search_guides": (
        "在办事指南中搜索 / search the guides (any length, two characters too)",
        "select c.name, g.matter, e.element, e.text, p.url from guide_elements e "  # noqa: S608  # constants
        "join guides g on g.id = e.guide_id "
        "join pages p on p.id = g.page_id join runs r on r.id = g.run_id join cities c on c.slug = r.city where "
        + _SEARCH.format("e", "guide_elements", "e.text")
        + " limit 200",
    ),
    "search_answers": (
        "在智能客服的回答中搜索 / search the chatbots' answers (any length)",
        "select c.name, t.question, t.answer, t.verdict from chat_turns t "  # noqa: S608  # constants
        "join runs r on r.id = t.run_id join cities c on c.slug = r.city where "
        + _SEARCH.format("t", "chat_turns", "coalesce(t.question, '') || coalesce(t.answer, '')")
        + " limit 200",
    ),
}


def write_database(store: Store, target: Path, *, sweep: int | None = None) -> list[Path]:
    """Write the results as one SQLite file without sidecars, and Datasette metadata beside it.

    Args:
        store: The results file; it may be in use.
        target: Where to; replaced if it exists, and only once the new file is whole.
        sweep: Only what belongs to this sweep.

    Returns:
        The database and its metadata (`F.metadata.yaml`).

    Raises:
        StoreError: The target cannot be written.
    """
    try:
        with whole_file(target) as draft:
            _draw_up(store, draft, sweep)
    except sqlite3.Error as error:
        raise StoreError(zh=f"无法写入 {target}：{error}", en=f"cannot write {target}: {error}") from error
    metadata = target.with_name(f"{target.stem}.metadata.yaml")
    said = yaml.safe_dump(datasette_metadata(target.stem), allow_unicode=True, sort_keys=False, width=100)
    with whole_file(metadata) as draft:
        draft.write_text(said, encoding="utf-8")
    return [target, metadata]


def _draw_up(store: Store, draft: Path, sweep: int | None) -> None:
    draft.unlink(missing_ok=True)
    store.database.execute("vacuum into ?", [str(draft)])
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        # a draft that fails is thrown away: nothing to roll back to, and no journal to leave behind
        connection.execute("pragma journal_mode = off")
        if sweep is not None:
            _keep_only(connection, sweep)
        _index_text(connection)
        connection.execute("vacuum")
    finally:
        connection.close()


def datasette_metadata(database: str) -> dict[str, Any]:
    """Datasette metadata for an exported file: every table, view and column described, searches ready.

    Args:
        database: The file's name without its suffix, as Datasette calls the database.
    """
    described: dict[str, Any] = {}
    for record in tables():
        described[record.TABLE] = {
            "description": _said(table_words(record.TABLE, record.ABOUT)),
            "columns": {each.name: _said(column_words(each.description)) for each in record.columns()},
        }
    for name, view in VIEWS.items():
        described[name] = {
            "description": _said(table_words(name, view.about)),
            "columns": {column: _said(column_words(text)) for column, text in view.columns.items()},
        }
    for name, facets in _FACETS.items():
        described[name]["facets"] = facets
    for name, label in _LABELS.items():
        described[name]["label_column"] = label
    for name in FULL_TEXT:
        described[f"{name}_fts"] = {"hidden": True}
    return {
        "title": "政务服务网探测结果 / Portal Probe results",
        "description": "结果与原因为封闭词表；拦截不等于不可用；NULL 不是 0。"
        " / Outcomes and reasons are closed vocabularies; blocked is not down; NULL is not zero.",
        "databases": {
            database: {
                "tables": described,
                "queries": {
                    name: {"title": title, "sql": sql, "params": ["words"]}
                    for name, (title, sql) in _QUERIES.items()
                },
            }
        },
    }


def _said(words: Words) -> str:
    return words.en if words.zh == words.en else f"{words.zh} / {words.en}"


def _index_text(connection: sqlite3.Connection) -> None:
    database = sqlite_utils.Database(connection)
    for table, columns in FULL_TEXT.items():
        database.table(table).enable_fts(columns, tokenize="trigram", replace=True)


def _keep_only(connection: sqlite3.Connection, sweep: int) -> None:
    connection.execute("pragma foreign_keys = off")
    connection.execute("begin")
    for statement in _cuts():
        connection.execute(statement, {"sweep": sweep} if ":sweep" in statement else {})
    connection.execute("commit")


def _cuts() -> Iterator[str]:
    """Deletes what belongs to other sweeps, parents first, then whatever lost its parent."""
    yield "delete from sweeps where id <> :sweep"
    yield "delete from runs where sweep_id <> :sweep"
    for record in tables():
        names = {each.name for each in record.columns()}
        if record.TABLE == "availability":
            yield "delete from availability where city not in (select city from runs)"
            yield "delete from availability where run_id is not null and run_id not in (select id from runs)"
        elif record.TABLE == "maintenance_notices":
            yield "delete from maintenance_notices where city not in (select city from runs)"
        elif "run_id" in names:
            # table names are our own
            yield f"delete from [{record.TABLE}] where run_id not in (select id from runs)"  # noqa: S608
        elif "sweep_id" in names and record.TABLE != "runs":
            yield f"delete from [{record.TABLE}] where sweep_id is not null and sweep_id <> :sweep"  # noqa: S608
    yield "delete from guide_elements where guide_id not in (select id from guides)"
    used = " union ".join(
        f"select [{column}] from [{each.TABLE}] where [{column}] is not null"  # noqa: S608
        for each in tables()
        for column in each.pointing_at(Evidence.TABLE)
    )
    yield f"delete from evidence where id not in ({used})"  # noqa: S608
    observed = [each.TABLE for each in tables() if issubclass(each, Observation)]
    for table in observed:
        yield (
            f"delete from reviews where source_table = '{table}' "  # noqa: S608
            f"and source_id not in (select id from [{table}])"
        )
