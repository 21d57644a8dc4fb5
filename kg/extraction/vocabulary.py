"""Component `kg_vocabulary`: names that a vocabulary knows.

Adds a candidate to `doc._.candidates` for each label that stands in the text, with the concept's IRI.
How labels meet texts is told to users in `seeds/vocabulary/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.doc import DocAbbreviation, DocCandidate, register_extensions
from kg.extraction.tokenising import CleaningTokenizer, cut
from kg.extraction.tokens import tokens_of
from kg.vocabulary import Concept, Vocabulary, load_vocabulary

register_extensions()

#: Rules of the spans: a label of a shipped vocabulary, and one of the user's own, which always stands.
SHIPPED, OWN = "vocabulary", "own_vocabulary"
#: Score of a shipped label: known, but perhaps a different thing of the same name, or no topic here.
SHIPPED_SCORE = 0.6
#: A name goes on behind these where no space follows: "Llama-3.1-8B", "BERT/RoBERTa" does not.
_JOINTS = frozenset("-‐‑–._")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Label:
    """One form of a label, word by word, and the concepts that claim it."""

    words: tuple[str, ...]
    concepts: tuple[Concept, ...]  #: the user's own alone where they have it, else all that have it
    own: bool

    def fits(self, words: Sequence[str]) -> bool:
        """Whether words of a text that agree but for case agree in case as well.

        A word of the label in lower case allows any case, one with a capital only its own.
        """
        return all(mine == word or mine.islower() for mine, word in zip(self.words, words, strict=True))


def forms(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A label, word by word, as texts may have it: singular and plural; in lower case without hyphens too.

    >>> [" ".join(form) for form in forms(("vision", "-", "language", "model"))]
    ['vision - language model', 'vision - language models', 'vision language model', 'vision language models']
    >>> list(forms(("LLM",)))
    [('LLM',), ('LLMs',)]
    """
    spellings = [words]
    if "-" in words and all(word.islower() for word in words if word != "-"):
        spellings.append(tuple(word for word in words if word != "-"))
    for spelling in spellings:
        yield spelling
        last = spelling[-1]
        if last[-1].isalpha() and not last.endswith("s"):
            yield (*spelling[:-1], plural(last))


def plural(label: str) -> str:
    """The plural of a label, by its ending.

    >>> plural("accuracy"), plural("beam search"), plural("CNN")
    ('accuracies', 'beam searches', 'CNNs')
    """
    if label.endswith("y") and label[-2:-1] not in "aeiou":
        return label[:-1] + "ies"
    if label.endswith(("ch", "sh", "x", "z")) and label[-2:].islower():
        return label + "es"
    return label + "s"


@Language.factory("kg_vocabulary", default_config={"vocabularies": []}, assigns=["doc._.candidates"])
class VocabularyMatcher:
    """Finds vocabulary labels; `vocabularies` are Turtle files of the user's own."""

    def __init__(self, nlp: Language, name: str, vocabularies: Sequence[str]) -> None:
        self.name = name
        own = [Path(path) for path in vocabularies]
        #: first word → numbers of words that labels with it have, most first
        self._lengths: dict[str, list[int]] = {}
        self._labels: dict[tuple[str, ...], list[Label]] = {}
        self._add(nlp, load_vocabulary(own))

    def _add(self, nlp: Language, vocabulary: Vocabulary) -> None:
        ours = isinstance(nlp.tokenizer, CleaningTokenizer)
        by_form: dict[tuple[str, ...], dict[str, Concept]] = {}
        for concept in vocabulary.concepts.values():
            for name in concept.labels:
                cut_name = cut(name) if ours else [token.text for token in nlp.make_doc(name)]
                for form in forms(tuple(cut_name)) if cut_name else ():
                    by_form.setdefault(form, {})[concept.id] = concept
        lengths: dict[str, set[int]] = {}
        for form, found in sorted(by_form.items()):
            own = [concept for concept in found.values() if concept.id in vocabulary.own]
            concepts = sorted(own or found.values(), key=lambda concept: concept.id)
            key = tuple(word.lower() for word in form)
            self._labels.setdefault(key, []).append(Label(form, tuple(concepts), bool(own)))
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {word: sorted(numbers, reverse=True) for word, numbers in lengths.items()}

    def __call__(self, doc: Doc) -> Doc:
        texts, lower = tokens_of(doc).texts, tokens_of(doc).lower
        spelt_out = _spelt_out(doc)
        for start, word in enumerate(lower):
            for length in self._lengths.get(word, ()):
                end = start + length
                labels = self._labels.get(tuple(lower[start:end]))
                if labels is None or end > len(lower):
                    continue
                fitting = [label for label in labels if label.fits(texts[start:end])]
                if not fitting or _goes_on(doc, start, end):
                    continue
                # The form whose case says most: "SAM" rather than "sam" where a vocabulary has both.
                label = max(fitting, key=lambda label: (label.own, sum(not w.islower() for w in label.words)))
                found = _candidate(doc, start, end, label, spelt_out)
                if found is not None:
                    doc._.candidates.append(found)
        return doc


def _candidate(
    doc: Doc, start: int, end: int, label: Label, spelt_out: dict[str, str]
) -> DocCandidate | None:
    concepts = label.concepts
    long = spelt_out.get(doc[start:end].text.removesuffix("s")) if spelt_out else None
    if long is not None:
        meant = tuple(concept for concept in concepts if _means(concept, long))
        if not meant and not label.own:
            return None  # this text's SAM is another one
        concepts = meant or concepts
    types = {concept.type for concept in concepts}
    if len(types) > 1:
        return None  # nothing to say about a name that may be anything
    concept_id = concepts[0].id if len(concepts) == 1 else ""
    return DocCandidate(
        start=start,
        end=end,
        label=concepts[0].type,
        rule=OWN if label.own else SHIPPED,
        score=1.0 if label.own else SHIPPED_SCORE,
        concept=concept_id,
    )


def _goes_on(doc: Doc, start: int, end: int) -> bool:
    """Whether the match is a part of a longer name, as "Llama" is of "Llama-3.1-8B"."""
    texts, spaced = tokens_of(doc).texts, tokens_of(doc).spaced
    if "".join(texts[start:end]).islower():
        return False
    if end + 1 < len(texts) and not spaced[end - 1] and not spaced[end]:
        behind = texts[end + 1]
        if texts[end] in _JOINTS and (behind[0].isdigit() or not behind.islower()):
            return True
    if start > 1 and not spaced[start - 1] and not spaced[start - 2]:
        before = texts[start - 2]
        return texts[start - 1] in _JOINTS and not before.islower() and before[-1:].isalnum()
    return False


def _spelt_out(doc: Doc) -> dict[str, str]:
    """What the text's own abbreviations stand for, without plural s."""
    found: dict[str, str] = {}
    abbreviations: list[DocAbbreviation] = doc._.abbreviations
    for abbreviation in abbreviations:
        found.setdefault(abbreviation.short.text.removesuffix("s"), abbreviation.long.text)
    return found


def _means(concept: Concept, long: str) -> bool:
    """Whether a long form is one of the concept's names, or shares most of its words with one."""
    wanted = {word.removesuffix("s") for word in _WORD.findall(long.casefold())}
    for label in concept.labels:
        words = {word.removesuffix("s") for word in _WORD.findall(label.casefold())}
        if len(words) > 1 and 2 * len(words & wanted) > max(len(words), len(wanted)):
            return True
    # A concept known by its acronym alone cannot object.
    return all(len(_WORD.findall(label)) == 1 for label in concept.labels)
