"""整改清单: what a city should mend, in order of points, for the people who mend it."""

from __future__ import annotations

from pathlib import Path

from results.errors import PlainError, StoreError
from results.ledger import Run
from results.scores import result_of
from results.store import Store
from results.todo.document import document
from results.todo.tasks import Task, beijing, tasks_of
from results.todo.workbook import workbook
from results.whole_files import whole_file

__all__ = ["Task", "tasks_of", "write_todo"]

_WRITERS = {".xlsx": workbook, ".docx": document}


def write_todo(store: Store, run: Run, target: Path) -> Path:
    """Write a run's list of what to mend as a workbook or a document.

    Args:
        store: The results file.
        run: The run.
        target: Path ending in .xlsx or .docx; overwritten if it exists.

    Raises:
        PlainError: Another suffix.
        StoreError: The file cannot be written.
    """
    write = _WRITERS.get(target.suffix.lower())
    if write is None:
        raise PlainError(
            zh=f"整改清单只能写成 {' 或 '.join(_WRITERS)}",
            en=f"a list of what to mend is {' or '.join(_WRITERS)}",
        )
    tasks = tasks_of(store, run)
    result = result_of(store, run)
    total = result.total
    score = (
        "覆盖不足，无总分"
        if total is None or total.score is None
        else f"总分 {total.score:.1f}（{total.grade}）"
    )
    content = write(
        f"{result.city.name}政务服务网整改清单",
        f"测量时间 {beijing(run.started_at)}（北京时间），{score}，共 {len(tasks)} 项；"
        "“约失总分”为该项在总分中约失去的分数",
        tasks,
    )
    try:
        with whole_file(target) as draft, draft.open("wb") as file:
            content.save(file)
    except OSError as error:
        raise StoreError(zh=f"无法写入 {target}：{error}", en=f"cannot write {target}: {error}") from error
    return target
