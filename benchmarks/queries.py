"""`python -m benchmarks queries GRAPH`: how long each question of the library takes on a graph.

Parameters are the query's own example where the graph knows its names; else the node of the kind that comes
hundredth by the papers that name it. With --hardest it is the first, which as a rule is the hardest there is.
"""

from __future__ import annotations

import re
import resource
import shlex
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click
from pyoxigraph import NamedNode, QuerySolutions, Store, Triple

from benchmarks.machine import measured
from kg import schema
from kg.errors import QueryError
from kg.export.terms import PREFIXES
from kg.nodes import KINDS, find_node
from kg.query import Query, library, run_query
from kg.store import open_store

#: How many triples rdflib's own engine is asked to take: beyond, some questions take it hours.
_RDFLIB_MOST = 300_000
#: Seconds that rdflib's own engine may take over one of them.
_LONGEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What one query took."""

    query: Query
    given: dict[str, str]
    rows: int
    warm: float  #: seconds, median
    cold: float  #: seconds, the first time
    worked: float  #: seconds of the processor, warm, median: what it would take on an idle machine
    process: float | None  #: seconds, `kg query` from start to end, median
    process_worked: float  #: seconds of the processor that it takes, median


@click.command()
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
@click.option("--repeat", default=5, show_default=True, help="Runs of each query, after a first one.")
@click.option("--processes", default=3, show_default=True, help="Runs of each as a whole `kg query`.")
@click.option("--only", multiple=True, help="This query only. May be given again.")
@click.option("--hardest", is_flag=True, help="Ask about the most named nodes, whatever the examples.")
@click.option("--beside-rdflib", is_flag=True, help="Compare with rdflib's own engine; for small graphs.")
def queries(
    graph: Path, repeat: int, processes: int, only: tuple[str, ...], hardest: bool, beside_rdflib: bool
) -> None:
    """Time every question of the library on GRAPH, and tell the slowest, with the work that it has.

    \b
    Example:
      python -m benchmarks queries exports --beside-rdflib
    """
    started = time.perf_counter()
    store = open_store(graph)
    click.echo(f"{len(store):,} triples, open after {time.perf_counter() - started:.2f} s\n")
    timings = []
    click.echo(
        "query                      rows   first ms  median ms     cpu ms  kg query s    cpu s  parameters"
    )
    for query in library():
        if only and query.name not in only:
            continue
        try:
            timing = _timed(query, graph, store, repeat, processes, hardest=hardest)
        except LookupError as error:
            click.echo(f"{query.name:24}      – {error.args[0]}")
            continue
        timings.append(timing)
        whole = "         –" if timing.process is None else f"{timing.process:10.2f}"
        given = " ".join(f"{name}={shlex.quote(value)}" for name, value in timing.given.items())
        times = f"{timing.cold * 1e3:10.1f} {timing.warm * 1e3:10.1f} {timing.worked * 1e3:10.1f}"
        click.echo(f"{query.name:24} {timing.rows:6} {times}  {whole} {timing.process_worked:8.2f}  {given}")
    if not timings:
        sys.exit("no such query")
    slowest = max(timings, key=lambda timing: timing.worked)
    told = f"{slowest.warm * 1e3:.1f} ms, of the processor {slowest.worked * 1e3:.1f} ms"
    click.echo(f"\nthe slowest is {slowest.query.name}, {told}; its patterns match:")
    for count, pattern in _patterns(slowest, store):
        click.echo(f"{count:12,}  {pattern}")
    if beside_rdflib:
        _beside_rdflib(timings, store)


def _timed(query: Query, graph: Path, store: Store, repeat: int, processes: int, *, hardest: bool) -> Timing:
    given = parameters(query, store, hardest=hardest)

    def ask() -> int:
        answer = run_query(query, store, parameters=given)
        return len(answer.rows) or len(answer.triples)

    cold, rows = _seconds(ask)
    warm, worked = [], []
    for _ in range(repeat):
        started = time.process_time()
        warm.append(_seconds(ask)[0])
        worked.append(time.process_time() - started)
    command = [sys.executable, "-m", "kg", "query", query.name, "--graph", str(graph), "--format", "json"]
    for name, value in given.items():
        command += ["-p", f"{name}={value}"]
    whole, whole_worked = [], []
    for _ in range(processes):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole.append(measured(command))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole_worked.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    if any(run.status for run in whole):
        sys.exit(whole[0].output)
    return Timing(
        query=query,
        given=given,
        rows=rows,
        warm=statistics.median(warm or [cold]),
        cold=cold,
        worked=statistics.median(worked or [cold]),
        process=statistics.median(run.seconds for run in whole) if whole else None,
        process_worked=statistics.median(whole_worked or [0.0]),
    )


def _seconds(work: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


def parameters(query: Query, store: Store, *, hardest: bool = False) -> dict[str, str]:
    """A query's example, with nodes that the graph has in place of those that it has not."""
    given = dict(query.example_values)
    taken: list[str] = []
    for parameter in query.parameters:
        if parameter.type not in KINDS or (parameter.name not in given and not parameter.required):
            continue
        value = given.get(parameter.name, "")
        try:
            if hardest or not value:
                raise QueryError("not wanted")
            find_node(store, value, kind=parameter.type)
        except QueryError:
            given[parameter.name] = _much_named(store, parameter.type, 0 if hardest else 99, besides=taken)
        taken.append(given[parameter.name])
    return given


def _much_named(store: Store, kind: str, place: int, *, besides: list[str]) -> str:
    """The address of a node of a kind, by the papers that name it, most first; a paper is of the last month.

    In a smaller graph, the last there is. Raises LookupError where there is none.
    """
    nodes = [node for node in _best_known(store, kind) if node not in besides]
    if not nodes:
        raise LookupError(f"the graph has no {kind}")
    return nodes[min(place, len(nodes) - 1)]


#: How many nodes of a kind are at hand.
_KNOWN = 110


@cache
def _best_known(store: Store, kind: str) -> list[str]:
    """The addresses of the nodes of a kind that come first.

    Whole properties are read and joined: nothing is looked up node by node, of which there may be a million.
    """
    classes = " ".join(map(str, KINDS[kind]))
    of_kind = f"{{ SELECT ?node {{ VALUES ?class {{ {classes} }} ?node a ?class }} }}"
    if kind == "paper":
        months = _column(store, "SELECT (MAX(?month) AS ?node) { ?paper a kg:Paper ; kg:month ?month }")
        pattern = f"?node kg:month {months[0]}" if months else "?node a kg:Paper"
        return sorted(_values(_column(store, f"SELECT ?node {{ {pattern} . {of_kind} }}")))[:_KNOWN]
    much = "{ SELECT ?node ?much { ?node kg:paperCount ?much } }"
    if kind in (*(row.label for row in schema.ENTITY_TYPES.values()), "entity"):
        much = "{ SELECT ?node (-?rank AS ?much) { ?node kg:rank ?rank } }"
    found = _column(
        store, f"SELECT ?node {{ {of_kind} {much} }} ORDER BY DESC(?much) LIMIT {_KNOWN}"
    ) or _column(store, f"SELECT ?node {{ {of_kind} }} LIMIT {_KNOWN}")
    return _values(found)


def _column(store: Store, text: str) -> list[Any]:
    solutions = store.query(text, prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)
    return [solution["node"] for solution in solutions if solution["node"] is not None]


def _values(nodes: list[Any]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, NamedNode)]


def _patterns(timing: Timing, store: Store) -> Iterator[tuple[int, str]]:
    """How many triples each pattern of a query matches by itself, what was given being given.

    pyoxigraph shows no plan. These counts are what any plan works with: it begins where they are small,
    and pays for where they are large.
    """
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    def triples(part: Any) -> Iterator[tuple[Any, ...]]:
        if isinstance(part, CompValue):
            # EXISTS keeps its patterns as they were parsed: lists of another shape
            yield from (triple for triple in part.get("triples") or () if _is_pattern(triple))
            for name in part:
                if name != "triples":
                    yield from triples(part[name])
        elif isinstance(part, (list, tuple)):
            for each in part:
                yield from triples(each)

    algebra = prepareQuery(timing.query.text, initNs=PREFIXES).algebra
    bound = {
        f"?{parameter.name}": str(find_node(store, timing.given[parameter.name], kind=parameter.type).node)
        for parameter in timing.query.parameters
        if parameter.type in KINDS and parameter.name in timing.given
    }
    for triple in dict.fromkeys(triples(algebra.p)):
        words = [bound.get(term.n3(), term.n3()) for term in triple]
        counted = store.query(f"SELECT (COUNT(*) AS ?n) {{ {' '.join(words)} }}")
        assert isinstance(counted, QuerySolutions)
        shown = " ".join(words)
        for prefix, namespace in PREFIXES.items():
            shown = re.sub(rf"<{re.escape(namespace)}([^<>]*)>", rf"{prefix}:\1", shown)
        yield int(next(iter(counted))["n"].value), shown


def _is_pattern(triple: object) -> bool:
    return isinstance(triple, tuple) and len(triple) == 3 and all(hasattr(term, "n3") for term in triple)


def _beside_rdflib(timings: list[Timing], store: Store) -> None:
    """The same questions to rdflib's own engine, over the same triples."""
    import rdflib

    if len(store) > _RDFLIB_MOST:
        click.echo(f"\nmore than {_RDFLIB_MOST:,} triples: too many for rdflib's own engine")
        return
    graph = rdflib.Graph()
    lines = (str(Triple(quad.subject, quad.predicate, quad.object)) for quad in store)
    graph.parse(data="".join(f"{line} .\n" for line in lines), format="nt")
    click.echo(
        f"\nquery                     rdflib ms   times as long (each asked once, at most {_LONGEST} s)"
    )
    ratios = []
    for timing in timings:
        values = {
            parameter.name: rdflib.URIRef(
                find_node(store, timing.given[parameter.name], kind=parameter.type).node.value
            )
            for parameter in timing.query.parameters
            if parameter.type in KINDS and parameter.name in timing.given
        }

        def ask(query: Query = timing.query, bound: dict[str, Any] = values) -> int:
            answer = graph.query(query.text, initNs=PREFIXES, initBindings=bound)
            return sum(1 for _ in answer)

        try:
            with _at_most(_LONGEST):
                seconds, _ = _seconds(ask)
        except TimeoutError:
            click.echo(f"{timing.query.name:24}  > {_LONGEST * 1000:,}  > {_LONGEST / timing.warm:,.0f}")
            ratios.append(_LONGEST / timing.warm)
            continue
        except Exception as error:  # whatever it is that another program cannot do
            click.echo(f"{timing.query.name:24} fails: {type(error).__name__}: {error}"[:110])
            continue
        ratios.append(seconds / timing.warm)
        click.echo(f"{timing.query.name:24} {seconds * 1e3:10.1f} {ratios[-1]:12,.1f}")
    if ratios:
        click.echo(f"{'median':24} {'':10} {statistics.median(ratios):12,.1f}")


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Stop Python code that takes longer, with a TimeoutError."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
