"""The locale of a visitor from China for a browser that takes its language from the system's (WebKitGTK).

WebKitGTK asks for pages in the language of `LC_CTYPE`, and only where the C library knows that locale. Few machines have
one for Chinese. The C library looks below `LOCPATH` first (locale(7)), and what `LC_CTYPE` holds for UTF-8 is the same in
every language; so the file of `C.UTF-8`, which comes with the C library itself, serves under the name that is wanted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

LANGUAGE = "zh-CN"
TIME_ZONE = "Asia/Shanghai"
_NAME = "zh_CN.UTF-8"
_PLACES = (Path("/usr/lib/locale"), Path("/usr/share/locale"), Path("/usr/lib64/locale"))
_FORMS = ("zh_CN.utf8", "C.utf8", "C.UTF-8", "en_US.utf8")


class VisitorLocale:
    """A folder of the one locale, made when it is first asked for, gone after `remove`.

    Args:
        places: Where the C library keeps its compiled locales.
    """

    def __init__(self, places: Sequence[Path] = _PLACES) -> None:
        self._places = places
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def environment(self) -> dict[str, str]:
        """What a browser's environment needs for it.

        Errors stay in English, which our words for them are read from. Without any compiled locale for UTF-8 to stand in,
        the system is asked for its own.
        """
        wanted = {"LC_ALL": "", "LC_CTYPE": _NAME, "LC_MESSAGES": "C", "LANGUAGE": "", "TZ": TIME_ZONE}
        source = self._source()
        if source is None:
            return wanted
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="probe-locale-")
            made = Path(self._folder.name) / _NAME
            made.mkdir()
            (made / "LC_CTYPE").symlink_to(source)
        return {**wanted, "LOCPATH": self._folder.name}

    def remove(self) -> None:
        """Remove the folder; no browser may need it any more."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _source(self) -> Path | None:
        files = (place / form / "LC_CTYPE" for form in _FORMS for place in self._places)
        return next((each for each in files if each.is_file()), None)
