"""Real labelled pages, where a folder of them is at hand (`PORTAL_PROBE_EXAMPLES`); see bench_reading.py."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from spiders.guide_reader import PageReading
from spiders.net.encoding import decode_html, encoding_of
from spiders.page_state import judge

FOLDER = os.environ.get("PORTAL_PROBE_EXAMPLES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="PORTAL_PROBE_EXAMPLES names no folder of labelled pages")
URL = "http://www.example.gov.cn/content/page.html"


def labelled() -> list[dict[str, str]]:
    folder = Path(FOLDER or "")
    return [json.loads(line) for line in (folder / "guides.jsonl").read_text("utf-8").splitlines()]


def source(row: dict[str, str]) -> bytes:
    return (Path(FOLDER or "") / row["html"]).read_bytes()


def test_guides_are_told_from_other_pages() -> None:
    right = wrong = 0
    for row in labelled():
        found = PageReading.of(decode_html(source(row)), URL).guide is not None
        if row["label"] == "guide" and found:
            right += 1
        elif found or row["label"] == "guide":
            wrong += 1
    assert 2 * right / (2 * right + wrong) >= 0.95


def test_every_real_page_opens_properly_and_is_read_in_its_encoding() -> None:
    for row in labelled():
        content = source(row)
        html = decode_html(content)
        document = PageReading.of(html, URL).document
        assert encoding_of(content) == row["charset"]
        for rendered in (True, False):
            assert (
                judge(
                    status=200,
                    headers={},
                    title=document.title,
                    text=document.text,
                    html=html,
                    url=URL,
                    rendered=rendered,
                )
                is None
            ), row["html"]
