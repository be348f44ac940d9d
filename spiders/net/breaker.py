"""A host that stopped answering is left alone for a while, so that one dead host does not use up a run.

Told by host, port and client (a plain client's failures say nothing about a browser's), for each run: a city's
verdict rests on its own looks. A circuit opens when several addresses in a row did not answer. After a pause one
request is let through to see whether the host is back; where it never is, what was not asked is `circuit_open`:
not measured, by our own decision. Trials and second looks are always made.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from results.records import Reason
from spiders.net.refusals import CircuitOpen

FAILURES_IN_A_ROW = 8
"""Addresses of one host that fail one after the other before it is left alone (ours)."""
PAUSES_S = (30.0, 60.0, 120.0)
"""How long it is left alone, each time that it does not answer again; then for good (ours)."""
_PROBE_S = 90.0
"""A request that was let through and never reported is taken for lost after so many seconds."""
_LOOK_AGAIN_S = 1.0
"""Whoever waits for what that request meets looks again so often."""

SILENT = frozenset(
    {
        Reason.DNS_FAILED,
        Reason.CONNECT_REFUSED,
        Reason.CONNECT_RESET,
        Reason.TIMEOUT,
    }
)
"""Reasons that say that a host did not answer at all; one whose certificate is bad has answered."""

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Client(StrEnum):
    """Who asks."""

    PLAIN = "plain"
    BROWSER = "browser"


@dataclass(eq=False)
class Circuit:
    """What one client knows of one host."""

    host: str
    """Host and port."""
    client: Client
    reason: Reason | None = None
    """Why the last address did not come; kept while it is open."""
    failing: set[str] = field(default_factory=set)
    """Addresses that failed since the host last answered."""
    pauses: int = 0
    """How often it was left alone since it last answered; above zero it is open."""
    ask_again_at: float = 0.0
    """Moment (monotonic, seconds) from which one request may try; infinite when none will."""
    is_probing: bool = False
    """Whether a request was let through to see."""
    not_tried: int = 0
    """Requests that were not made since it opened."""

    @property
    def is_open(self) -> bool:
        """Whether the host is left alone."""
        return self.pauses > 0

    @property
    def again_in_s(self) -> float | None:
        """Seconds until it is worth while to ask again; None where it never is."""
        wait_s = max(0.0, self.ask_again_at - time.monotonic())
        if self.is_probing:
            return min(wait_s, _LOOK_AGAIN_S)
        return wait_s if math.isfinite(wait_s) else None


class Breakers:
    """The circuits of one run.

    Args:
        on_change: Told when a circuit has opened or closed.
    """

    def __init__(self, on_change: Callable[[Circuit], None] = lambda _: None) -> None:
        self._circuits: dict[tuple[str, Client], Circuit] = {}
        self._on_change = on_change

    @property
    def open(self) -> tuple[Circuit, ...]:
        """The circuits that are open."""
        return tuple(each for each in self._circuits.values() if each.is_open)

    def check(self, url: str, client: Client, *, leaving: bool = True) -> None:
        """Let a request through, or not.

        Args:
            url: What would be asked for.
            client: Who would ask.
            leaving: Whether it leaves now; the first that does after a pause is the one that tries.

        Raises:
            CircuitOpen: Its host is left alone.
        """
        circuit = self._circuits.get((_host(url), client))
        if circuit is None or not circuit.is_open or _in_any_case.get():
            return
        if circuit.again_in_s != 0:
            circuit.not_tried += 1
            why = f"{circuit.reason} at {len(circuit.failing)} addresses in a row"
            raise CircuitOpen(circuit.host, why, circuit.again_in_s)
        if leaving:  # the others wait for what this one meets
            circuit.is_probing, circuit.ask_again_at = True, time.monotonic() + _PROBE_S

    def failed(self, url: str, client: Client, reason: Reason) -> None:
        """Take note that a host did not answer; reasons that do not say so are passed over."""
        if reason not in SILENT:
            return
        circuit = self._circuits.setdefault((_host(url), client), Circuit(_host(url), client))
        circuit.failing.add(url)
        circuit.reason = reason
        if circuit.is_open:
            if circuit.is_probing:  # others were on their way when it opened
                self._leave_alone(circuit)
        elif len(circuit.failing) >= FAILURES_IN_A_ROW:
            circuit.not_tried = 0
            self._leave_alone(circuit)
            self._on_change(circuit)

    def answered(self, url: str, client: Client) -> None:
        """Take note that a host answered, whatever it said."""
        circuit = self._circuits.get((_host(url), client))
        if circuit is None:
            return
        circuit.failing.clear()
        if circuit.is_open:
            circuit.pauses, circuit.is_probing = 0, False
            self._on_change(circuit)

    def ask_again_in_s(self) -> float | None:
        """Seconds until some host that is left alone may be asked again; None where none will be."""
        return min((wait for each in self.open if (wait := each.again_in_s) is not None), default=None)

    @staticmethod
    def _leave_alone(circuit: Circuit) -> None:
        again = circuit.pauses < len(PAUSES_S)
        circuit.ask_again_at = time.monotonic() + PAUSES_S[circuit.pauses] if again else math.inf
        circuit.pauses += 1
        circuit.is_probing = False


_in_any_case: ContextVar[bool] = ContextVar("asked_in_any_case", default=False)


@contextmanager
def asked_in_any_case() -> Iterator[None]:
    """Inside, circuits hold nothing back: a planned trial is made, and a failure gets its second look."""
    token = _in_any_case.set(True)
    try:
        yield
    finally:
        _in_any_case.reset(token)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 0)}"
    except ValueError:
        return url
