"""A file for somebody else is there whole, or as it was before: a full disk leaves no half of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from lxml.etree import SerialisationError


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A draft beside the target, put in its place once the block has ended well, and dropped otherwise.

    What is no ordinary file (a pipe, `/dev/stdout`) is written at once.

    Args:
        target: The file to write; replaced if it exists, behind a symbolic link too.

    Raises:
        OSError: The target is a directory, or cannot be written or put in place.
    """
    target = target.resolve()
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if target.exists() and not target.is_file():
        yield target
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    _clear_up_after_the_dead(target)
    try:
        yield draft
        draft.replace(target)
    except SerialisationError as error:  # lxml's own word for a full disk
        raise OSError(str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _clear_up_after_the_dead(target: Path) -> None:
    """Remove drafts of the target whose writers were killed."""
    begin, end = f".{target.name}.", ".part"
    for each in target.parent.iterdir() if target.parent.is_dir() else ():
        writer = each.name.removeprefix(begin).removesuffix(end)
        if each.name == f"{begin}{writer}{end}" and writer.isdecimal() and not psutil.pid_exists(int(writer)):
            each.unlink(missing_ok=True)
