"""How well and how fast pages are read, against labelled real pages that lie outside the repository.

Run it with `PORTAL_PROBE_EXAMPLES=FOLDER python -m tests.benchmarks.bench_reading`, or as a script. The folder
holds `guides.jsonl` (one page a line: `label` guide or not, `html` its file, `fields` the elements present) and
the pages. Without a folder only the speed on a made-up page is printed.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from spiders.guide_reader import PageReading, read_elements
from spiders.net.encoding import decode_html
from spiders.page_kinds import kind_of
from spiders.page_state import judge

# the labels' own names for elements, where they differ from the vocabulary's
_ELEMENT_OF = {
    "办理时限": "办结时限(未分)",
    "受理条件": "受理条件/申请条件",
    "申请条件": "受理条件/申请条件",
    "收费标准": "收费",
    "是否收费": "收费",
    "咨询电话": "咨询方式",
    "监督电话": "监督投诉方式",
    "办理地点": "办理地点/时间",
    "办理时间": "办理地点/时间",
    "事项类型": "事项类型/权力类别",
    "审批结果": "审批结果/结果样本",
}
_ADDRESS = "http://www.example.gov.cn/content/page.html"
_PAGE_BYTES = 60_000
_GUIDE = """<tr><th>{n}实施主体</th><td>市公安局</td><th>办件类型</th><td>承诺件</td></tr>
<tr><td colspan="4"><div class="con"><p class="p" style="text-indent:2em">第{n}项说明：申请人应当如实提交有关材料和反映真实情况。</p>
<a class="down" href="/upload/2024/form{n}.docx" title="申请表">申请表</a></div></td></tr>"""


@dataclass
class Tally:
    """Right, wrongly found, missed."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.extra + self.missed
        return 2 * self.right / total if total else 1.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.3f} (right {self.right}, extra {self.extra}, missed {self.missed})"


def main() -> None:
    """Print the figures."""
    folder = os.environ.get("PORTAL_PROBE_EXAMPLES")
    if folder:
        _print_accuracy(Path(folder))
    else:
        print("PORTAL_PROBE_EXAMPLES names no folder: accuracy is not measured")
    _print_speed(Path(folder) if folder else None)


def _print_accuracy(folder: Path) -> None:
    rows = [json.loads(line) for line in (folder / "guides.jsonl").read_text("utf-8").splitlines()]
    labelled = {_ELEMENT_OF.get(name, name) for row in rows for name in row["fields"]}
    guides, elements = Tally(), Tally()
    accused = 0
    for row in rows:
        html = decode_html((folder / row["html"]).read_bytes())
        page = PageReading.of(html, _ADDRESS)
        is_guide = row["label"] == "guide"
        guides.right += is_guide and page.guide is not None
        guides.extra += not is_guide and page.guide is not None
        guides.missed += is_guide and page.guide is None
        if is_guide is (page.guide is None):
            print(
                f"  wrong: {row['html']} ({row['kind']}): {page.evidence.weight:.1f} {page.evidence.in_words()}"
            )
        reason = judge(
            status=200,
            headers={},
            title=page.document.title,
            text=page.document.text,
            html=html,
            url=_ADDRESS,
        )
        if reason is not None:
            accused += 1
            print(f"  accused: {row['html']} {reason}")
        if is_guide:
            wanted = {_ELEMENT_OF.get(name, name) for name in row["fields"]}
            read = read_elements(page.statements, page.fields) if page.guide else ()
            found = {element.element for element in read} & labelled
            elements.right += len(wanted & found)
            elements.extra += len(found - wanted)
            elements.missed += len(wanted - found)
            for element in read:
                if element.element in found - wanted:
                    print(
                        f"  extra: {row['html']} {element.element} ({element.label}): {element.text[:40]!r}"
                    )
            for name in sorted(wanted - found):
                print(f"  missed: {row['html']} {name}")
    print(f"guide or not: {guides}")
    print(f"elements:     {elements}")
    print(f"real pages judged not to open: {accused} of {len(rows)}")


def _print_speed(folder: Path | None) -> None:
    made_up = _made_up_page()
    print(f"a made-up guide of {len(made_up) // 1000} KB: {_median_ms(made_up):.1f} ms CPU (median)")
    if folder is not None:
        times = [(len(content), _median_ms(content, rounds=5)) for content in _pages(folder)]
        scaled = [ms * _PAGE_BYTES / size for size, ms in times if size > 20_000]
        if scaled:
            print(
                f"real pages, scaled to 60 KB: {statistics.median(scaled):.1f} ms CPU (median), {max(scaled):.1f} at most"
            )


def _pages(folder: Path) -> Iterator[bytes]:
    for path in sorted((folder / "html").glob("*.html")):
        yield path.read_bytes()


def _made_up_page() -> bytes:
    head = "<html><head><title>临时居民身份证办理-办事指南</title></head><body><h1>临时居民身份证办理</h1><table>"
    rows: list[str] = []
    while sum(map(len, rows)) < _PAGE_BYTES * 0.72:
        rows.append(_GUIDE.format(n=len(rows) + 1))
    return (head + "".join(rows) + "</table></body></html>").encode()


def _median_ms(content: bytes, rounds: int = 15) -> float:
    """CPU milliseconds for everything that the reader does with one page, from its bytes to its kind."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        html = decode_html(content)
        page = PageReading.of(html, _ADDRESS)
        kind_of(url=_ADDRESS, reading=page)
        judge(
            status=200,
            headers={},
            title=page.document.title,
            text=page.document.text,
            html=html,
            url=_ADDRESS,
        )
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
