"""Linking: one node per thing, every edge with its support. A pure function of the set of papers."""

from kg.linking.linker import Linked, link
from kg.linking.names import normal_form

__all__ = ["Linked", "link", "normal_form"]
