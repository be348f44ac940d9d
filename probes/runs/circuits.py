"""Notes in the results file which hosts stopped answering, since when, why, and what was not tried for it."""

from __future__ import annotations

from results.ledger import OpenCircuit
from results.moments import now
from results.store import Store
from spiders.net.breaker import Circuit


class CircuitLog:
    """The circuits of one run, as rows.

    Args:
        store: The results file.
        run_id: The run.
    """

    def __init__(self, store: Store, run_id: int) -> None:
        self._store = store
        self._run_id = run_id
        self._rows: dict[Circuit, OpenCircuit] = {}

    def changed(self, circuit: Circuit) -> None:
        """A circuit has opened or closed."""
        if not circuit.is_open:
            self._close(circuit, at=now())
            return
        assert circuit.reason is not None
        self._rows[circuit] = self._store.add(
            OpenCircuit(
                run_id=self._run_id,
                host=circuit.host,
                client=circuit.client,
                reason=circuit.reason,
                failures=len(circuit.failing),
                opened_at=now(),
            )
        )

    def end(self) -> None:
        """The run has ended: note what was not tried at hosts that never came back."""
        for circuit in list(self._rows):
            self._close(circuit, at=None)

    def _close(self, circuit: Circuit, at: str | None) -> None:
        row = self._rows.pop(circuit, None)
        if row is not None:
            self._store.change(row, closed_at=at, not_tried=circuit.not_tried)
