"""The parsers of strangers' input, against input that coverage leads (atheris): `make fuzz`.

    python tests/fuzz/fuzz.py PARSER [libFuzzer's own options, e.g. -max_total_time=60]

A parser may refuse, by the errors that its docstring names; any other exception, a run of more than `-timeout`
seconds, or memory beyond `-rss_limit_mb` ends the run with the input kept in the working directory.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["spiders", "probes.documents", "probes.zones", "checks"]):
    import httpx
    from protego import Protego

    from checks import matters
    from checks.matters import comparing
    from checks.replies import facts, verdicts
    from checks.replies.appeared import Appeared
    from probes.documents import names
    from probes.documents.judging import judge_file
    from probes.zones import answers
    from spiders import addresses, list_apis, page_state, sitemaps
    from spiders.guide_reader import read_guide
    from spiders.net import bodies, challenges, encoding, hosts, pace, robots

HOME = "http://zwfw.example.gov.cn/a/b"


def address(given: bytes) -> None:
    """One form for each address, and it stays."""
    found = addresses.canonical(given.decode("utf-8", "surrogateescape"), HOME)
    if found is not None:
        assert addresses.canonical(found) == found
        addresses.pattern(found)
        addresses.paging_family(found)


def host(given: bytes) -> None:
    """One form for each host, and it stays."""
    with suppress(ValueError):
        found = hosts.plain_host(given.decode("utf-8", "replace"))
        assert hosts.plain_host(found) == found


def guide(given: bytes) -> None:
    """A page as it comes, from bytes to elements."""
    text = encoding.decode_html(
        given[1:], ("text/html", "text/html; charset=gbk", None)[(given[:1] or b"\0")[0] % 3]
    )
    with suppress(ValueError):
        read_guide(text, HOME)


def challenge(given: bytes) -> None:
    """What a page says of itself."""
    text = given.decode("utf-8", "replace")
    challenges.recognise(status=200, headers={}, text=text, url=HOME, html=text)
    page_state.judge(status=200, headers={}, title=text[:40], text=text, html=text, url=HOME)


def file_name(given: bytes) -> None:
    """A name without a path, control characters or length."""
    found = names.offered_name([(b"Content-Disposition", given)], HOME)
    if found is not None:
        assert "/" not in found and "\\" not in found and len(found) <= 255 and found.isprintable()


def file(given: bytes) -> None:
    """A file of whatever kind."""
    ending, _, body = given.partition(b"\n")
    judge_file(body, claimed_name="a." + ending.decode("ascii", "replace")[:5], content_length=len(body))


def answer(given: bytes) -> None:
    """A list as an interface answers it."""
    items = list_apis.items_of(given.decode("utf-8", "replace"))
    list_apis.promises_guides(items)
    list_apis.template_of(items, [HOME, f"{HOME}?id=1"])


def body(given: bytes) -> None:
    """A body in its codings: unfolded in pieces, or refused."""

    async def raw() -> AsyncIterator[bytes]:
        yield given[1:]

    async def unpack() -> None:
        coding = ("gzip", "deflate", "gzip, deflate", "br")[(given[:1] or b"\0")[0] % 4]
        taken = 0
        async for piece in bodies.unpacked(raw(), coding):
            assert len(piece) <= 64 * 1024
            taken += len(piece)
            if taken > 1_000_000:
                return

    with suppress(httpx.DecodingError):
        asyncio.run(unpack())


def matter(given: bytes) -> None:
    """Two names of matters: related the same way each time, and each to itself."""
    one, _, other = given.decode("utf-8", "replace").partition("\n")
    assert 0 <= comparing.similarity(one, other) <= 1
    assert comparing.relation_of(one, other) == comparing.relation_of(one, other)


def retry_after(given: bytes) -> None:
    """Seconds, or nothing."""
    found = pace.retry_after_s(given.decode("latin-1"))
    assert found is None or found >= 0


def sitemap(given: bytes) -> None:
    """What a sitemap lists, and rules for robots."""
    maps, pages = sitemaps.read_sitemap(given, HOME)
    assert all(isinstance(each, str) for each in (*maps, *pages))


def rules(given: bytes) -> None:
    """robots.txt, as its server sends it."""
    found = Protego.parse(given.decode("utf-8", "replace"))
    assert robots.seconds_between(found, "PortalProbe/1") >= 0
    found.can_fetch(HOME, "PortalProbe/1")
    list(found.sitemaps)


def reply(given: bytes) -> None:
    """What a bot said, held against what a guide states."""
    guide, _, said = given.decode("utf-8", "replace").partition("\n\n")
    for asked in facts.Asked:
        expected = facts.expected_facts(asked, dict.fromkeys(facts.ELEMENTS[asked], guide))
        if expected is not None:
            worth = facts.weigh(said, expected, links=said.split(), guide_url=HOME)
            assert 0 <= worth.matched <= max(worth.expected, worth.matched) and worth.contradicted >= 0
    judged = verdicts.judge_reply(
        Appeared(text=said, typing=False, echoed=False, repeated=False),
        asked=facts.Asked.FEE,
        matter=guide[:40],
    )
    assert judged.why


def zone(given: bytes) -> None:
    """What a zone's interface answers, in columns."""
    said = given.decode("utf-8", "replace").split("\n")
    rows = [{"name": each, "more": said[:2], each: json.dumps(said)} for each in said]
    for content in (rows, {"data": {"rows": rows, "packed": said[-1]}}):
        for column in answers.columns(content):
            assert all(isinstance(each, str) for each in column)


PARSERS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each
    for each in (
        address,
        host,
        guide,
        challenge,
        file_name,
        file,
        answer,
        body,
        matter,
        retry_after,
        sitemap,
        rules,
        reply,
        zone,
    )
}
assert matters  # its package is instrumented as a whole


if __name__ == "__main__":
    name, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], "-timeout=20", "-rss_limit_mb=2048", *options], PARSERS[name])
    atheris.Fuzz()
