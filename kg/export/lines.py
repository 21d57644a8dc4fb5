"""N-Triples and N-Quads: a line a statement, so that files can be cut, joined and compared by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.export.rdf import Block


def ntriples(parts: Iterable[Block]) -> Iterator[str]:
    """The lines of each block.

    >>> list(ntriples([("<https://e.org/a>", [("<https://e.org/b>", '"c"')], ())]))
    ['<https://e.org/a> <https://e.org/b> "c" .\\n']
    """
    for subject, properties, _ in parts:
        yield "".join([f"{subject} {property_} {value} .\n" for property_, value in properties])


def nquads(parts: Iterable[Block]) -> Iterator[str]:
    """The lines of each block, once for each named graph that it stands in.

    >>> list(nquads([("<https://e.org/a>", [("<https://e.org/b>", '"c"')], ("<https://e.org/g>",))]))
    ['<https://e.org/a> <https://e.org/b> "c" <https://e.org/g> .\\n']
    """
    for subject, properties, graphs in parts:
        for graph in graphs or ("",):
            end = f"{graph} .\n" if graph else ".\n"
            yield "".join([f"{subject} {property_} {value} {end}" for property_, value in properties])
