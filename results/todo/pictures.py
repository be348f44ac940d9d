"""Screenshots made small enough for a list that is mailed around."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from results.todo.tasks import Task

MOST = 40
"""Pictures that a list holds at most, the costliest faults' first."""
_WIDTH, _HEIGHT = 640, 480
_SUFFIXES = (".png", ".jpg")


class UnreadableError(Exception):
    """The file is damaged, or no picture at all."""


def has_picture(task: Task) -> bool:
    """Whether a screenshot of it was kept and is still there."""
    return not task.evidence_missing and Path(task.evidence).suffix in _SUFFIXES


def small(path: Path) -> BytesIO:
    """A screenshot of at most 640 × 480 pixels, as PNG.

    Raises:
        UnreadableError: The file is damaged, or no picture.
    """
    shrunk = BytesIO()
    try:
        with Image.open(path) as picture:
            picture.thumbnail((_WIDTH, _HEIGHT))
            picture.convert("RGB").quantize(128).save(shrunk, "PNG", optimize=True)
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise UnreadableError(str(path)) from error
    shrunk.seek(0)
    return shrunk
