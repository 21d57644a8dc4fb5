"""Component `kg_entities`: groups the mentions of a text into entities, types and names them.

Mentions of the same words are one *form*: "Beam Search" and "beam search", "LLM" and "large language
models" where the text or a vocabulary says what the acronym stands for. Which forms are one thing is
for `kg.extraction.sameness` to say; two that a vocabulary knows as different never are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.doc import DocEntity, mention_marks, register_extensions
from kg.extraction.linear import LinearModel
from kg.extraction.naming import name_of
from kg.extraction.sameness import Form, features, pairs, stems
from kg.extraction.tokens import tokens_of
from kg.extraction.wordforms import shape, singular
from kg.extraction.words import words as word_set
from kg.vocabulary import Vocabulary, load_vocabulary

register_extensions()

Acronyms = Mapping[str, tuple[str, ...]]  # an acronym in lower case → the words that it stands for

WEIGHTS = Path(__file__).with_name("data") / "sameness.json"
#: Two forms are one thing from this probability on.
SAME = 0.5
#: A text with more forms than this is no abstract; comparing all its pairs would take for ever, so there
#: only the same words are the same thing.
MOST_FORMS = 400
_JOINTS = frozenset("-–‐‑/'’\"“”‘`()")
_DEFINITE = word_set("the our this these its")


@dataclass(slots=True)
class Member:
    """A mention, with what is read of it again and again."""

    span: Span
    start: int
    end: int
    label: str
    concept: str


@Language.factory(
    "kg_entities", requires=["doc.spans"], assigns=["doc._.entities"], default_config={"vocabularies": []}
)
class EntityGrouper:
    """Writes `doc._.entities`, in the order of their first mentions.

    `vocabularies` are SKOS files of the user's own, by whose concepts entities are named.
    """

    def __init__(self, nlp: Language | None, name: str, vocabularies: Sequence[str] = ()) -> None:
        self.name = name
        self.model = LinearModel.load(WEIGHTS)
        vocabulary = load_vocabulary(map(Path, vocabularies))
        self._concepts = vocabulary.concepts
        self._acronyms = known_acronyms(vocabulary)

    def __call__(self, doc: Doc) -> Doc:
        spans = doc.spans.get("mentions", [])
        groups = group(doc, spans, self.model, self._acronyms)
        shorts = {found.short.text: found.long.text for found in doc._.abbreviations}
        doc._.entities = [self._entity(doc, members, shorts) for members in groups]
        return doc

    def _entity(self, doc: Doc, members: list[Member], shorts: Mapping[str, str]) -> DocEntity:
        """One entity: the type with the most score behind it, the rule and score of its surest mention."""
        votes: dict[str, float] = defaultdict(float)
        best, rule = -1.0, ""
        for member in members:
            its_rule, score = mention_marks(member.span)
            votes[member.label] += score
            if score > best:
                best, rule = score, its_rule
        type_ = max(votes, key=lambda label: (votes[label], label))
        concepts = Counter(member.concept for member in members if member.concept)
        concept = min(concepts, key=lambda iri: (-concepts[iri], iri)) if concepts else ""
        spans = [member.span for member in members]
        if concept in self._concepts:
            name = self._concepts[concept].name
        else:
            name = name_of(doc, spans, type_, shorts)
        return DocEntity(name=name, type=type_, spans=spans, rule=rule, score=best, concept=concept)


def group(
    doc: Doc, spans: Sequence[Span], model: LinearModel, acronyms: Acronyms | None = None
) -> list[list[Member]]:
    """Mentions of one thing together, each group and the groups in text order."""
    found = forms_of(doc, spans, acronyms)
    forms = [form for form, _ in found]
    parents = list(range(len(found)))
    concepts = [{member.concept for member in members} - {""} for _, members in found]

    def root(number: int) -> int:
        while parents[number] != number:
            number = parents[number]
        return number

    def join(one: int, other: int) -> None:
        first, second = sorted((root(one), root(other)))
        if first == second or (concepts[first] and concepts[second] and concepts[first] != concepts[second]):
            return
        parents[second] = first
        concepts[first] |= concepts[second]

    by_concept: dict[str, int] = {}
    for number, (_, members) in enumerate(found):
        for member in members:
            if member.concept:
                join(by_concept.setdefault(member.concept, number), number)
    candidates = list(pairs(forms)) if len(forms) <= MOST_FORMS else []
    if candidates:
        chances = model.probabilities([features(forms[a], forms[b], forms) for a, b in candidates])[:, 1]
        likely = [
            (-round(float(p), 6), pair) for p, pair in zip(chances, candidates, strict=True) if p >= SAME
        ]
        for _, pair in sorted(likely):
            join(*pair)
    groups: dict[int, list[Member]] = defaultdict(list)
    for number, (_, members) in enumerate(found):
        groups[root(number)] += members
    ordered = [sorted(members, key=lambda member: member.start) for members in groups.values()]
    return sorted(ordered, key=lambda members: members[0].start)


def forms_of(
    doc: Doc, spans: Sequence[Span], acronyms: Acronyms | None = None
) -> list[tuple[Form, list[Member]]]:
    """Mentions of the same words together, in text order.

    `acronyms` are those that need no definition; what the text itself defines goes before them.
    """
    texts = tokens_of(doc).texts
    long_forms = dict(acronyms or {})
    for found in doc._.abbreviations:
        short = "".join(words_of(texts, found.short.start, found.short.end))
        long_forms[short] = words_of(texts, found.long.start, found.long.end)
    members: dict[str, list[Member]] = {}
    spelt: dict[str, tuple[str, ...]] = {}
    for span in spans:
        member = Member(span, span.start, span.end, span.label_, span.id_)
        words = _spelt_out(words_of(texts, member.start, member.end), long_forms)
        key = "".join(words)
        members.setdefault(key, []).append(member)
        spelt.setdefault(key, words)
    title_end = doc._.title_end or 0
    beside = _beside(texts, members)
    result = []
    for key, mine in members.items():
        votes = Counter(member.label for member in mine)
        form = Form(
            words=spelt[key],
            stems=stems(spelt[key]),
            shapes=tuple(shape(text) for text in texts[mine[0].start : mine[0].end]),
            type=max(votes, key=lambda label: (votes[label], label)),
            count=len(mine),
            first=mine[0].start,
            in_title=mine[0].start < title_end,
            definite=any(member.start and texts[member.start - 1].lower() in _DEFINITE for member in mine),
            beside=frozenset(spelt[other] for other in beside[key]),
        )
        result.append((form, mine))
    return result


def words_of(texts: Sequence[str], start: int, end: int) -> tuple[str, ...]:
    """The words of a stretch in lower case and singular, without hyphens, brackets and quotes.

    >>> words_of(["Vision", "-", "Language", "Models"], 0, 4), words_of(["LLMs"], 0, 1)
    (('vision', 'language', 'model'), ('llm',))
    """
    return tuple(
        text[:-1].lower() if text[-1] == "s" and text[:-1].isupper() else singular(text.lower())
        for text in texts[start:end]
        if text not in _JOINTS
    )


def _spelt_out(words: tuple[str, ...], long_forms: Acronyms) -> tuple[str, ...]:
    """Words with acronyms replaced by what they stand for."""
    whole = long_forms.get("".join(words))
    if whole is not None:
        return whole
    if not any(word in long_forms for word in words):
        return words
    result: list[str] = []
    for word in words:
        long = long_forms.get(word, (word,))
        # "chain-of-thought (CoT) prompting": the long form stands there already.
        if len(long) == 1 or tuple(result[-len(long) :]) != long:
            result += long
    return tuple(result)


def _beside(texts: Sequence[str], members: Mapping[str, list[Member]]) -> dict[str, set[str]]:
    """For each form, the forms in "FORM (other)", "other (FORM)" and "FORM: other" at a title's start."""
    starting = {member.start: (key, member.end) for key, mine in members.items() for member in mine}
    result: dict[str, set[str]] = {key: set() for key in members}
    for key, mine in members.items():
        for member in mine:
            mark = texts[member.end] if member.end < len(texts) else ""
            if mark != "(" and not (mark == ":" and member.start == 0):
                continue
            other, end = starting.get(member.end + 1, ("", 0))
            if other and end < len(texts) and texts[end] in (")", "\n"):
                result[key].add(other)
                result[other].add(key)
    return result


def known_acronyms(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Acronyms of one meaning only, in lower case, with the words of the common-noun term they stand for."""
    found: dict[str, set[str]] = defaultdict(set)
    for concept in vocabulary.concepts.values():
        for label in concept.labels:
            if label.isalpha() and sum(letter.isupper() for letter in label) > 1:
                found[label.lower()].add(concept.name)
    result = {}
    for acronym, names in sorted(found.items()):
        name = min(names)
        if len(names) == 1 and name.islower() and len(name.split()) > 1:
            result[acronym] = tuple(singular(word) for word in name.replace("-", " ").split())
    return result
