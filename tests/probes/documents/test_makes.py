"""Files of makes that few writers produce, and what downloads leave behind that were never finished."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable

import docx
import pytest

from fixtures.files import archives, compound
from probes.documents import types
from probes.documents.judging import judge_file
from results.records import Reason

FLAT_TABLE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:body><office:spreadsheet/>'
    "</office:body></office:document>"
)
THEME = '<?xml version="1.0"?>\n<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
COMMENTS = "<?xml version='1.0'?>" + "<!-- 说明 -->" * 60 + "<settings/>"


NOISE = random.Random(5).randbytes(20_000)


def word(rename: Callable[[str], str] = str) -> bytes:
    document = docx.Document()
    document.add_paragraph("申请表")
    made, stream = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(stream, "w") as target:
        for each in source.namelist():
            target.writestr(rename(each), source.read(each))
    return stream.getvalue()


def slides() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        main = f'<Override PartName="/ppt/presentation.xml" ContentType="{types.PPTX}.main+xml"/>'
        target.writestr("[Content_Types].xml", f"<Types>{main}</Types>")
        target.writestr("ppt/presentation.xml", "<p/>")
    return stream.getvalue()


def open_document(kind: str, part: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        target.writestr("mimetype", kind)
        target.writestr(part, "<office/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("pack.7z", archives.seven_zip(NOISE, packed=True), types.SEVEN_ZIP),
        ("form.docx", word(lambda name: name.replace("/", "\\")), types.DOCX),
        ("page.odt", open_document(types.ODT + "-web", "content.xml"), types.ODT),
        ("styles.ott", open_document(types.ODT + "-template", "styles.xml"), types.ODT),
        ("flat.fods", FLAT_TABLE.encode(), types.ODS),
        ("theme.xml", THEME.encode(), types.XML),
        ("short.xml", b"<?xml version='1.0'?><a><b>1</b></a>", types.XML),
        ("many-comments.xml", COMMENTS.encode(), types.XML),
        ("gbk.xml", "<?xml version='1.0' encoding='gb2312'?><表><项>朱镕基</项></表>".encode("gbk"), types.XML),
        ("latin.xml", "<?xml version='1.0' encoding='iso-8859-1'?><x>\xe9\xff\xfe</x>".encode("latin-1"), types.XML),
        ("snippet.txt", b"<?xml version='1.0'?>\n<a:x>\nand then\n<b:y", types.PLAIN),
        ("show.ppsx", slides(), types.PPTX),
    ],
)  # fmt: skip
def test_whole_files_of_rarer_makes_are_good(name: str, content: bytes, kind: str) -> None:
    verdict = judge_file(content, claimed_name=name)
    assert (verdict.reason, verdict.detected_type, verdict.notes) == (None, kind, ())


def test_encryption_shows_in_a_packed_directory() -> None:
    verdict = judge_file(archives.seven_zip(NOISE, encrypted=True, packed=True), claimed_name="a.7z")
    assert (verdict.reason, verdict.notes) == (None, ("encrypted",))


def test_a_packed_directory_that_does_not_unpack_is_corrupt() -> None:
    whole = archives.seven_zip(NOISE, packed=True)
    place = 32 + len(NOISE)
    spoilt = whole[:place] + bytes(40) + whole[place + 40 :]
    assert judge_file(spoilt, claimed_name="a.7z").reason is Reason.CORRUPT


def gif() -> bytes:
    blocks = b"".join(b"\xff" + NOISE[place : place + 255] for place in range(0, 255 * 60, 255))
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", 90, 90, 0, 0, 0)
        + b"\x2c"
        + struct.pack("<HHHHB", 0, 0, 90, 90, 0)
        + b"\x08"
        + blocks
        + b"\0;"
    )


def webp() -> bytes:
    chunk = b"VP8 " + struct.pack("<I", len(NOISE)) + NOISE
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def fax() -> bytes:
    """A TIFF of one strip, compressed as faxes are."""
    fields = ((256, 4, 1, 90), (257, 4, 1, 90), (259, 3, 1, 4), (273, 4, 1, 74), (279, 4, 1, len(NOISE)))
    directory = struct.pack("<H", len(fields)) + b"".join(struct.pack("<HHII", *each) for each in fields)
    return b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 0) + NOISE


@pytest.mark.parametrize("share", [0.4, 0.75])
@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("scan.gif", gif()),
        ("scan.webp", webp()),
        ("fax.tif", fax()),
        ("form.doc", compound.word(text_bytes=40_000)),
        ("sealed.docx", compound.sealed_package(NOISE)),
    ],
)
def test_a_place_that_was_reserved_and_never_filled_is_corrupt(name: str, whole: bytes, share: float) -> None:
    assert judge_file(whole, claimed_name=name).reason is None
    kept = int(len(whole) * share)
    filled = whole[:kept] + bytes(len(whole) - kept)
    assert judge_file(filled, claimed_name=name).reason is Reason.CORRUPT


def test_padding_behind_a_whole_picture_hurts_nobody() -> None:
    for name, whole in (("scan.gif", gif()), ("scan.webp", webp()), ("fax.tif", fax())):
        assert judge_file(whole + bytes(5000), claimed_name=name).reason is None


def test_an_empty_line_before_an_office_file_is_named_as_what_spoils_it() -> None:
    verdict = judge_file(b"\r\n" + word(), claimed_name="form.docx")
    assert verdict.reason is Reason.CORRUPT
    assert "2 字节" in str(verdict.remark)


@pytest.mark.parametrize(
    "reply",
    [
        'callback({"code": 500, "msg": "文件不存在"});',
        "<b>Warning</b>: readfile(/data/a.doc): failed to open stream in <b>/www/x.php</b> on line <b>5</b>",
        "<?xml version='1.0'?><div>附件已删除</div>",
        "default backend - 404",
    ],
)
def test_replies_in_a_documents_place(reply: str) -> None:
    assert judge_file(reply.encode(), claimed_name="form.doc").reason is Reason.HTML_INSTEAD_OF_FILE
