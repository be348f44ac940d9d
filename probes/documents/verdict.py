"""What judging a file comes to.

Words of the notes (an open list, separated by commas in `downloads.notes`):

    encrypted    a password is needed to read it, or rights are locked by one; complete as far as can be seen
    mislabelled  a readable document under another document's name
    capped       more of it was there than our limits let us fetch or read; judged by what was seen
    unread       of a known kind, but its inside is not ours to judge (an unknown method, a giant)
    damaged      it opens, but a part of it does not
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from results.records import Outcome, Reason

ENCRYPTED = "encrypted"
MISLABELLED = "mislabelled"
CAPPED = "capped"
UNREAD = "unread"
DAMAGED = "damaged"


@dataclass(frozen=True, kw_only=True)
class FileVerdict:
    """Whether a file is complete and opens as a document."""

    detected_type: str | None
    """MIME type by content; None when the content is of no known kind."""
    reason: Reason | None = None
    """Why it is not good; None when it is."""
    notes: tuple[str, ...] = ()
    """Words of this module's list, sorted."""
    pages: int | None = None
    """Pages, sheets or slides, where the kind counts them and they could be counted."""
    remark: str | None = None
    """What a reader should know besides, in Chinese, e.g. what the error page says."""

    @property
    def outcome(self) -> Outcome:
        """The outcome that goes with the reason."""
        return self.reason.outcome if self.reason is not None else Outcome.OK

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, to cross from the judging process."""
        return {
            "detected_type": self.detected_type,
            "reason": self.reason.value if self.reason else None,
            "notes": list(self.notes),
            "pages": self.pages,
            "remark": self.remark,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> FileVerdict:
        """What `to_dict` wrote."""
        return cls(
            detected_type=values["detected_type"],
            reason=Reason(values["reason"]) if values["reason"] else None,
            notes=tuple(values["notes"]),
            pages=values["pages"],
            remark=values["remark"],
        )


def good(detected_type: str, *notes: str, pages: int | None = None, remark: str | None = None) -> FileVerdict:
    """A file that is complete and opens."""
    return FileVerdict(
        detected_type=detected_type, notes=tuple(sorted(set(notes))), pages=pages, remark=remark
    )


def truncated(detected_type: str, remark: str) -> FileVerdict:
    """A file whose end is missing."""
    return FileVerdict(detected_type=detected_type, reason=Reason.TRUNCATED, remark=remark)


def corrupt(detected_type: str | None, remark: str) -> FileVerdict:
    """A file that is whole in length, but damaged."""
    return FileVerdict(detected_type=detected_type, reason=Reason.CORRUPT, remark=remark)


def wrong_type(detected_type: str, remark: str) -> FileVerdict:
    """No document at all."""
    return FileVerdict(detected_type=detected_type, reason=Reason.WRONG_TYPE, remark=remark)


def page_instead(detected_type: str, remark: str) -> FileVerdict:
    """An error, login or portal page, or an interface's error reply, in a document's place."""
    return FileVerdict(detected_type=detected_type, reason=Reason.HTML_INSTEAD_OF_FILE, remark=remark)
