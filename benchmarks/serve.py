"""`python -m benchmarks serve GRAPH`: what clients of `kg serve` see when many ask at once, over sockets."""

from __future__ import annotations

import asyncio
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import click
import httpx
import psutil

from benchmarks.queries import parameters
from kg.query import library
from kg.store import open_store

#: A query that no machine ends within minutes.
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@click.command()
@click.argument("graph", type=click.Path(exists=True, path_type=Path))
@click.option("--clients", default=50, show_default=True)
@click.option("--seconds", default=30.0, show_default=True)
@click.option("--endless", default=1, show_default=True, help="Queries that run for minutes, sent first.")
@click.option("--hardest", is_flag=True, help="Ask about the most named nodes, whatever the examples.")
@click.option("--workers", type=int, help="As for kg serve.")
def serve(
    graph: Path, clients: int, seconds: float, endless: int, hardest: bool, workers: int | None
) -> None:
    """Ask a server of GRAPH all questions of the library, many clients at once, while others keep it busy.

    \b
    Example:
      python -m benchmarks serve exports --clients 50 --seconds 30
    """
    asked = _questions(graph, hardest=hardest)
    command = [sys.executable, "-u", "-m", "kg", "serve", "--graph", str(graph), "--port", "0"]
    if workers is not None:
        command += ["--workers", str(workers)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+?/", server.stdout.readline())
        if address is None:
            sys.exit("the server did not start")
        asyncio.run(_measured(address[0], server.pid, asked, clients, seconds, endless))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def _questions(graph: Path, *, hardest: bool) -> list[tuple[str, dict[str, str]]]:
    """Each question of the library with parameters that the graph knows."""
    store = open_store(graph)
    found = []
    for query in library():
        try:
            found.append((query.name, parameters(query, store, hardest=hardest)))
        except LookupError as error:
            click.echo(f"{query.name}: not asked, {error.args[0]}")
    return found


async def _measured(
    address: str,
    pid: int,
    asked: list[tuple[str, dict[str, str]]],
    clients: int,
    seconds: float,
    endless: int,
) -> None:
    times: dict[str, list[float]] = {name: [] for name, _ in asked}
    statuses: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=clients + endless + 1)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=120) as client:
        for _ in range(600):
            try:
                await client.get("page/query.css")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
        hogs = [asyncio.create_task(client.get("sparql", params={"query": _ENDLESS})) for _ in range(endless)]
        await asyncio.sleep(0.5)
        end = time.perf_counter() + seconds

        async def one(number: int) -> None:
            turn = number * 7  # each begins elsewhere
            while time.perf_counter() < end:
                name, given = asked[turn % len(asked)]
                turn += 1
                started = time.perf_counter()
                try:
                    answer = await client.get("api/ask", params={"query": name, **given})
                    statuses[str(answer.status_code)] += 1
                except httpx.HTTPError as error:
                    statuses[type(error).__name__] += 1
                times[name].append(time.perf_counter() - started)

        peak = asyncio.create_task(_peak(pid, end))
        await asyncio.gather(*(one(number) for number in range(clients)))
        stopped = Counter(str(answer.status_code) for answer in await asyncio.gather(*hogs))
    everything = sorted(took for each in times.values() for took in each)
    slowest = max((name for name in times if times[name]), key=lambda name: statistics.median(times[name]))
    told = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
    click.echo(f"{len(everything):,} answers to {clients} clients in {seconds:g} s; status {told}")
    click.echo(
        f"a client waits {statistics.median(everything) * 1e3:.0f} ms (median), "
        f"{everything[int(len(everything) * 0.95)] * 1e3:.0f} ms (95th percentile), "
        f"{everything[-1] * 1e3:.0f} ms (most)"
    )
    click.echo(f"slowest question: {slowest}, {statistics.median(times[slowest]) * 1e3:.0f} ms (median)")
    click.echo(f"the server and its workers hold {await peak / 2**20:.0f} MiB at most")
    if endless:
        click.echo(f"{endless} endless queries beside them ended with status {dict(stopped)}")


async def _peak(pid: int, end: float) -> int:
    """The most memory that the server and its workers hold at once, in bytes."""
    peak = 0
    while time.perf_counter() < end:
        held = 0
        try:
            family = psutil.Process(pid)
            for member in (family, *family.children(recursive=True)):
                held += member.memory_full_info().uss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            pass
        peak = max(peak, held)
        await asyncio.sleep(0.5)
    return peak
