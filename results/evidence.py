"""Evidence: files kept beside the database, named by what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from results.errors import StoreError
from results.ledger import Evidence
from results.store import Store

_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "text/plain": ".txt",
    "text/html": ".html",
    "application/json": ".json",
    "application/zip": ".zip",
}


class EvidenceShelf:
    """The folder of evidence that belongs to a results file (`probe.db` → `probe.evidence/`).

    Raises:
        StoreError: The folder cannot be made or written, at once or when a file is kept.
    """

    def __init__(self, store: Store) -> None:
        self.folder = folder_of(store.path)
        self._store = store
        with self._said_plainly():
            self.folder.mkdir(exist_ok=True)

    def keep(self, content: bytes, media_type: str) -> int:
        """Keep a file and its row; the same content is kept once.

        Returns:
            The id of its row in `evidence`.
        """
        digest = hashlib.sha256(content).hexdigest()
        known = self._store.all(Evidence, sha256=digest)
        relative = known[0].path if known else f"{digest[:2]}/{digest}{_SUFFIXES.get(media_type, '.bin')}"
        target = self.folder / relative
        # a file that was pruned comes back under the row that it had
        if known and known[0].id is not None and target.exists():
            return known[0].id
        with self._said_plainly():
            target.parent.mkdir(parents=True, exist_ok=True)
            # written beside and moved into place, so that a file under its hash is always whole
            draft = target.with_suffix(".part")
            draft.write_bytes(content)
            draft.replace(target)
        if known and known[0].id is not None:
            return known[0].id
        row = self._store.add(
            Evidence(sha256=digest, path=relative, media_type=media_type, bytes=len(content))
        )
        assert row.id is not None
        return row.id

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            raise StoreError(
                zh=f"无法写入证据目录 {self.folder}：{why}",
                en=f"cannot write evidence to {self.folder}: {why}",
            ) from error


def folder_of(database: Path) -> Path:
    """Where the evidence of a results file lies."""
    return database.with_suffix(".evidence")
