"""A graph's nodes found by their names, in a store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg import schema
from kg.errors import QueryError
from kg.export.terms import term

_TYPE, _KEY = term("rdf:type"), term("kg:key")

#: What a name can be asked to name → the classes of such nodes.
KINDS: dict[str, tuple[NamedNode, ...]] = {
    row.label: (term(row.rdf_classes[-1]),) for row in schema.NODE_KINDS.values()
}
KINDS["entity"] = tuple(term(row.rdf_classes[-1]) for row in schema.ENTITY_TYPES.values())
KINDS["node"] = tuple(term(row.rdf_classes[-1]) for row in schema.NODE_KINDS.values())

#: The properties by which a paper is known, beside its title.
_PAPER_IDS = (term("dcterms:identifier"), term("fabio:hasArXivId"), term("bibo:doi"))
_ARXIV = re.compile(
    r"(?:arxiv:|https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/)?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)(10\..+)", re.IGNORECASE)

#: How many names an error suggests, and a note tells.
_SUGGESTED = 3
#: How many names of the graph are compared letter by letter with one that nothing has.
_COMPARED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A node that goes by a name."""

    node: NamedNode
    label: str  #: its preferred name, or its title
    papers: int | None  #: how many papers name it; None for papers themselves
    others: tuple[str, ...] = ()  #: other nodes that may have been meant, as they are told, best first

    def __str__(self) -> str:
        count = "" if self.papers is None else f", {self.papers:,} paper{'s' * (self.papers != 1)}"
        return f"{self.node.value} ({self.label}{count})"


def find_node(store: Store, name: str, *, kind: str) -> Found:
    """The node of a kind (a key of KINDS) that goes by a name, an id ("method/lora"), or an IRI.

    Names are compared in their normal form, so case, plural and hyphens do not matter; papers are found
    by title, arXiv id (of any version) and DOI. Where several nodes go by the name, the one that most papers
    name comes first, and one whose preferred name it is counts as if a hundred times as many named it.
    Raises QueryError where there is none, with names that come close, and where there is no telling between
    several.
    """
    candidates = {node: _ranked(store, node, name) for node in _candidates(store, name, kind)}
    if not candidates:
        close = _close(store, name, kind) if name.strip() else []
        raise QueryError(
            f"{name!r} is not the name of {_article(kind)} {kind} in this graph",
            hint=f"did you mean {' or '.join(close)}?" if close else "",
        )
    ordered = sorted(candidates, key=lambda node: (-_likely(*candidates[node]), candidates[node], node.value))
    found = [_found(store, node) for node in ordered]
    told = tuple(map(str, found[1 : 1 + _SUGGESTED]))
    if len(found) > 1 and candidates[ordered[0]] == candidates[ordered[1]]:
        raise QueryError(
            f"{name!r} could be {' or '.join([str(found[0]), *told])}",
            hint="give the address instead of the name",
        )
    rank, papers = candidates[ordered[0]]
    # its own name, which to others is one of many: nobody who asks means those
    clear = rank < 2 and all(other >= (2, papers + 1) for other in map(candidates.get, ordered[1:]) if other)
    others = () if clear else told
    return Found(node=found[0].node, label=found[0].label, papers=found[0].papers, others=others)


def _likely(rank: int, minus_papers: int) -> int:
    """How likely it is that a node of this rank, named by so many papers, is meant.

    "LLM" means what thousands of papers call so among other things, not a namesake in one of them.
    """
    return (1 - minus_papers) * (100, 50, 1)[rank]


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeiou" else "a"


def _key(name: str) -> str:
    from kg.linking.names import normal_form  # imported here: linking takes longer to load than to ask

    return normal_form(name)


def _candidates(store: Store, name: str, kind: str) -> Iterator[NamedNode]:
    seen: set[NamedNode] = set()
    for node in _called(store, name.strip(), paper=kind in ("paper", "node")):
        if node not in seen and _is(store, node, kind):
            seen.add(node)
            yield node


def _called(store: Store, name: str, *, paper: bool) -> Iterator[NamedNode]:
    if (found := _iri(name) or _by_id(store, name)) is not None:
        yield found
        # an address that the node had in an older graph
        for quad in store.quads_for_pattern(None, term("owl:sameAs"), found):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject
    if paper:
        arxiv, doi = _ARXIV.fullmatch(name), _DOI.fullmatch(name)
        id_ = arxiv[1] if arxiv else doi[1] if doi else name
        for property_ in _PAPER_IDS:
            yield from _subjects(store, property_, id_)
    if found is None and (key := _key(name)):
        yield from _subjects(store, _KEY, key)


def _by_id(store: Store, name: str) -> NamedNode | None:
    kind, slash, _ = name.partition("/")
    return _iri(base(store) + name) if slash and kind in KINDS else None


def _iri(text: str) -> NamedNode | None:
    if not text.startswith(("http://", "https://")):
        return None
    try:
        return NamedNode(text)
    except ValueError:
        return None


def base(store: Store) -> str:
    """What the graph's own addresses begin with, as its description tells; empty where it has none."""
    for quad in store.quads_for_pattern(None, term("void:uriSpace"), None):
        if isinstance(quad.object, Literal):
            return quad.object.value
    return ""


def _subjects(store: Store, property_: NamedNode, value: str) -> Iterator[NamedNode]:
    for quad in store.quads_for_pattern(None, property_, Literal(value)):
        if isinstance(quad.subject, NamedNode):
            yield quad.subject


def _is(store: Store, node: NamedNode, kind: str) -> bool:
    return any(True for class_ in KINDS[kind] for _ in store.quads_for_pattern(node, _TYPE, class_))


def _ranked(store: Store, node: NamedNode, name: str) -> tuple[int, int]:
    """How well a name suits a node: the lower the better."""
    label = _value(store, node, term("rdfs:label"))
    rank = 0 if label == name else 1 if label.casefold() == name.casefold() else 2
    return rank, -int(_value(store, node, term("kg:paperCount")) or 0)


def _found(store: Store, node: NamedNode) -> Found:
    papers = _value(store, node, term("kg:paperCount"))
    return Found(
        node=node,
        label=_value(store, node, term("rdfs:label")) or node.value,
        papers=int(papers) if papers else None,
    )


def _value(store: Store, node: NamedNode, property_: NamedNode) -> str:
    for quad in store.quads_for_pattern(node, property_, None):
        if isinstance(quad.object, Literal):
            return quad.object.value
    return ""


#: Keys that begin or end like the one looked for and are about as long, and those that begin with it.
_NEAR = """SELECT ?key ?node WHERE {
  ?node kg:key ?key .
  FILTER(STRSTARTS(?key, %(key)s) || (STRLEN(?key) >= %(least)d && STRLEN(?key) <= %(most)d
    && (STRSTARTS(?key, %(head)s) || STRENDS(?key, %(tail)s))))
} LIMIT %(limit)d"""


def _close(store: Store, name: str, kind: str) -> list[str]:
    """Names of nodes of the kind whose keys are like the name's."""
    import difflib  # imported here: only those who mistype wait for it

    key = _key(name)
    if not key:
        return []
    slack = max(2, len(key) // 3)
    values = {"key": key, "head": key[:2], "tail": key[-3:]}
    text = _NEAR % (
        {what: str(Literal(value)) for what, value in values.items()}
        | {"least": len(key) - slack, "most": len(key) + slack, "limit": _COMPARED}
    )
    near: dict[str, list[NamedNode]] = {}
    solutions = store.query(text, prefixes={"kg": _KEY.value.removesuffix("key")})
    assert isinstance(solutions, QuerySolutions)
    for solution in solutions:
        if isinstance(other := solution["key"], Literal) and isinstance(node := solution["node"], NamedNode):
            near.setdefault(other.value, []).append(node)
    alike = difflib.get_close_matches(key, sorted(near), n=12, cutoff=0.6)
    longer = sorted((other for other in near if other.startswith(key)), key=lambda other: (len(other), other))
    found: list[str] = []
    for other in [*alike, *longer[:12]]:
        for node in near[other]:
            label = _value(store, node, term("rdfs:label")) or node.value
            if _is(store, node, kind) and label not in found:
                found.append(label)
    return found[:_SUGGESTED]
