"""A table of made files, the names they come under, and what a fair reader says of each."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import docx
import openpyxl
import pypdf
import pytest
from reportlab.pdfgen import canvas

from fixtures.files import archives, compound, images
from probes.documents import types
from probes.documents.judging import judge_file
from results.records import Outcome, Reason


def pdf(pages: int = 3) -> bytes:
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream)
    for number in range(pages):
        sheet.drawString(72, 720, f"form {number}")
        sheet.showPage()
    sheet.save()
    return stream.getvalue()


def sealed_pdf(*, user: str, owner: str = "owner") -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf()))
    writer.encrypt(user_password=user, owner_password=owner, algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def updated_pdf() -> bytes:
    """Two revisions in one file, each with its own end mark."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf()), incremental=True)
    writer.add_metadata({"/Title": "updated" * 300})
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def word() -> bytes:
    document = docx.Document()
    for line in range(50):
        document.add_paragraph(f"第 {line} 条 临时居民身份证申领登记表")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sheet(rows: int = 50) -> bytes:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    for row in range(rows):
        page.append([row, "社会保障卡申领"])
    workbook.create_sheet("second")
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def archive(parts: dict[str, str | bytes], *, stored: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return stream.getvalue()


def package(main_type: str, part: str, xml: str) -> bytes:
    declared = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{main_type}"/></Types>'
    )
    return archive(
        {"[Content_Types].xml": declared, part: xml, "filler.bin": random.Random(1).randbytes(5000)}
    )


def slides(kind: str = types.PPTX + ".main+xml") -> bytes:
    return package(kind, "ppt/presentation.xml", "<p><sldIdLst><sldId/><sldId/></sldIdLst></p>")


def strict_word() -> bytes:
    return package(
        types.DOCX + ".main+xml",
        "word/document.xml",
        '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body/></w:document>',
    )


def ofd() -> bytes:
    return archive(
        {
            "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody/></ofd:OFD>',
            "Doc_0/Document.xml": '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages><ofd:Page ID="1"/>'
            '<ofd:Page ID="2"/></ofd:Pages></ofd:Document>',
            "Doc_0/Pages/Page_0/Content.xml": "<a>" + "字" * 3000 + "</a>",
        }
    )


def open_document(kind: str = types.ODT, *, encrypted: bool = False) -> bytes:
    manifest = "<manifest:encryption-data/>" if encrypted else "<manifest/>"
    return archive(
        {
            "mimetype": kind,
            "content.xml": "<office>" + "<p>文字</p>" * 900 + "</office>",
            "META-INF/manifest.xml": manifest,
        },
        stored=True,
    )


def epub() -> bytes:
    return archive({"mimetype": types.EPUB, "META-INF/container.xml": "<container/>"}, stored=True)


def locked_zip() -> bytes:
    """A ZIP whose parts are marked as encrypted, as any reader sees it."""
    raw = bytearray(archive({"form.doc": b"\x01\x02" * 500}, stored=True))
    raw[6] |= 1
    central = raw.find(b"PK\x01\x02")
    raw[central + 8] |= 1
    return bytes(raw)


def rtf() -> bytes:
    return (
        rb"{\rtf1\ansi{\fonttbl{\f0 SimSun;}}{\*\x \bin5 }}}}}} \{ escaped \} " + b"text " * 500 + b"}\r\n\0"
    )


def office_html() -> bytes:
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
        "<head><meta name=Generator content='Microsoft Word 15'><script>x</script></head><body>"
        + "<p class=MsoNormal>申请表</p>" * 100
        + "</body></html>\n"
    ).encode("gb18030")


def table_html() -> bytes:
    return ("<table border=1>" + "<tr><td>姓名</td><td>电话</td></tr>" * 50 + "</table>").encode()


def web_archive() -> bytes:
    message = MIMEMultipart("related")
    message.attach(MIMEText("<html><body>" + "申请表" * 400 + "</body></html>", "html", "utf-8"))
    return message.as_bytes()


def excel_xml() -> bytes:
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        + "<Worksheet><Table><Row><Cell>名称</Cell></Row></Table></Worksheet>" * 30
        + "</Workbook>"
    ).encode()


def word_xml() -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body>'
        + "<w:p/>" * 300
        + "</w:body></w:wordDocument>"
    ).encode()


def tar(*, name: str = "form.doc") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as target:
        entry = tarfile.TarInfo(name)
        entry.size = 3000
        target.addfile(entry, io.BytesIO(b"x" * 3000))
    return stream.getvalue()


def program() -> bytes:
    return b"MZ".ljust(60, b"\0") + struct.pack("<I", 128) + bytes(64) + b"PE\0\0" + bytes(500)


def dxf() -> bytes:
    return b"0\r\nSECTION\r\n2\r\nHEADER\r\n" + b"9\r\n$ACADVER\r\n" * 200 + b"0\r\nENDSEC\r\n0\r\nEOF\r\n"


NOISE = random.Random(7).randbytes(3000)
TEXT = "一、申请人应当如实填写下列各项内容。\n二、本表一式两份。\n" * 60
GOOD: list[tuple[str, Callable[[], bytes], str]] = [
    ("form.pdf", pdf, types.PDF),
    ("updated.pdf", updated_pdf, types.PDF),
    ("form.docx", word, types.DOCX),
    ("strict.docx", strict_word, types.DOCX),
    ("form.xlsx", sheet, types.XLSX),
    ("form.pptx", slides, types.PPTX),
    ("show.ppsx", lambda: slides(types.PPSX + ".main+xml"), types.PPSX),
    (
        "macro.xlsm",
        lambda: package("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "xl/workbook.xml", "<w/>"),
        types.XLSM,
    ),
    (
        "macro.docm",
        lambda: package(
            "application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml", "<w/>"
        ),
        types.DOCM,
    ),
    ("form.doc", compound.word, types.DOC),
    ("old.doc", lambda: compound.word(version=0x65), types.DOC),
    ("form.wps", compound.word, types.DOC),
    ("new.wps", word, types.DOCX),
    ("form.xls", compound.excel, types.XLS),
    ("old.xls", lambda: compound.excel(stream="Book"), types.XLS),
    ("form.et", compound.excel, types.XLS),
    ("form.ppt", compound.powerpoint, types.PPT),
    ("form.dps", compound.powerpoint, types.PPT),
    ("notice.ofd", ofd, types.OFD),
    ("form.rtf", rtf, types.RTF),
    ("form.odt", open_document, types.ODT),
    ("form.ods", lambda: open_document(types.ODS), types.ODS),
    ("book.epub", epub, types.EPUB),
    ("page.mht", web_archive, types.MHTML),
    ("page.html", office_html, types.HTML),
    ("pack.zip", lambda: archive({"form.doc": compound.word()}), types.ZIP),
    ("pack.rar", lambda: archives.rar4(NOISE), types.RAR),
    ("pack5.rar", lambda: archives.rar5(NOISE), types.RAR),
    ("pack.7z", lambda: archives.seven_zip(NOISE), types.SEVEN_ZIP),
    ("pack.gz", lambda: gzip.compress(NOISE), types.GZIP),
    ("pack.bz2", lambda: bz2.compress(NOISE), types.BZIP2),
    ("pack.xz", lambda: lzma.compress(NOISE), types.XZ),
    ("pack.tar", tar, types.TAR),
    ("scan.png", images.png, types.PNG),
    ("scan.jpg", images.jpeg, types.JPEG),
    ("scan.jpeg", images.jpeg, types.JPEG),
    ("scan.gif", images.gif, types.GIF),
    ("scan.bmp", images.bmp, types.BMP),
    ("scan.tif", images.tiff, types.TIFF),
    ("scan.webp", images.webp, types.WEBP),
    ("note.txt", lambda: TEXT.encode(), types.PLAIN),
    ("gbk.txt", lambda: TEXT.encode("gbk"), types.PLAIN),
    ("wide.txt", lambda: TEXT.encode("utf-16"), types.PLAIN),
    ("list.csv", lambda: "姓名,电话\n张三,1\n李四,2\n".encode("gb18030"), types.CSV),
    ("plan.dxf", dxf, types.DXF),
    ("plan.dwg", lambda: b"AC1027\0" + NOISE, types.DWG),
]
ENCRYPTED: list[tuple[str, Callable[[], bytes]]] = [
    ("form.pdf", lambda: sealed_pdf(user="secret")),
    ("rights.pdf", lambda: sealed_pdf(user="")),
    ("form.docx", lambda: compound.sealed_package(word())),
    ("form.xlsx", lambda: compound.sealed_package(sheet())),
    ("form.doc", lambda: compound.word(encrypted=True)),
    ("form.xls", lambda: compound.excel(encrypted=True)),
    ("form.ppt", lambda: compound.powerpoint(encrypted=True)),
    ("form.odt", lambda: open_document(encrypted=True)),
    ("pack.zip", locked_zip),
    ("pack.rar", lambda: archives.rar4(NOISE, encrypted=True)),
    ("pack5.rar", lambda: archives.rar5(NOISE, encrypted=True)),
    ("names.rar", lambda: archives.rar5(NOISE, names_encrypted=True)),
    ("pack.7z", lambda: archives.seven_zip(NOISE, encrypted=True)),
]
MISLABELLED: list[tuple[str, Callable[[], bytes], str]] = [
    ("form.doc", word, types.DOCX),
    ("form.pdf", word, types.DOCX),
    ("form.docx", compound.word, types.DOC),
    ("form.doc", rtf, types.RTF),
    ("form.doc", office_html, types.HTML),
    ("form.xls", table_html, types.HTML),
    ("form.doc", web_archive, types.MHTML),
    ("form.xls", excel_xml, types.EXCEL_XML),
    ("form.doc", word_xml, types.WORD_XML),
    ("form.doc", pdf, types.PDF),
    ("form.xls", sheet, types.XLSX),
    ("form.xls", compound.word, types.DOC),
    ("form.doc", lambda: compound.sealed_package(word()), types.SEALED),
    ("pack.zip", lambda: archives.rar5(NOISE), types.RAR),
    ("pack.rar", lambda: archive({"form.doc": b"x"}), types.ZIP),
    ("scan.jpg", images.png, types.PNG),
    ("list.xls", lambda: "姓名\t电话\n张三\t1\n".encode("gbk"), types.CSV),
    ("form.doc", lambda: TEXT.encode("gbk"), types.PLAIN),
    ("form.docx", lambda: archive({"form.doc": b"x"}), types.ZIP),
    ("form.docx", ofd, types.OFD),
    ("form.docx", open_document, types.ODT),
]
BAD: list[tuple[str, Callable[[], bytes], Reason]] = [
    ("form.pdf", lambda: b"", Reason.EMPTY_FILE),
    ("form.pdf", lambda: b"\xef\xbb\xbf\r\n  ", Reason.EMPTY_FILE),
    ("form.pdf", lambda: bytes(5000), Reason.CORRUPT),
    ("form.docx", lambda: NOISE, Reason.CORRUPT),
    ("form.docx", lambda: archive({"word/document.xml": "<w/>"}), Reason.CORRUPT),
    ("form.docx", lambda: package(types.DOCX + ".main+xml", "word/document.xml", "<w><b></w>"), Reason.CORRUPT),
    ("form.pdf", lambda: b"%PDF-1.4\n" + NOISE + b"\nstartxref\n9\n%%EOF\n", Reason.CORRUPT),
    ("form.doc", lambda: compound.word()[:512] + bytes(5000) + compound.word()[5512:], Reason.CORRUPT),
    ("setup.exe", program, Reason.WRONG_TYPE),
    ("form.doc", program, Reason.WRONG_TYPE),
    ("form.doc", lambda: b"\x7fELF" + NOISE, Reason.WRONG_TYPE),
    ("form.doc", lambda: b"#!/bin/sh\nrm -rf /\n", Reason.WRONG_TYPE),
    ("down.doc", lambda: b"<%@ page language=java %><html>", Reason.WRONG_TYPE),
    ("form.zip", lambda: archive({"AndroidManifest.xml": "x", "classes.dex": "y"}), Reason.WRONG_TYPE),
    ("form.zip", lambda: archive({"META-INF/MANIFEST.MF": "x", "A.class": "y"}), Reason.WRONG_TYPE),
    ("form.doc", compound.installer, Reason.WRONG_TYPE),
    ("run.bat", lambda: b"@echo off\r\nformat c:\r\n", Reason.WRONG_TYPE),
    (
        "form.pdf",
        lambda: b"<!DOCTYPE html><html><head><title>404</title></head></html>",
        Reason.HTML_INSTEAD_OF_FILE,
    ),
    (
        "form.xls",
        lambda: "<html><body><form><input type=password>登录</form><table></table></body></html>".encode(),
        Reason.HTML_INSTEAD_OF_FILE,
    ),
    ("form.docx", lambda: "\ufeff\n <!-- x --><script>location='/'</script>".encode(), Reason.HTML_INSTEAD_OF_FILE),
    ("page.html", lambda: "<html><title>系统错误</title></html>".encode(), Reason.HTML_INSTEAD_OF_FILE),
    ("form.pdf", lambda: '{"code":500,"msg":"文件不存在"}'.encode(), Reason.HTML_INSTEAD_OF_FILE),
    ("form.json", lambda: '{"code":500,"msg":"文件不存在"}'.encode(), Reason.HTML_INSTEAD_OF_FILE),
    ("form.pdf", lambda: b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", Reason.HTML_INSTEAD_OF_FILE),
    ("form.doc", lambda: "文件不存在！".encode("gbk"), Reason.HTML_INSTEAD_OF_FILE),
    ("form.doc", lambda: b"null", Reason.HTML_INSTEAD_OF_FILE),
    (
        "form.doc",
        lambda: b"java.io.FileNotFoundException: /data/a.doc\n\tat java.io.FileInputStream.open0(Native)",
        Reason.HTML_INSTEAD_OF_FILE,
    ),
    ("download", lambda: NOISE, Reason.UNSUPPORTED),
]  # fmt: skip


def _ids(rows: list[tuple[str, Callable[[], bytes], str]]) -> list[str]:
    return [f"{name}-{str(kind).rsplit('/')[-1][-20:]}" for name, _, kind in rows]


@pytest.mark.parametrize(("name", "make", "kind"), GOOD, ids=_ids(GOOD))
def test_whole_documents_are_good(name: str, make: Callable[[], bytes], kind: str) -> None:
    verdict = judge_file(make(), claimed_name=name, content_length=len(make()))
    assert (verdict.outcome, verdict.detected_type, verdict.notes) == (Outcome.OK, kind, ()), verdict


@pytest.mark.parametrize(("name", "make"), ENCRYPTED, ids=[name for name, _ in ENCRYPTED])
def test_encrypted_documents_are_good_with_a_note(name: str, make: Callable[[], bytes]) -> None:
    verdict = judge_file(make(), claimed_name=name)
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ("encrypted",)), verdict


@pytest.mark.parametrize(("name", "make", "kind"), MISLABELLED, ids=_ids(MISLABELLED))
def test_mislabelled_documents_are_good_with_a_note(name: str, make: Callable[[], bytes], kind: str) -> None:
    verdict = judge_file(make(), claimed_name=name)
    assert (verdict.outcome, verdict.detected_type) == (Outcome.OK, kind), verdict
    assert "mislabelled" in verdict.notes


@pytest.mark.parametrize(("name", "make", "reason"), BAD, ids=[f"{name}-{reason}" for name, _, reason in BAD])
def test_what_is_no_good_document(name: str, make: Callable[[], bytes], reason: Reason) -> None:
    verdict = judge_file(make(), claimed_name=name)
    assert verdict.reason is reason, verdict


# kinds whose end says nothing about completeness: only the announced length can tell
_OPEN_ENDED = (types.DWG, types.PLAIN, types.CSV)


@pytest.mark.parametrize(
    ("name", "make", "kind"),
    [row for row in GOOD if row[2] not in _OPEN_ENDED],
    ids=_ids([row for row in GOOD if row[2] not in _OPEN_ENDED]),
)
def test_a_document_cut_anywhere_is_truncated(name: str, make: Callable[[], bytes], kind: str) -> None:
    """Cut at thirty places, from the header's end to the last part: truncated, never corrupt, never good."""
    whole = make()
    floor = 600 if kind in (types.HTML, types.RTF, types.MHTML, types.DXF, types.PDF, types.TAR) else 64
    ceiling = len(whole) - _slack(whole, kind)
    for place in range(floor, ceiling, max(1, (ceiling - floor) // 30)):
        verdict = judge_file(whole[:place], claimed_name=name)
        assert verdict.reason is Reason.TRUNCATED, (place, len(whole), verdict)


def _slack(whole: bytes, kind: str) -> int:
    """Bytes at the end whose loss loses nothing: padding, and marks that readers do without."""
    if kind in (types.DOC, types.XLS, types.PPT):
        return 512
    if kind == types.TAR:
        return len(whole) - 3000  # two empty blocks, then padding to a record
    return {types.GIF: 2, types.PDF: 8, types.MHTML: 4, types.RTF: 4, types.HTML: 2, types.DXF: 3}.get(
        kind, 1
    )


def test_an_announced_length_tells_where_the_content_cannot() -> None:
    whole = TEXT.encode()
    verdict = judge_file(whole[:500], claimed_name="note.txt", content_length=len(whole))
    assert verdict.reason is Reason.TRUNCATED


def test_what_our_own_cap_cut_is_not_the_portals() -> None:
    verdict = judge_file(word()[:5000], claimed_name="form.docx", capped=True)
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ("capped",))


@pytest.mark.parametrize("make", [word, sheet, ofd, lambda: archives.rar5(NOISE), images.png])
def test_a_flipped_byte_is_corruption_not_truncation(make: Callable[[], bytes]) -> None:
    """Formats with checksums show any damage in the middle, and it is told from a cut."""
    whole = make()
    dice = random.Random(3)
    seen = set()
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole) // 4, len(whole) // 2)] ^= 0xFF
        seen.add(judge_file(bytes(damaged), claimed_name="form.docx").reason)
    assert Reason.CORRUPT in seen or make is not word
    assert Reason.TRUNCATED not in seen


def test_junk_before_and_padding_behind_a_pdf_are_what_readers_forgive() -> None:
    verdict = judge_file(b"\r\n\r\njunk" + pdf() + bytes(20_000), claimed_name="form.pdf")
    assert (verdict.outcome, verdict.pages) == (Outcome.OK, 3)


def test_an_update_that_was_cut_is_truncated_though_the_first_revision_is_whole() -> None:
    whole = updated_pdf()
    first = whole.find(b"%%EOF") + 6
    verdict = judge_file(whole[: first + (len(whole) - first) // 2], claimed_name="form.pdf")
    assert verdict.reason is Reason.TRUNCATED


def test_an_archive_inside_a_cut_archive_does_not_pass_for_the_whole() -> None:
    outer = archive({"inner.zip": archive({"a.txt": b"x" * 500}, stored=True), "b.bin": NOISE}, stored=True)
    inner_end = outer.find(b"PK\x05\x06") + 22
    verdict = judge_file(outer[:inner_end], claimed_name="pack.zip")
    assert verdict.reason is Reason.TRUNCATED


@pytest.mark.parametrize(
    ("name", "declared", "notes"),
    [
        (None, "application/pdf", ("mislabelled",)),
        (None, "application/octet-stream", ()),
        (None, types.DOCX, ()),
        ("download.jsp", "text/html", ()),
        ("form.docx", "application/pdf", ()),
        ("FORM.DOCX", None, ()),
        ("form.docx.", None, ()),
    ],
)
def test_the_name_claims_first_then_the_declared_type(name, declared, notes) -> None:
    verdict = judge_file(word(), claimed_name=name, declared_type=declared)
    assert verdict.notes == notes


def test_pages_sheets_and_slides_are_counted() -> None:
    made = {"a.pdf": pdf(), "a.xlsx": sheet(), "a.pptx": slides(), "a.ofd": ofd(), "a.xls": compound.excel()}
    counted = {name: judge_file(content, claimed_name=name).pages for name, content in made.items()}
    assert counted == {"a.pdf": 3, "a.xlsx": 2, "a.pptx": 2, "a.ofd": 2, "a.xls": 2}


@pytest.mark.parametrize("make", [row[1] for row in GOOD + MISLABELLED], ids=_ids(GOOD + MISLABELLED))
def test_whatever_bytes_change_a_verdict_comes(make: Callable[[], bytes]) -> None:
    """Mutated at random, from headers to ends: no error leaves the judge."""
    whole, dice = make(), random.Random(5)
    for _ in range(40):
        changed = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            changed[min(dice.randrange(len(changed)), dice.choice([len(changed) - 1, 600, 64]))] = (
                dice.randrange(256)
            )
        judge_file(bytes(changed), claimed_name="form.doc")
