"""A graph opened for SPARQL: pyoxigraph's store, and the same behind rdflib's interface."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from pyoxigraph import RdfFormat, Store

from kg.errors import SourceError

if TYPE_CHECKING:
    import rdflib

#: Files of a graph's folder that hold the whole of it, fastest first.
FILES = ("graph.nt.gz", "graph.ttl", "graph.jsonld")

_ADVICE = "make one with: kg build SOURCE... -o DIR"


def open_store(path: Path) -> Store:
    """The graph in a folder that `kg build` wrote, or in an RDF file of any make, as a store in memory.

    A file's extension tells its format; behind it may stand `.gz`. Raises SourceError where there is no
    graph, or where it cannot be read, with the line where that is known.
    """
    file = _file(path)
    store = Store()
    try:
        with _opened(file) as stream:
            store.bulk_load(stream, _format(file))
    except SyntaxError as error:
        place = f":{error.lineno}" if error.lineno else ""
        raise SourceError(f"{file}{place}: not the RDF that its name promises ({error.msg})") from error
    except (OSError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise SourceError(f"{file}: cannot be read ({reason})") from error
    return store


def open_graph(path: str | Path) -> rdflib.Graph:
    """The same as an `rdflib.Graph`, with pyoxigraph's store and query engine under it (by oxrdflib).

    Raises SourceError as `open_store` does.
    """
    import oxrdflib
    import rdflib
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    store = oxrdflib.OxigraphStore(store=open_store(Path(path)))
    return rdflib.Graph(store=store, identifier=DATASET_DEFAULT_GRAPH_ID)


def _file(path: Path) -> Path:
    """The file to read: the path itself, or the first of FILES in a folder."""
    if path.is_dir():
        for name in FILES:
            if (path / name).is_file():
                return path / name
        raise SourceError(f"{path}: holds no graph ({', '.join(FILES)})", hint=_ADVICE)
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder", hint=_ADVICE)
    return path


def _format(file: Path) -> RdfFormat:
    name = file.name.removesuffix(".gz")
    extension = name.rpartition(".")[2]
    found = RdfFormat.from_extension(extension)
    if found is None:
        raise SourceError(
            f"{file}: no RDF format has the extension .{extension}",
            hint="known are .ttl, .nt, .nq, .trig, .jsonld, .rdf, each with .gz behind it or not",
        )
    return found


def _opened(file: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(file)) if file.name.endswith(".gz") else file.open("rb")
