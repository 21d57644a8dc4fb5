"""The explorer: one HTML file that asks the network for nothing.

graph ─selection─▶ part that a file can carry ─communities─▶ groups ─layout─▶ places ─naming─▶ their names
      ─data─▶ plain columns ─page─▶ file

The page's own code stands beside: explorer.html, explorer.css, and scripts/ in the order of their names.
"""

from __future__ import annotations

from kg.export.html.page import write_html

__all__ = ["write_html"]
