"""From a `Doc` that the pipeline has worked on to the record of what the text says.

Here offsets leave the cleaned text for the text as given, names become unique within the paper, and
every offset is checked before it is handed on.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg import __version__
from kg.extraction.doc import DocEntity, source_span, source_text
from kg.extraction.tokens import sentence_starts_of, span_text, tokens_of
from kg.records import (
    Abbreviation,
    Evidence,
    Extraction,
    Link,
    LocalEntity,
    Mention,
    Paper,
    Relation,
    Result,
)
from kg.resources import resource
from kg.schema import ENTITY_TYPES


def extraction_of(doc: Doc, paper: Paper, extractor: str) -> Extraction:
    """What `doc`, made from `paper.text`, says.

    `extractor` names what made it (`extractor_version`). Raises ValueError where a component broke its
    contract: another text, an offset out of bounds, a relation to an entity that is not there.
    """
    text = paper.text
    if doc._.source != text:
        raise ValueError(f"the doc was not made from the text of paper {paper.id}")
    entities: list[DocEntity] = doc._.entities
    names = _unique_names(entities)
    sentences = _Sentences(doc)
    return Extraction(
        paper=paper.id,
        text_sha256=paper.text_sha256,
        extractor=extractor,
        entities=tuple(_local_entity(doc, entity, names[id(entity)], sentences) for entity in entities),
        relations=tuple(
            Relation(
                subject=_name(names, relation.subject),
                predicate=relation.predicate,
                object=_name(names, relation.object),
                evidence=_evidence(relation.sentence, relation.rule, relation.score),
            )
            for relation in doc._.relations
        ),
        results=tuple(
            Result(
                subject=_name(names, result.subject),
                metric=result.metric,
                value=_quote(result.value),
                number=result.number,
                unit=result.unit,
                dataset=None if result.dataset is None else _name(names, result.dataset),
                baseline=None if result.baseline is None else _name(names, result.baseline),
                evidence=_evidence(result.sentence, result.rule, result.score),
                direction=result.direction,
            )
            for result in doc._.results
        ),
        links=tuple(
            Link(
                url=link.url,
                kind=link.kind,
                relation=link.relation,
                words=text[slice(*_checked(len(text), *link.words))] if link.words[0] < link.words[1] else "",
                start=_checked(len(text), link.start, link.end)[0],
                end=link.end,
                evidence=_evidence(link.sentence, link.rule, link.score),
            )
            for link in doc._.links
        ),
        abbreviations=tuple(
            Abbreviation(short=_quote(found.short), long=_quote(found.long)) for found in doc._.abbreviations
        ),
    )


def _local_entity(doc: Doc, entity: DocEntity, name: str, sentences: _Sentences) -> LocalEntity:
    text: str = doc._.source
    spans = sorted(entity.spans, key=lambda span: (span.start, span.end))
    mentions: list[Mention] = []
    surfaces: dict[str, None] = {}
    for span in spans:
        start, end = source_offsets(span)
        sentence_start, sentence_end = sentences.offsets(span)
        mentions.append(
            Mention(
                start=start,
                end=end,
                sentence_start=min(start, sentence_start),
                sentence_end=max(end, sentence_end),
            )
        )
        surfaces[text[start:end]] = None
    role_span = entity.role_span if entity.role_span is not None else spans[0]
    return LocalEntity(
        name=name,
        type=entity.type,
        role=entity.role,
        surfaces=tuple(surfaces),
        mentions=tuple(mentions),
        evidence=_evidence(sentences.around(role_span), entity.role_rule, entity.role_score),
        rule=entity.rule,
        score=round(float(entity.score), 4),
        concept=entity.concept,
    )


def _unique_names(entities: list[DocEntity]) -> dict[int, str]:
    """A name for each entity, by the object's identity; of two that share one, the later shows its type."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for entity in entities:
        if not entity.spans:
            raise ValueError(f"entity {entity.name!r} has no mention")
        label = ENTITY_TYPES[entity.type].label
        candidates = chain(
            (entity.name,),
            map(span_text, entity.spans),
            (f"{entity.name} ({label})",),
            (f"{entity.name} ({label} {number})" for number in range(2, len(entities) + 2)),
        )
        names[id(entity)] = next(name for name in candidates if name and name not in taken)
        taken.add(names[id(entity)])
    return names


def _name(names: Mapping[int, str], entity: DocEntity) -> str:
    try:
        return names[id(entity)]
    except KeyError:
        raise ValueError(f"entity {entity.name!r} is referred to, but not among doc._.entities") from None


def _evidence(sentence: Span, rule: str, score: float) -> Evidence:
    start, end = source_offsets(sentence)
    return Evidence(start=start, end=end, rule=rule, score=round(float(score), 4))


class _Sentences:
    """The sentences of a doc, by the spans that stand in them."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._starts = sentence_starts_of(doc)
        # Most sentences hold several mentions.
        self._offsets: dict[int, tuple[int, int]] = {}

    def around(self, span: Span) -> Span:
        """The sentence that holds the span's first token."""
        return self._sentence(bisect_right(self._starts, span.start))

    def offsets(self, span: Span) -> tuple[int, int]:
        """Offsets of that sentence in the text as given."""
        number = bisect_right(self._starts, span.start)
        if number not in self._offsets:
            self._offsets[number] = source_offsets(self._sentence(number))
        return self._offsets[number]

    def _sentence(self, number: int) -> Span:
        starts = self._starts
        return self._doc[starts[number - 1] : starts[number] if number < len(starts) else len(self._doc)]


def source_offsets(span: Span) -> tuple[int, int]:
    """Offsets of the span in the text as given, without the title's newline at its end."""
    doc, start, end = span.doc, span.start, span.end
    tokens = tokens_of(doc)
    if end - start > 1 and tokens.texts[end - 1] == "\n":
        end -= 1
    return _checked(len(source_text(doc)), *source_span(doc, tokens.starts[start], tokens.ends[end - 1]))


def _quote(span: Span) -> str:
    start, end = source_offsets(span)
    return source_text(span.doc)[start:end]


def _checked(length: int, start: int, end: int) -> tuple[int, int]:
    if not 0 <= start < end <= length:
        raise ValueError(f"offsets {start} to {end} do not lie in a text of {length} characters")
    return start, end


def extractor_version(nlp: Language) -> str:
    """Names what makes extractions: the package's version and a hash of all that decides what it finds.

    That is the pipeline's config (a path in it counts by what the file holds, not by where it is), this
    package's own files, its model among them, and the vocabularies that ship with it.
    """
    digest = hashlib.sha256(_shipped_digest())
    _feed(digest, {"nlp": _plain(nlp.config["nlp"]), "components": _plain(nlp.config["components"])})
    return f"kg {__version__}+{digest.hexdigest()[:16]}"


@lru_cache(maxsize=1)
def _shipped_digest() -> bytes:
    """Hash of the files that ship with kg and decide what is found; they stay as they are while it runs."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for folder in (package, resource("seeds", "vocabulary")):
        _feed_folder(digest, folder)
    for name in ("schema.py", "vocabulary.py"):
        _feed_file(digest, package.parent / name, name=name)
    return digest.digest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in value}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _feed(digest: Any, value: Any) -> None:
    """Add a config value; a path to a file adds the file's content."""
    if isinstance(value, dict):
        for key in sorted(value):
            digest.update(f"{key}=".encode())
            _feed(digest, value[key])
    elif isinstance(value, list):
        for item in value:
            _feed(digest, item)
    elif isinstance(value, str) and ("/" in value or "\\" in value) and Path(value).exists():
        path = Path(value)
        if path.is_dir():
            _feed_folder(digest, path)
        else:
            digest.update(path.read_bytes())
    else:
        digest.update(f"{value!r};".encode())


def _feed_folder(digest: Any, folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            _feed_file(digest, path, name=path.relative_to(folder).as_posix())


def _feed_file(digest: Any, path: Path, *, name: str) -> None:
    digest.update(name.encode())
    digest.update(path.read_bytes())
