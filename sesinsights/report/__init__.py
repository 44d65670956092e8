"""What became of all mail: numbers, and a report to look at."""

from sesinsights.report.page import write_html

__all__ = ["write_html"]
