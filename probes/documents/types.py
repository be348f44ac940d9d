"""MIME types of the kinds that we know, and which of them a file's name may stand for."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

PDF = "application/pdf"
OFD = "application/ofd"
RTF = "application/rtf"
HTML = "text/html"
MHTML = "multipart/related"
XML = "application/xml"
JSON = "application/json"
SVG = "image/svg+xml"
PLAIN = "text/plain"
CSV = "text/csv"
DXF = "image/vnd.dxf"
DWG = "image/vnd.dwg"
EPUB = "application/epub+zip"

DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
VSD = "application/vnd.visio"
MSG = "application/vnd.ms-outlook"
MPP = "application/vnd.ms-project"
PUB = "application/x-mspublisher"
HWP = "application/x-hwp"
WORKS = "application/vnd.ms-works"
MSI = "application/x-msi"
OLE = "application/x-ole-storage"
SEALED = "application/x-ole-encrypted-package"
"""An encrypted OOXML package, whose application only its name can tell."""
WORD_XML = "application/vnd.ms-wordml"
EXCEL_XML = "application/vnd.ms-spreadsheetml"
POWERPOINT_XML = "application/vnd.ms-presentationml"

_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = _OOXML + "wordprocessingml.document"
DOTX = _OOXML + "wordprocessingml.template"
XLSX = _OOXML + "spreadsheetml.sheet"
XLTX = _OOXML + "spreadsheetml.template"
PPTX = _OOXML + "presentationml.presentation"
PPSX = _OOXML + "presentationml.slideshow"
POTX = _OOXML + "presentationml.template"
DOCM = "application/vnd.ms-word.document.macroEnabled.12"
DOTM = "application/vnd.ms-word.template.macroEnabled.12"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"
XLTM = "application/vnd.ms-excel.template.macroEnabled.12"
XLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
XLAM = "application/vnd.ms-excel.addin.macroEnabled.12"
PPTM = "application/vnd.ms-powerpoint.presentation.macroEnabled.12"
PPSM = "application/vnd.ms-powerpoint.slideshow.macroEnabled.12"
VSDX = "application/vnd.ms-visio.drawing.main+xml"
PACKAGE = "application/vnd.openxmlformats-package"
ODF = "application/vnd.oasis.opendocument."
ODT, ODS, ODP, ODG = ODF + "text", ODF + "spreadsheet", ODF + "presentation", ODF + "graphics"

ZIP = "application/zip"
RAR = "application/vnd.rar"
SEVEN_ZIP = "application/x-7z-compressed"
GZIP = "application/gzip"
BZIP2 = "application/x-bzip2"
XZ = "application/x-xz"
TAR = "application/x-tar"
CAB = "application/vnd.ms-cab-compressed"

PNG, JPEG, GIF, BMP = "image/png", "image/jpeg", "image/gif", "image/bmp"
TIFF, WEBP, HEIC, AVIF = "image/tiff", "image/webp", "image/heic", "image/avif"
PSD = "image/vnd.adobe.photoshop"
MP4, MP3, WAV, AVI, FLASH_VIDEO = "video/mp4", "audio/mpeg", "audio/wav", "video/x-msvideo", "video/x-flv"

PROGRAM = "application/x-executable"
WINDOWS_PROGRAM = "application/vnd.microsoft.portable-executable"
SCRIPT = "text/x-script"
SHORTCUT = "application/x-ms-shortcut"
JAR = "application/java-archive"
APK = "application/vnd.android.package-archive"
FLASH = "application/x-shockwave-flash"
SYSTEM_PACKAGE = "application/x-system-package"


ALLOWED: dict[str, frozenset[str]] = {
    ".pdf": frozenset({PDF}),
    ".ai": frozenset({PDF}),
    ".ofd": frozenset({OFD}),
    ".rtf": frozenset({RTF}),
    ".htm": frozenset({HTML}),
    ".html": frozenset({HTML}),
    ".mht": frozenset({MHTML}),
    ".mhtml": frozenset({MHTML}),
    ".xml": frozenset({XML, WORD_XML, EXCEL_XML, POWERPOINT_XML, SVG}),
    ".json": frozenset({JSON}),
    ".svg": frozenset({SVG}),
    ".txt": frozenset({PLAIN, CSV}),
    ".csv": frozenset({PLAIN, CSV}),
    ".md": frozenset({PLAIN}),
    ".dxf": frozenset({DXF}),
    ".dwg": frozenset({DWG}),
    ".dwt": frozenset({DWG}),
    ".epub": frozenset({EPUB}),
    ".doc": frozenset({DOC}),
    ".dot": frozenset({DOC}),
    ".wps": frozenset({DOC, DOCX, WORKS}),
    ".wpt": frozenset({DOC, DOCX}),
    ".xls": frozenset({XLS}),
    ".xlt": frozenset({XLS}),
    ".et": frozenset({XLS, XLSX}),
    ".ett": frozenset({XLS, XLSX}),
    ".ppt": frozenset({PPT}),
    ".pps": frozenset({PPT}),
    ".pot": frozenset({PPT}),
    ".dps": frozenset({PPT, PPTX}),
    ".dpt": frozenset({PPT, PPTX}),
    ".docx": frozenset({DOCX, SEALED}),
    ".dotx": frozenset({DOTX, DOCX, SEALED}),
    ".docm": frozenset({DOCM, SEALED}),
    ".dotm": frozenset({DOTM, SEALED}),
    ".xlsx": frozenset({XLSX, SEALED}),
    ".xltx": frozenset({XLTX, XLSX, SEALED}),
    ".xlsm": frozenset({XLSM, SEALED}),
    ".xltm": frozenset({XLTM, SEALED}),
    ".xlsb": frozenset({XLSB, SEALED}),
    ".xlam": frozenset({XLAM, SEALED}),
    ".pptx": frozenset({PPTX, SEALED}),
    ".ppsx": frozenset({PPSX, PPTX, SEALED}),
    ".potx": frozenset({POTX, PPTX, SEALED}),
    ".pptm": frozenset({PPTM, SEALED}),
    ".ppsm": frozenset({PPSM, SEALED}),
    ".vsd": frozenset({VSD}),
    ".vsdx": frozenset({VSDX}),
    ".msg": frozenset({MSG}),
    ".mpp": frozenset({MPP}),
    ".pub": frozenset({PUB}),
    ".hwp": frozenset({HWP}),
    ".odt": frozenset({ODT}),
    ".ods": frozenset({ODS}),
    ".odp": frozenset({ODP}),
    ".odg": frozenset({ODG}),
    ".ott": frozenset({ODT}),
    ".ots": frozenset({ODS}),
    ".otp": frozenset({ODP}),
    ".otg": frozenset({ODG}),
    ".fodt": frozenset({ODT}),
    ".fods": frozenset({ODS}),
    ".fodp": frozenset({ODP}),
    ".zip": frozenset({ZIP}),
    ".rar": frozenset({RAR}),
    ".7z": frozenset({SEVEN_ZIP}),
    ".gz": frozenset({GZIP}),
    ".tgz": frozenset({GZIP}),
    ".bz2": frozenset({BZIP2}),
    ".xz": frozenset({XZ}),
    ".tar": frozenset({TAR}),
    ".cab": frozenset({CAB}),
    ".png": frozenset({PNG}),
    ".jpg": frozenset({JPEG}),
    ".jpeg": frozenset({JPEG}),
    ".jpe": frozenset({JPEG}),
    ".jfif": frozenset({JPEG}),
    ".gif": frozenset({GIF}),
    ".bmp": frozenset({BMP}),
    ".tif": frozenset({TIFF}),
    ".tiff": frozenset({TIFF}),
    ".webp": frozenset({WEBP}),
    ".heic": frozenset({HEIC}),
    ".avif": frozenset({AVIF}),
    ".psd": frozenset({PSD}),
    ".mp4": frozenset({MP4}),
    ".mov": frozenset({MP4}),
    ".m4v": frozenset({MP4}),
    ".mp3": frozenset({MP3}),
    ".wav": frozenset({WAV}),
    ".avi": frozenset({AVI}),
    ".flv": frozenset({FLASH_VIDEO}),
}
"""What may lie under a file's ending without being mislabelled."""

UNJUDGED = frozenset(
    {".ceb", ".cebx", ".sep", ".gd", ".gw", ".gwp", ".s2", ".s72", ".s92", ".caj", ".nh", ".kdh", ".pdg",
     ".djvu", ".eio", ".uof", ".uot", ".uos", ".shp", ".mdb", ".accdb", ".dbf", ".wpd", ".pages", ".numbers",
     ".key", ".skp", ".rvt", ".dgn", ".stp", ".step", ".ifc", ".gzb4", ".gbq", ".zbs"}
)  # fmt: skip
"""Endings of documents of office and trade whose inside we do not judge (公文 readers, surveying, tendering)."""

PROGRAM_ENDINGS = frozenset(
    {".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".vbs", ".ps1", ".sh", ".msi", ".apk", ".jar", ".ipa",
     ".dmg", ".deb", ".rpm", ".js", ".php", ".jsp", ".py"}
)  # fmt: skip
"""Endings of programs, which are no documents whatever their content."""

_BY_MIME = {
    "application/x-zip-compressed": ZIP,
    "application/x-rar-compressed": RAR,
    "application/x-rar": RAR,
    "text/rtf": RTF,
    "image/jpg": JPEG,
    "image/pjpeg": JPEG,
    "image/x-png": PNG,
    "image/x-ms-bmp": BMP,
    "application/x-pdf": PDF,
    "application/excel": XLS,
    "application/kswps": DOC,
    "application/kset": XLS,
    "application/ksdps": PPT,
}
_KNOWN = frozenset().union(*ALLOWED.values())
# servers put these on anything, so they claim nothing
_VAGUE = frozenset({HTML, PLAIN, JSON, XML, MHTML})


_VOLUME = re.compile(r"\.(?:\d{3}|z\d\d|r\d\d|s\d\d)$")


def is_volume(name: str | None) -> bool:
    """Whether a name is that of a part of a split archive, e.g. `form.7z.001`, `form.z01`, `form.r00`."""
    return _VOLUME.search((name or "").strip().lower()) is not None


def ending_of(name: str | None) -> str:
    """A file name's ending in lower case with its dot, e.g. `.docx`; empty when there is none."""
    return PurePosixPath((name or "").strip().rstrip(".")).suffix.lower()


def claimed(name: str | None, declared_type: str | None) -> frozenset[str]:
    """The types that a file claims to be: by its name's ending, else by the declared Content-Type.

    Empty when neither says anything that binds (no known ending, `application/octet-stream` …).
    """
    ending = ending_of(name)
    if ending in ALLOWED:
        return ALLOWED[ending]
    if ending in UNJUDGED or ending in PROGRAM_ENDINGS:
        return frozenset()
    declared = (declared_type or "").partition(";")[0].strip().lower()
    declared = _BY_MIME.get(declared, declared)
    by_case = {each.lower(): each for each in _KNOWN}
    found = by_case.get(declared)
    return frozenset({found}) if found is not None and found not in _VAGUE else frozenset()
