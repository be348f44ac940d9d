"""A portal that writes for our terminal, table program, report, database and log: all of it stays text."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import lxml.html
import openpyxl
import pytest
from aiohttp import web

from tests.probes.runs.sweeping import rows, sound
from tests.program import clean_environment, run_probe
from tests.spiders.websites import guide, links, page, serve

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\u202e\u2066"
FORMULA = '=HYPERLINK("http://evil.example/","点这里")'
MARKUP = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>"
QUOTES = "'); drop table runs; --\"%s{0}{{7*7}}[red]x[/red]"
HOSTILE = FORMULA + ESCAPES + MARKUP + QUOTES
LONG_NAME = "../../" + "长" * 4000 + "\r\nSet-Cookie: a=b\x00\x1b[2J.pdf"


def in_html(text: str) -> str:
    return "".join(f"&#{ord(each)};" for each in text)


def portal() -> dict[str, object]:
    hostile = in_html(HOSTILE)
    matter = f"临时居民身份证办理{hostile}"
    files = "".join(
        f'<a href="/file/{number}">{in_html(name)}</a>'
        for number, name in enumerate(
            (f"{FORMULA}.doc", f"申请表{ESCAPES}.docx", LONG_NAME, f"+1|cmd' /C calc'!A0{MARKUP}.xls")
        )
    )
    shown = guide(matter).replace("</table>", f"</table><h3>申请材料</h3><div>{files}</div>")

    def handed_out(request: web.Request) -> web.Response:
        name = quote(HOSTILE + LONG_NAME[:600])
        return web.Response(
            body=b"MZ\x90\x00" + b"\0" * 64,
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
                "Content-Type": "application/msword",
            },
        )

    return {
        "/": page(
            f"门户{hostile}", links(("/guide/1", matter), (f"/{quote(HOSTILE)}", hostile), ("/gone", hostile))
        ),
        "/guide/1": shown,
        **{f"/file/{number}": handed_out for number in range(4)},
    }


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a run on that portal, and all that it printed."""
    folder = tmp_path_factory.mktemp("hostile")

    async def probe() -> str:
        async with serve(portal()) as site:
            run = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "probes.cli", "-vv", "city", "hostile", "--home", site.base + "/"),
                *(
                    "--allow-private",
                    "127.0.0.1",
                    "--rate",
                    "100",
                    "--only",
                    "crawl,links,downloads",
                    "--db",
                    "probe.db",
                ),
                cwd=folder,
                env=clean_environment(),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            printed, _ = await run.communicate()
            assert run.returncode in (0, 3), printed.decode()[-3000:]
            return printed.decode()

    return folder, asyncio.run(probe())


def obeyed(text: str) -> set[str]:
    """What a terminal would obey."""
    return {each for each in text if each not in "\n\t" and unicodedata.category(each) in ("Cc", "Cf", "Cs")}


def test_it_was_there_to_do_harm(probed: tuple[Path, str]) -> None:
    database = probed[0] / "probe.db"
    sound(database)
    [(title,)] = rows(database, "select title from pages where url like '%/guide/1'")
    assert FORMULA in title and MARKUP in title
    assert rows(database, "select count(*) >= 3 from downloads where outcome = 'failed'") == [(1,)]
    assert rows(database, "select count(*) from runs") == [(1,)]


COMMANDS = (
    ("explain", "hostile", "attachment_download"),
    ("explain", "hostile", "attachment_download", "--json"),
    ("todo", "hostile"),
    ("todo", "hostile", "--json"),
)


def test_no_terminal_obeys_what_is_printed(probed: tuple[Path, str]) -> None:
    folder, log = probed
    assert obeyed(log) == set()
    for command in COMMANDS:
        ended = run_probe(*command, cwd=folder)
        assert ended.returncode == 0, ended.stderr
        assert (command, obeyed(ended.stdout + ended.stderr)) == (command, set())
    said = json.loads(run_probe("todo", "hostile", "--json", cwd=folder).stdout)
    assert said, "and JSON is still JSON"


def cells(folder: Path) -> Iterator[object]:
    for target in ("out.csv", "out.xlsx", "todo.xlsx"):
        command = ("todo", "hostile", "-o", target) if target == "todo.xlsx" else ("export", "--to", target)
        ended = run_probe(*command, cwd=folder)
        assert ended.returncode == 0, ended.stderr
    for table in folder.glob("out*.csv"):
        for row in csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig"))):
            yield from row
    for book in ("out.xlsx", "todo.xlsx"):
        for sheet in openpyxl.load_workbook(folder / book):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", cell.value
                    yield cell.value


def test_no_cell_becomes_a_formula(probed: tuple[Path, str]) -> None:
    found = [each for each in cells(probed[0]) if isinstance(each, str)]
    assert any("HYPERLINK" in each for each in found)
    led = [
        each[:60]
        for each in found
        if each.lstrip("\u202e\u2066 \t\r\n")[:1] in ("=", "@") or each[:2] in ("+1", "-1")
    ]
    assert led == []


def test_the_report_runs_nothing_of_theirs(probed: tuple[Path, str]) -> None:
    folder, _ = probed
    ended = run_probe("report", "-o", "report.html", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    text = (folder / "report.html").read_text(encoding="utf-8")
    tree = lxml.html.fromstring(text)
    assert "owned" not in "".join(tree.xpath("//script/text()"))
    assert tree.xpath("//img[@onerror] | //*[@src='x']") == []
    assert [
        each for each in tree.xpath("//a/@href") if each.lower().startswith(("javascript:", "data:text"))
    ] == []
    assert "\x1b" not in text and "\x9b" not in text


def test_file_names_lead_nowhere(probed: tuple[Path, str]) -> None:
    folder, _ = probed
    names = {each.name for each in folder.rglob("*")}
    assert max(map(len, names)) < 100, "evidence is named by its hash"
    assert not any(obeyed(each) or ".." in each or "长" in each for each in names)
    kept = rows(folder / "probe.db", "select filename from downloads where filename is not null")
    assert kept and all(len(name) <= 255 and "/" not in name and not obeyed(name) for (name,) in kept)
