"""Gauges that are filled one value at a time, each declared once with its labels."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric


class Gauges:
    """Metric families by name, in order of declaration."""

    def __init__(self) -> None:
        self._families: dict[str, GaugeMetricFamily] = {}

    def __iter__(self) -> Iterator[Metric]:
        """The families that have a value."""
        return (each for each in self._families.values() if each.samples)

    def put(self, name: str, about: str, value: float | None, /, **labels: str | None) -> None:
        """Add a value.

        Args:
            name: Of the metric; its unit ends it (`_seconds`, `_ratio`).
            about: What it says; the first call's counts.
            value: None adds nothing: what is not known has no figure.
            labels: The same names at every call of a metric; None is an empty label.
        """
        if name not in self._families:
            self._families[name] = GaugeMetricFamily(name, about, labels=list(labels))
        if value is not None:
            self._families[name].add_metric([each or "" for each in labels.values()], float(value))
