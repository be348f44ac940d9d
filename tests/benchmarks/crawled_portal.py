"""A portal of any size for benchmarks: served by a process of its own, each page made when it is asked for."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

PER_PAGE = 50
_ROWS = {
    "事项类型": "行政许可",
    "实施主体": "市公安局",
    "设定依据": "《中华人民共和国居民身份证法》第十二条",
    "受理条件": "具有本市户籍的公民，因故急需使用身份证的，可以申请办理。",
    "法定办结时限": "20个工作日",
    "承诺办结时限": "3个工作日",
    "申请材料": "居民户口簿原件；申请表一份",
    "办理流程": "申请、受理、审查、决定、送达",
    "收费标准": "不收费",
    "办理地点": "市政务服务中心二楼",
    "咨询电话": "021-12345678",
}


def guide(number: int, size: int) -> str:
    """A guide of about `size` bytes, most of it markup, as on real portals."""
    head = (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>居民身份证换领（第{number}号）-办事指南</title></head><body>"
        f'<div class="nav"><a href="/">首页</a><a href="/list">办事服务</a></div><h1>居民身份证换领（第{number}号）</h1>'
        f"<table><tr><th>事项名称</th><td>居民身份证换领（第{number}号）</td></tr>{_rows()}</table>"
    )
    return head + _materials(size - len(head.encode())) + "</body></html>"


@cache
def _rows() -> str:
    return "".join(
        f'<tr class="item-row"><th class="label" scope="row">{label}</th>'
        f'<td class="value" colspan="3"><div class="text-box"><p>{text}</p></div></td></tr>'
        for label, text in _ROWS.items()
    )


# made once: the crawlers are measured, not the portal
@lru_cache(maxsize=64)
def _materials(size: int) -> str:
    block = (
        '<div class="material-item clearfix" data-index="{0}"><span class="material-name">材料第{0}项说明</span>'
        '<ul class="material-attr"><li class="attr">来源渠道：申请人自备</li><li class="attr">纸质材料：原件一份</li>'
        '<li class="attr">填报须知：用黑色签字笔填写</li></ul></div>'
    )
    blocks: list[str] = []
    length = 0
    while length < size:
        blocks.append(block.format(len(blocks)))
        length += len(blocks[-1].encode())
    return "".join(blocks)


def page(path: str, guides: int, size: int) -> str:
    """Any page of the portal."""
    if path.startswith("/guide/"):
        return guide(int(path.rpartition("/")[2]), size)
    if path.startswith("/list"):
        number = int(path.partition("page=")[2] or 1)
        shown = range((number - 1) * PER_PAGE, min(number * PER_PAGE, guides))
        last = -(-guides // PER_PAGE)
        turns = "".join(
            f'<a href="/list?page={each}">{each}</a>'
            for each in range(max(1, number - 5), min(last, number + 10) + 1)
            if each != number
        )
        items = "".join(f'<li><a href="/guide/{n}">居民身份证换领（第{n}号）</a></li>' for n in shown)
        return (
            f"<!DOCTYPE html><html><head><meta charset=utf-8><title>办事服务</title></head><body><h1>办事服务</h1>"
            f"<ul>{items}</ul><div class=pager>{turns}</div></body></html>"
        )
    return (
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>测试市政务服务网</title></head><body><h1>测试市政务服务网</h1>"
        '<p>欢迎使用一体化政务服务平台。</p><a href="/list">办事服务</a></body></html>'
    )


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, guides: int, size: int) -> None:
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ", 2)[1].decode()
            found = not path.endswith((".txt", ".xml"))
            body = page(path, guides, size).encode() if found else b""
            status = "200 OK" if found else "404 Not Found"
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _serve(guides: int, size: int) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: _answer(reader, writer, guides, size), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


@contextmanager
def portal(guides: int, size: int) -> Iterator[str]:
    """The portal's address, as long as the context lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.crawled_portal", str(guides), str(size)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
