from typing import Any

from results.evidence import EvidenceShelf, folder_of
from results.ledger import Evidence


def test_the_same_content_is_kept_once_under_its_hash(new_archive: Any) -> None:
    store = new_archive().store
    shelf = EvidenceShelf(store)
    first, again, other = (shelf.keep(content, "text/plain") for content in (b"a", b"a", b"b"))
    assert first == again != other
    (row,) = store.all(Evidence, id=first)
    assert row.sha256 == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert (folder_of(store.path) / row.path).read_bytes() == b"a"
    assert len([each for each in folder_of(store.path).rglob("*") if each.is_file()]) == 2


def test_a_pruned_file_comes_back_under_its_old_row(new_archive: Any) -> None:
    store = new_archive().store
    shelf = EvidenceShelf(store)
    first = shelf.keep(b"a", "image/png")
    (row,) = store.all(Evidence)
    (folder_of(store.path) / row.path).unlink()
    assert shelf.keep(b"a", "image/png") == first
    assert (folder_of(store.path) / row.path).read_bytes() == b"a" and len(store.all(Evidence)) == 1
