"""The HTML report: one self-contained file, in Chinese with a switch to English."""

from results.report.rendering import write_report

__all__ = ["write_report"]
