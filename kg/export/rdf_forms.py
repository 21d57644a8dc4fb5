"""RDF formats in which a node's blocks are lines of their own, whatever stands before and behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import RdfFormat

from kg.export.base import ExportOptions
from kg.export.iris import Iris
from kg.export.lines import nquads, ntriples
from kg.export.rdf import Block
from kg.export.turtle import Turtle


class Form(NamedTuple):
    """Such a format."""

    head: Callable[[str], str]  #: how the lines of a subject begin
    text: Callable[[Iterable[Block]], Iterator[str]]  #: the lines
    prologue: str  #: what a parser needs to have read before
    format: RdfFormat


def form(name: str, options: ExportOptions) -> Form:
    """The format of an exporter: "nt", "nq" or "ttl"."""
    if name == "nt":
        return Form(_first, ntriples, "", RdfFormat.N_TRIPLES)
    if name == "nq":
        return Form(_first, nquads, "", RdfFormat.N_QUADS)
    turtle = Turtle(Iris(options.base).prefixes())
    return Form(lambda iri: f"{turtle.short(iri)} ", turtle.subjects, turtle.prologue, RdfFormat.TURTLE)


def _first(subject: str) -> str:
    return f"{subject} "
