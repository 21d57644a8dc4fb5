"""Nodes by name, their neighbours, and the sentences behind an edge: what the explorer asks for."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from kg import schema
from kg.errors import QueryError, UsageError
from kg.export.base import ExportOptions
from kg.export.iris import Iris
from kg.export.terms import term

Json = dict[str, Any]

#: The most nodes of a neighbourhood, hits of a search and pieces of evidence.
MOST_NODES, MOST_HITS, MOST_EVIDENCE = 2000, 100, 200
#: So many edges of a node are looked at; a hub has more than anyone can see.
_MOST_EDGES = 50_000

_KIND_OF_CLASS = {term(row.rdf_classes[-1]): kind for kind, row in schema.NODE_KINDS.items()}
_EDGE_OF_PROPERTY = {term(row.rdf_property): kind for kind, row in schema.EDGE_KINDS.items()}
_PROPERTY_OF_EDGE = {kind: property_ for property_, kind in _EDGE_OF_PROPERTY.items()}
_TYPE, _LABEL, _ALIAS = term("rdf:type"), term("rdfs:label"), term("skos:altLabel")


class Neighbourhood:
    """A store, seen as nodes and edges. Nodes are named by their ids ("method/lora") or IRIs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._requests: dict[str, Callable[[dict[str, str]], Json | None]] = {
            "meta": self._meta,
            "search": self._search,
            "node": self._node,
            "neighbours": self._neighbours,
            "evidence": self._evidence,
        }
        self._described = lru_cache(maxsize=1 << 14)(self._describe)

    def answer(self, name: str, parameters: dict[str, str]) -> Json | None:
        """The answer to a request by its name; None where a node is not there.

        Raises QueryError where a parameter is missing or no number.
        """
        return self._requests[name](parameters)

    # ------------------------------------------------------------ names and ids

    @cached_property
    def _base(self) -> str:
        for quad in self._store.quads_for_pattern(None, term("void:uriSpace"), None):
            if isinstance(quad.object, Literal):
                return quad.object.value
        return ExportOptions().base

    @cached_property
    def _iris(self) -> Iris:
        try:
            return Iris(self._base)
        except UsageError:  # a graph of another make
            return Iris(ExportOptions().base)

    def _named(self, name: str) -> NamedNode | None:
        """The node of an id or an IRI, if it is there."""
        try:
            found = NamedNode(name if "://" in name else self._iris.node(name)[1:-1])
        except ValueError:
            return None
        return found if self._described(found.value) is not None else None

    def _one(self, node: NamedNode, property_: str) -> str | None:
        for quad in self._store.quads_for_pattern(node, term(property_), None):
            return _value(quad.object)
        return None

    def _all(self, node: NamedNode, property_: str) -> list[str]:
        return sorted(
            _value(quad.object) for quad in self._store.quads_for_pattern(node, term(property_), None)
        )

    def _describe(self, iri: str) -> Json | None:
        """What is told of every node that is mentioned; None where it is no node of a graph of papers."""
        node = NamedNode(iri)
        for quad in self._store.quads_for_pattern(node, _TYPE, None):
            kind = _KIND_OF_CLASS.get(quad.object) if isinstance(quad.object, NamedNode) else None
            if kind is not None:
                break
        else:
            return None
        name = self._one(node, "rdfs:label") or iri
        if kind == "PAPER":
            paper = self._one(node, "dcterms:identifier") or iri
            date = self._one(node, "dcterms:issued") or ""
            return {"id": f"paper/{paper}", "iri": iri, "kind": kind, "name": name, "papers": 1, "date": date}
        if iri.startswith(self._base):
            id_ = iri.removeprefix(self._base)
        else:
            id_ = f"{kind.lower()}/{iri.partition('://')[2]}"
        papers = self._one(node, "kg:paperCount")
        return {"id": id_, "iri": iri, "kind": kind, "name": name, "papers": int(papers) if papers else None}

    # ------------------------------------------------------------ requests

    def _meta(self, parameters: dict[str, str]) -> Json:
        triples = next(iter(self._store.quads_for_pattern(None, term("void:triples"), None, None)), None)
        papers = 0
        for quad in self._store.quads_for_pattern(None, term("void:class"), term("kg:Paper")):
            if isinstance(quad.subject, NamedNode):
                papers = int(self._one(quad.subject, "void:entities") or 0)
        dataset = next(iter(self._store.quads_for_pattern(None, _TYPE, term("void:Dataset"))), None)
        if dataset is not None and isinstance(dataset.subject, NamedNode):
            count = self._one(dataset.subject, "void:triples")
        else:
            count = None if triples is None else _value(triples.object)
        kinds = [
            {"name": kind, "label": row.label, "plural": row.plural, "colour": row.colour, "shape": row.shape}
            for kind, row in schema.NODE_KINDS.items()
        ]
        edges = [{"name": kind, "label": row.label} for kind, row in schema.EDGE_KINDS.items()]
        return {
            "papers": papers,
            "triples": int(count) if count else None,
            "base": self._base,
            "kinds": kinds,
            "edgeKinds": edges,
        }

    def _search(self, parameters: dict[str, str]) -> Json:
        words = " ".join(_given(parameters, "q").split())
        limit = _number(parameters, "limit", 20, MOST_HITS)
        kind = parameters.get("kind")
        hits: dict[str, int] = {}
        if words:
            for iri, rank in self._names.containing(words):
                hits[iri] = min(rank, hits.get(iri, rank))
        found = [(rank, node) for iri, rank in hits.items() if (node := self._described(iri)) is not None]
        chosen = sorted(
            (rank, -(node["papers"] or 0), len(node["name"]), node["id"])
            for rank, node in found
            if kind in (None, "", node["kind"])
        )
        by_id = {node["id"]: node for _, node in found}
        return {"query": words, "nodes": [by_id[row[-1]] for row in chosen[:limit]]}

    @cached_property
    def _names(self) -> Names:
        return Names(
            (quad.subject.value, _value(quad.object))
            for property_ in (_LABEL, _ALIAS)
            for quad in self._store.quads_for_pattern(None, property_, None)
            if isinstance(quad.subject, NamedNode)
        )

    def _node(self, parameters: dict[str, str]) -> Json | None:
        node = self._named(_given(parameters, "id"))
        if node is None:
            return None
        described = self._described(node.value)
        degree = Counter(kind for _, kind, _ in self._edges(node))
        authors = [
            self._one(quad.object, "rdfs:label")
            for quad in self._store.quads_for_pattern(node, term("dcterms:creator"), None)
            if isinstance(quad.object, NamedNode)
        ]
        classes = {str(name): kind for name, kind in _KIND_OF_CLASS.items()}
        return {
            "node": described,
            "aliases": self._all(node, "skos:altLabel"),
            "url": self._one(node, "schema:url") or self._one(node, "schema:codeRepository"),
            "abstract": self._one(node, "dcterms:abstract"),
            "authors": sorted(filter(None, authors)),
            "categories": self._all(node, "schema:keywords"),
            "types": [classes.get(f"<{name}>", name) for name in self._all(node, "kg:alsoTyped")],
            "ambiguous": self._one(node, "kg:ambiguous") == "true",
            "degree": dict(sorted(degree.items())),
            "results": list(self._results(node)),
        }

    def _results(self, node: NamedNode) -> Iterator[Json]:
        """Results that a node is the subject, the dataset, the metric or the paper of."""
        properties = ("kg:resultSubject", "kg:resultDataset", "mls:specifiedBy", "prov:wasQuotedFrom")
        found = {
            quad.subject
            for property_ in properties
            for quad in self._store.quads_for_pattern(None, term(property_), node)
            if isinstance(quad.subject, NamedNode)
        }
        shown = 0
        for result in sorted(found, key=str):
            subject = self._id_at(result, "kg:resultSubject")
            if subject is None or shown == MOST_EVIDENCE:  # a statement, which is quoted from papers too
                continue
            shown += 1
            yield {
                "paper": self._id_at(result, "prov:wasQuotedFrom"),
                "subject": subject,
                "metric": self._id_at(result, "mls:specifiedBy"),
                "metricText": self._one(result, "kg:metricText"),
                "value": self._one(result, "kg:valueText"),
                "unit": self._one(result, "kg:unit") or "",
                "dataset": self._id_at(result, "kg:resultDataset"),
                "baseline": self._id_at(result, "kg:resultBaseline"),
            }

    def _id_at(self, node: NamedNode, property_: str) -> str | None:
        iri = self._one(node, property_)
        described = self._described(iri) if iri else None
        return described["id"] if described else None

    def _neighbours(self, parameters: dict[str, str]) -> Json | None:
        center = self._named(_given(parameters, "id"))
        if center is None:
            return None
        hops = _number(parameters, "hops", 1, 2)
        limit = _number(parameters, "limit", 200, MOST_NODES)
        chosen: dict[str, Json] = {}
        self._take([center.value], chosen, limit)
        left_out = 0
        ring = [center]
        for _ in range(hops):
            strength: Counter[str] = Counter()
            for node in ring:
                for source, _, target in self._edges(node):
                    other = target if source == node else source
                    if other.value not in chosen:
                        strength[other.value] += 1
            taken, left = self._best(strength, limit - len(chosen))
            left_out += left
            ring = [NamedNode(iri) for iri in taken]
            self._take(taken, chosen, limit)
        edges = [edge for iri in chosen for edge in self._leaving(NamedNode(iri), chosen)]
        described = chosen[center.value]
        return {
            "center": described["id"],
            "nodes": list(chosen.values()),
            "edges": edges,
            "leftOut": left_out,
        }

    def _take(self, iris: Iterable[str], chosen: dict[str, Json], limit: int) -> None:
        for iri in iris:
            described = self._described(iri)
            if described is not None and len(chosen) < limit:
                chosen[iri] = described

    def _best(self, strength: Counter[str], room: int) -> tuple[list[str], int]:
        """The best connected nodes, and how many there is no room for."""
        described = {iri: node for iri in strength if (node := self._described(iri)) is not None}
        ordered = sorted(described)
        ordered.sort(key=lambda iri: described[iri].get("date", ""), reverse=True)  # newest papers first
        ordered.sort(key=lambda iri: (-strength[iri], -(described[iri]["papers"] or 0)))
        return ordered[:room], max(0, len(ordered) - room)

    def _edges(self, node: NamedNode) -> Iterator[tuple[NamedNode, str, NamedNode]]:
        """Source, kind and target of the edges from and to a node."""
        left = _MOST_EDGES
        for pattern in ((node, None, None), (None, None, node)):
            for quad in self._store.quads_for_pattern(*pattern):
                kind = _EDGE_OF_PROPERTY.get(quad.predicate)
                if kind and isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                    yield quad.subject, kind, quad.object
                    left -= 1
                    if left == 0:
                        return

    def _leaving(self, node: NamedNode, chosen: dict[str, Json]) -> Iterator[Json]:
        """The edges from a node to any of the chosen ones."""
        for quad in self._store.quads_for_pattern(node, None, None):
            kind = _EDGE_OF_PROPERTY.get(quad.predicate)
            if kind and isinstance(quad.object, NamedNode) and quad.object.value in chosen:
                source, target = chosen[node.value]["id"], chosen[quad.object.value]["id"]
                statement = self._statement(source, kind, target)
                support, confidence = (
                    self._one(statement, "kg:support"),
                    self._one(statement, "kg:confidence"),
                )
                yield {
                    "source": source,
                    "target": target,
                    "kind": kind,
                    "support": int(support) if support else None,
                    "confidence": float(confidence) if confidence else None,
                }

    def _statement(self, source: str, kind: str, target: str) -> NamedNode:
        return NamedNode(self._iris.statement(source, kind, target)[1:-1])

    def _evidence(self, parameters: dict[str, str]) -> Json | None:
        source, target = (self._named(_given(parameters, name)) for name in ("source", "target"))
        if source is None or target is None:
            return None
        ends = [self._described(node.value) for node in (source, target)]
        assert ends[0] is not None and ends[1] is not None
        wanted = parameters.get("kind")
        told: list[Json] = []
        for kind in schema.EDGE_KINDS:
            if wanted in (None, "", kind):
                statement = self._statement(ends[0]["id"], kind, ends[1]["id"])
                told += self._sentences(statement, kind)
        told.sort(key=lambda row: (row["kind"], row["paper"] or "", row["start"]))
        return {"evidence": told[:MOST_EVIDENCE]}

    def _sentences(self, statement: NamedNode, kind: str) -> Iterator[Json]:
        confidence = self._one(statement, "kg:confidence")
        for quad in self._store.quads_for_pattern(None, term("oa:hasBody"), statement):
            if not isinstance(quad.subject, NamedNode):
                continue
            span = NamedNode(self._one(quad.subject, "oa:hasTarget") or "")
            told: Json = {"kind": kind, "rule": self._one(quad.subject, "kg:rule")}
            told["confidence"] = float(confidence) if confidence else None
            text = self._one(span, "oa:hasSource")
            paper = self._one(NamedNode(text), "dcterms:isPartOf") if text else None
            described = self._described(paper) if paper else None
            told |= {"paper": described and described["id"], "title": described and described["name"]}
            for selector in self._all(span, "oa:hasSelector"):
                node = NamedNode(selector)
                if (exact := self._one(node, "oa:exact")) is not None:
                    told["sentence"] = exact
                else:
                    told["start"] = int(self._one(node, "oa:start") or 0)
                    told["end"] = int(self._one(node, "oa:end") or 0)
            yield told


class Names:
    """All names of all nodes in one text, which is searched faster than they are one by one."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._iris: list[str] = []
        self._starts = array("Q")
        parts: list[str] = []
        at = 0
        for iri, name in names:
            folded = f"{' '.join(name.split()).casefold()}\n"
            self._iris.append(iri)
            self._starts.append(at)
            parts.append(folded)
            at += len(folded)
        self._text = "".join(parts)

    def containing(self, words: str, *, most: int = 3000) -> Iterator[tuple[str, int]]:
        """Nodes with a name that holds the words, and how: 0 it is them, 1 begins with them, 2 a word of it
        does, 3 anywhere. Of what is found, the first `most`: whole names and beginnings, then all (and those
        again).

        >>> names = Names([("e:1", "LoRA"), ("e:2", "QLoRA"), ("e:3", "LoRA rank")])
        >>> sorted(set(names.containing("lora")))
        [('e:1', 0), ('e:2', 3), ('e:3', 1)]
        """
        folded = words.casefold()
        left = most
        for needle in (f"\n{folded}", folded):
            place = self._text.find(needle)
            if needle is not folded and self._text.startswith(folded):
                yield self._hit(0, folded)
            while place >= 0 and left:
                yield self._hit(place + len(needle) - len(folded), folded)
                left -= 1
                place = self._text.find(needle, place + 1)

    def _hit(self, place: int, folded: str) -> tuple[str, int]:
        number = bisect_right(self._starts, place) - 1
        if place == self._starts[number]:
            rank = 0 if self._text.startswith("\n", place + len(folded)) else 1
        else:
            rank = 3 if self._text[place - 1].isalnum() else 2
        return self._iris[number], rank


def _value(object_: Any) -> str:
    return object_.value if isinstance(object_, NamedNode | Literal) else str(object_)


def _given(parameters: dict[str, str], name: str) -> str:
    if not (value := parameters.get(name, "")):
        raise QueryError(f"the parameter {name} is missing")
    return value


def _number(parameters: dict[str, str], name: str, default: int, most: int) -> int:
    value = parameters.get(name, "")
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) > 0):
        raise QueryError(f"{name}={value}: not a number from 1 to {most}")
    return min(int(value), most)
