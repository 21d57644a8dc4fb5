"""Two sets of papers' columns as one: those of a graph and those that are added to it.

The outcome is what `kg.linking.corpus.corpus_of` makes of all their digests, but for the numbers of quotes.
So the columns of the papers that are there already can be made while the texts of new ones are still read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from kg.linking.corpus import Codes, Corpus, Ints, Places, SaidLink, SaidResult
from kg.linking.digest import starts


def joined(old: Corpus, new: Corpus) -> Corpus:
    """The columns of all papers that have an extraction in either; no paper has one in both.

    Both number the same papers, in the same way. Neither can be used any more.
    """
    # where entities, spellings, relations and quotes of either stand among those of both
    entities = _Order(old.paper, new.paper)
    spellings = _Order(*(at[each.entity] for at, each in zip(entities.places, (old, new), strict=True)))
    relations = _Order(old.stated.paper, new.stated.paper)
    quotes = (0, len(old.quotes))

    def ends(name: str) -> list[Ints]:
        return [_at(at, getattr(each, name)) for at, each in zip(entities.places, (old, new), strict=True)]

    names, name = _codes([(old.names, old.name), (new.names, new.name)], entities)
    types, kind = _codes([(old.types, old.type), (new.types, new.type)], entities)
    roles, role = _codes([(old.roles, old.role), (new.roles, new.role)], entities)
    concepts, concept = _codes([(old.concepts, old.concept), (new.concepts, new.concept)], entities)
    surfaces, surface = _codes([(old.surfaces, old.surface), (new.surfaces, new.surface)], spellings)
    predicates, predicate = _codes(
        [(old.predicates, old.predicate), (new.predicates, new.predicate)], relations
    )
    rules, (rule, rule_of_relation) = _rules(old, new, entities, relations)
    read = _Order(np.array(old.read, dtype=np.int64), np.array(new.read, dtype=np.int64))
    counts = np.diff(old.starts) + np.diff(new.starts)
    counts_of_spellings = [np.diff(each.first) for each in (old, new)]
    results, links = (
        sorted((*one, *other), key=lambda said: said[0])  # by paper; a paper's own stay in their order
        for one, other in zip(
            *((_results(each, at, quote), _links(each, quote)) for each, at, quote in
              zip((old, new), entities.places, quotes, strict=True)),
            strict=True,
        )
    )  # fmt: skip
    return Corpus(
        keys=old.keys,
        papers=old.papers,
        read=read.put(np.array(old.read, dtype=np.int64), np.array(new.read, dtype=np.int64)).tolist(),
        texts=pa.concat_arrays([old.texts, new.texts]).take(pa.array(read.order)),
        abbreviations=dict(sorted({**old.abbreviations, **new.abbreviations}.items())),
        names=names,
        types=types,
        roles=roles,
        rules=rules,
        concepts=concepts,
        predicates=predicates,
        surfaces=surfaces,
        quotes=pa.concat_arrays([old.quotes, new.quotes]),
        results=results,
        links=links,
        starts=starts(counts),
        name=name,
        paper=entities.put(old.paper, new.paper),
        type=kind,
        role=role,
        concept=concept,
        first=starts(entities.put(*counts_of_spellings)),
        said=_places(old.said, new.said, entities, rule, (old.said.quote, new.said.quote)),
        entity=np.repeat(np.arange(len(name)), entities.put(*counts_of_spellings)),
        surface=surface,
        count=spellings.put(old.count, new.count),
        subject=relations.put(*ends("subject")),
        predicate=predicate,
        object=relations.put(*ends("object")),
        stated=_places(
            old.stated,
            new.stated,
            relations,
            rule_of_relation,
            [_at(None, each.stated.quote, more) for each, more in zip((old, new), quotes, strict=True)],
        ),
    )


class _Order:
    """The order of two columns' items together, by keys in which each column is sorted already."""

    def __init__(self, old: Ints, new: Ints) -> None:
        self.order = np.argsort(np.concatenate([old, new]), kind="stable")
        place = np.empty(len(self.order), dtype=np.int64)
        place[self.order] = np.arange(len(place))
        #: where each item of either stands among those of both
        self.places = place[: len(old)], place[len(old) :]

    def put(self, old: Ints, new: Ints) -> Ints:
        """Two columns as one."""
        return np.concatenate([old, new])[self.order]


def _at(places: Ints | None, numbers: Ints, more: int = 0) -> Ints:
    """Numbers of items as they are among those of both; negative ones mean nothing and stay."""
    if not len(numbers):
        return numbers
    return np.where(numbers < 0, numbers, numbers + more if places is None else places[numbers])


def _codes(columns: list[tuple[Codes, Ints]], order: _Order) -> tuple[Codes, Ints]:
    """The words of two columns and their numbers, in the order in which they are met."""
    (words, old), (others, new) = columns
    known = Codes(words.words)
    translated = np.array(list(map(known, others.words)), dtype=np.int64)
    return _as_met(known.words, order.put(old, _at(translated, new)))


def _as_met(words: list[str], code: Ints) -> tuple[Codes, Ints]:
    first = np.full(len(words), len(code), dtype=np.int64)
    said = np.flatnonzero(code >= 0)[::-1]
    first[code[said]] = said  # of several places for one word the last to be put there is the first
    order = np.argsort(first, kind="stable")[: int((first < len(code)).sum())]
    rank = np.full(len(words), -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Codes(list(map(words.__getitem__, order.tolist()))), _at(rank, code)


def _rules(old: Corpus, new: Corpus, entities: _Order, relations: _Order) -> tuple[Codes, tuple[Ints, Ints]]:
    """Rules are numbered over entities, then relations."""
    known = Codes(old.rules.words)
    translated = np.array(list(map(known, new.rules.words)), dtype=np.int64)
    rule = entities.put(old.said.rule, _at(translated, new.said.rule))
    rules, code = _as_met(
        known.words,
        np.concatenate([rule, relations.put(old.stated.rule, _at(translated, new.stated.rule))]),
    )
    return rules, (code[: len(rule)], code[len(rule) :])


def _places(old: Places, new: Places, order: _Order, rule: Ints, quotes: Iterable[Ints]) -> Places:
    one, other = quotes
    return Places(
        paper=order.put(old.paper, new.paper),
        start=order.put(old.start, new.start),
        end=order.put(old.end, new.end),
        rule=rule,
        score=order.put(old.score, new.score),
        quote=order.put(one, other) if len(one) or len(other) else one,
    )


def _results(corpus: Corpus, places: Ints, quotes: int) -> list[SaidResult]:
    if not corpus.results:
        return []
    paper, result, *ends, quote = zip(*corpus.results, strict=True)
    columns: list[Any] = [_at(places, np.array(end, dtype=np.int64)).tolist() for end in ends]
    moved = [number + quotes for number in quote]
    return list(map(SaidResult._make, zip(paper, result, *columns, moved, strict=True)))


def _links(corpus: Corpus, quotes: int) -> list[SaidLink]:
    return [said._replace(quote=said.quote + quotes) for said in corpus.links] if quotes else corpus.links
