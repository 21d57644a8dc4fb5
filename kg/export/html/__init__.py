"""The interactive page: one HTML file that asks the network for nothing.

graph ─selection─▶ part that the page can carry ─layout─▶ positions ─data─▶ plain data ─page─▶ file
"""

from __future__ import annotations

from kg.export.html.page import write_html

__all__ = ["write_html"]
