"""Files of every kind that portals offer, made as their writers make them."""

from __future__ import annotations

import io
import random
import struct
import tarfile
import zipfile
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import docx
import openpyxl
import pypdf
from PIL import Image, ImageDraw
from reportlab.pdfgen import canvas

from probes.documents import types


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


def form_picture() -> Image.Image:
    """A scanned form: white, with lines and words."""
    picture = Image.new("1", (800, 1100), 1)
    pen, dice = ImageDraw.Draw(picture), random.Random(4)
    for row in range(60, 1000, 40):
        pen.line((40, row, 760, row), fill=0)
        pen.text((dice.randrange(50, 600), row + 10), f"form {row}", fill=0)
    return picture


def scan(kind: str, picture: Image.Image | None = None, **options: object) -> bytes:
    """A picture as Pillow writes it, e.g. `scan("TIFF", compression="group4")`."""
    stream = io.BytesIO()
    (picture or form_picture()).save(stream, kind, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def fax_without_lengths() -> bytes:
    """A fax whose program left `StripByteCounts` out."""
    whole = bytearray(scan("TIFF", compression="group4"))
    place = struct.unpack_from("<I", whole, 4)[0]
    for entry in range(struct.unpack_from("<H", whole, place)[0]):
        at = place + 2 + 12 * entry
        if struct.unpack_from("<H", whole, at)[0] == 279:
            struct.pack_into("<H", whole, at, 65000)
    return bytes(whole)


def split_zip_end() -> bytes:
    """The last part of a split ZIP: its directory speaks of places in the parts before."""
    whole = archive({"form.doc": random.Random(2).randbytes(9000)}, stored=True)
    part = bytearray(whole[5000:])
    end = part.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", part, end + 4, 1, 1)
    return bytes(part)


def gbk_named_zip() -> bytes:
    """As Chinese Windows writes it: names in GBK, and no word of it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in ("申请表.doc", "填写说明.txt"):
            target.writestr(name.encode("gbk").decode("cp437"), random.Random(name).randbytes(2000))
    return stream.getvalue()
