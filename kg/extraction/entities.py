"""Component `kg_entities`: groups the mentions of a text into entities, and names them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.doc import DocEntity, register_extensions
from kg.extraction.wordforms import SHAPES, shape, singular
from kg.vocabulary import load_vocabulary

register_extensions()

_JOINTS = frozenset("-–‐‑/'’\"“”‘`() ")
_TAILS = frozenset("method approach technique framework algorithm strategy module mechanism model dataset benchmark".split())
_ACRONYMS = frozenset(SHAPES.index(name) for name in ("CAPS", "CAPSs", "CamelCase", "camelCase", "DIGIT1", "Digit1"))


@dataclass(slots=True)
class _Form:
    """All mentions that have one normal form."""

    words: tuple[str, ...]
    spans: list[Span]


@Language.factory("kg_entities", assigns=["doc._.entities"], default_config={"vocabularies": []})
class EntityGrouper:
    """Writes `doc._.entities`, in the order of their first mentions."""

    def __init__(self, nlp: Language, name: str, vocabularies: list[str]) -> None:
        self.name = name
        self._concepts = load_vocabulary(vocabularies).concepts

    def __call__(self, doc: Doc) -> Doc:
        spans = list(doc.spans["mentions"]) if "mentions" in doc.spans else []
        groups = group(doc, spans)
        doc._.entities = [self._entity(doc, spans) for spans in groups]
        return doc

    def _entity(self, doc: Doc, spans: list[Span]) -> DocEntity:
        votes: Counter[str] = Counter()
        concepts: Counter[str] = Counter()
        for span in spans:
            votes[span.label_] += span._.score
            if span.id_:
                concepts[span.id_] += 1
        type_ = max(votes, key=lambda label: (votes[label], label))
        concept = max(concepts, key=lambda iri: (concepts[iri], iri)) if concepts else ""
        best = max(spans, key=lambda span: span._.score)
        if concept in self._concepts:
            name = self._concepts[concept].name
        else:
            name = name_of(doc, spans, type_)
        return DocEntity(
            name=name,
            type=type_,
            spans=spans,
            rule=best._.rule,
            score=best._.score,
            concept=concept,
        )


def group(doc: Doc, spans: list[Span]) -> list[list[Span]]:
    """Mentions of one thing together, each group and the groups in text order."""
    long_forms = {
        _key(words_of(found.short)): words_of(found.long) for found in doc._.abbreviations
    }
    forms: dict[str, _Form] = {}
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        words: list[str] = []
        mine = words_of(span)
        if _key(mine) in long_forms:
            words = list(long_forms[_key(mine)])
        else:
            for word in mine:
                words += long_forms.get(word, (word,))
        key = _key(words)
        if key in forms:
            forms[key].spans.append(span)
        else:
            forms[key] = _Form(tuple(words), [span])
    parents = {key: key for key in forms}

    def root(key: str) -> str:
        while parents[key] != key:
            key = parents[key]
        return key

    def join(first: str, second: str) -> None:
        first, second = root(first), root(second)
        if first != second:
            parents[second] = first

    for first, second in _same(forms):
        join(first, second)
    groups: dict[str, list[Span]] = defaultdict(list)
    for key, form in forms.items():
        groups[root(key)] += form.spans
    ordered = [sorted(spans, key=lambda span: span.start) for spans in groups.values()]
    return sorted(ordered, key=lambda spans: spans[0].start)


def _same(forms: dict[str, _Form]) -> list[tuple[str, str]]:
    """Pairs of normal forms that name one thing."""
    pairs = []
    by_concept: dict[str, str] = {}
    for key, form in forms.items():
        for span in form.spans:
            if span.id_:
                first = by_concept.setdefault(span.id_, key)
                if first != key:
                    pairs.append((first, key))
    # An acronym that the text never spells out beside it, but elsewhere.
    initials: dict[str, list[str]] = defaultdict(list)
    for key, form in forms.items():
        if len(form.words) > 1:
            initials["".join(word[0] for word in form.words)].append(key)
    for key, form in forms.items():
        if len(form.words) == 1 and shape(form.spans[0].text) in _ACRONYMS:
            candidates = initials.get(form.words[0], [])
            if len(candidates) == 1:
                pairs.append((candidates[0], key))
    # "X framework" beside "X".
    for key, form in forms.items():
        if len(form.words) > 1 and form.words[-1] in _TAILS:
            short = _key(form.words[:-1])
            if short in forms and forms[short].spans[0].label_ == form.spans[0].label_:
                pairs.append((short, key))
    return pairs


def words_of(span: Span) -> tuple[str, ...]:
    """The words of a mention in lower case and singular, without hyphens and quotes."""
    words = []
    for token in span:
        text = token.text
        if text in _JOINTS:
            continue
        if text.endswith("s") and text[:-1].isupper():
            text = text[:-1]
        words.append(singular(text.lower()))
    return tuple(words)


def _key(words: tuple[str, ...] | list[str]) -> str:
    return "".join(words)


def name_of(doc: Doc, spans: list[Span], type_: str) -> str:
    """The label that an entity's node should carry."""
    counts = Counter(span.text for span in spans)
    longest = max(counts, key=lambda text: (len(text.split()), counts[text], text))
    return longest
