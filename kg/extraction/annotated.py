"""Extractions read from annotations, hand-made or written by kg (`kg.extraction.annotations`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from spacy.vocab import Vocab

from kg.addresses import find_addresses, url_key
from kg.errors import RecordError
from kg.extraction.collect import source_offsets
from kg.extraction.links import find_links
from kg.extraction.sentences import mark_sentences
from kg.extraction.tokenising import CleaningTokenizer
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
from kg.schema import ENTITY_TYPES, RELATIONS, ROLES

#: What an extraction that was read from annotations names as its extractor, and as its rule.
ANNOTATED = "annotation"


def from_annotation(annotated: Mapping[str, Any], paper: Paper) -> Extraction:
    """The extraction that an annotation of this paper says; the reverse of `annotation`.

    Hand-made annotations give no offsets: mentions are then where the surfaces stand in the text, longest
    first, and evidence is the first sentence that names what it is about. Raises RecordError where the
    annotation lacks a key, or names a type, role, relation or entity that there is not.
    """
    sentences = _sentences(paper)
    try:
        mentions = _found_mentions(annotated["entities"], paper.text, sentences)
        entities = tuple(
            _read_entity(entity, found, paper.text)
            for entity, found in zip(annotated["entities"], mentions, strict=True)
        )
        by_name = {entity.name: entity for entity in entities}
        evidence = annotated.get("evidence", {})
        return Extraction(
            paper=paper.id,
            text_sha256=paper.text_sha256,
            extractor=str(annotated.get("extractor", ANNOTATED)),
            entities=entities,
            relations=tuple(
                Relation(
                    subject=by_name[subject].name,
                    predicate=_known_predicate(predicate),
                    object=by_name[target].name,
                    evidence=_read_evidence(
                        evidence, "relations", place, sentences, by_name[subject], by_name[target]
                    ),
                )
                for place, (subject, predicate, target) in enumerate(annotated.get("relations", []))
            ),
            results=tuple(
                _read_result(result, place, evidence, by_name, paper.text, sentences)
                for place, result in enumerate(annotated.get("results", []))
            ),
            links=tuple(_read_link(link, paper.text, sentences) for link in annotated.get("links", [])),
            abbreviations=tuple(
                Abbreviation(short=short, long=long) for short, long in annotated.get("abbreviations", [])
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(
            f"the annotation of paper {paper.id} is malformed: {error!r}",
            hint="compare it with the format that kg extract writes",
        ) from error


def _known_predicate(predicate: str) -> str:
    if predicate not in RELATIONS:
        raise ValueError(f"{predicate} is no relation")
    return predicate


@lru_cache(maxsize=1)
def _tokenizer() -> CleaningTokenizer:
    return CleaningTokenizer(Vocab())


def _sentences(paper: Paper) -> list[tuple[int, int]]:
    doc = mark_sentences(_tokenizer()(paper.text, title_length=len(paper.title)))
    return [source_offsets(sentence) for sentence in doc.sents]


def _sentence_at(sentences: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The sentence that holds `start`, stretched so that it holds all of the mention."""
    for sentence_start, sentence_end in sentences:
        if start < sentence_end:
            return min(start, sentence_start), max(end, sentence_end)
    return start, end


def _found_mentions(
    entities: list[Mapping[str, Any]], text: str, sentences: list[tuple[int, int]]
) -> list[list[Mention]]:
    """For each entity the places of its surfaces, the longest surface first where two overlap."""
    found: list[list[Mention]] = [[] for _ in entities]
    claimed = bytearray(len(text))
    for address in find_addresses(text):  # an address that holds a name is no mention of it
        claimed[address.start : address.end] = b"\x01" * (address.end - address.start)
    surfaces = sorted(
        {
            (surface, place)
            for place, entity in enumerate(entities)
            if "mentions" not in entity
            for surface in entity["surfaces"]
            if surface
        },
        key=lambda item: (-len(item[0]), item),
    )
    for surface, place in surfaces:
        pattern = ("" if not surface[0].isalnum() else r"(?<![^\W_])") + re.escape(surface)
        pattern += "" if not surface[-1].isalnum() else r"(?![^\W_])"
        matches = [match.span() for match in re.finditer(pattern, text)]
        if not matches:  # part of a longer word
            matches = [match.span() for match in re.finditer(re.escape(surface), text)]
        for start, end in matches:
            if not any(claimed[start:end]):
                claimed[start:end] = b"\x01" * (end - start)
                found[place].append(_mention(start, end, sentences))
    for place, entity in enumerate(entities):
        if "mentions" in entity:
            found[place] = [Mention(**mention) for mention in entity["mentions"]]
        elif not found[place]:  # every place belongs to a longer name; it is named there all the same
            starts = [(text.find(surface), surface) for surface in entity["surfaces"] if surface in text]
            found[place] = [_mention(start, start + len(surface), sentences) for start, surface in starts[:1]]
        found[place].sort(key=lambda mention: (mention.start, mention.end))
    return found


def _mention(start: int, end: int, sentences: list[tuple[int, int]]) -> Mention:
    sentence_start, sentence_end = _sentence_at(sentences, start, end)
    return Mention(start=start, end=end, sentence_start=sentence_start, sentence_end=sentence_end)


def _read_entity(entity: Mapping[str, Any], mentions: list[Mention], text: str) -> LocalEntity:
    if "evidence" in entity:
        evidence = _read_row(entity["evidence"])
    elif mentions:
        evidence = Evidence(start=mentions[0].sentence_start, end=mentions[0].sentence_end, rule=ANNOTATED)
    else:
        evidence = Evidence(start=0, end=len(text), rule=ANNOTATED)
    if entity["type"] not in ENTITY_TYPES or entity["role"] not in ROLES:
        raise ValueError(f"{entity['type']} {entity['role']} is no type and role")
    return LocalEntity(
        name=entity["name"],
        type=entity["type"],
        role=entity["role"],
        surfaces=tuple(entity["surfaces"]),
        mentions=tuple(mentions),
        evidence=evidence,
        rule=entity.get("rule", ANNOTATED),
        score=entity.get("score", 1.0),
        concept=entity.get("concept", ""),
    )


def _read_row(row: list[Any]) -> Evidence:
    start, end, rule, score = row
    return Evidence(start=start, end=end, rule=rule, score=score)


def _read_evidence(
    evidence: Mapping[str, Any],
    key: str,
    place: int,
    sentences: list[tuple[int, int]],
    *about: LocalEntity,
) -> Evidence:
    """As recorded, else the first sentence that names most of what it is about."""
    if key in evidence:
        return _read_row(evidence[key][place])
    best = max(
        sentences,
        key=lambda sentence: (
            sum(any(sentence[0] <= m.start < sentence[1] for m in entity.mentions) for entity in about),
            -sentence[0],
        ),
    )
    return Evidence(start=best[0], end=best[1], rule=ANNOTATED)


def _read_result(
    result: Mapping[str, Any],
    place: int,
    evidence: Mapping[str, Any],
    by_name: Mapping[str, LocalEntity],
    text: str,
    sentences: list[tuple[int, int]],
) -> Result:
    value = str(result["value"])
    if "results" in evidence:
        stated = _read_row(evidence["results"][place])
    else:
        at = text.find(value)
        if at >= 0:
            start, end = _sentence_at(sentences, at, at + len(value))
            stated = Evidence(start=start, end=end, rule=ANNOTATED)
        else:
            stated = _read_evidence({}, "results", place, sentences, by_name[result["subject"]])
    return Result(
        subject=by_name[result["subject"]].name,
        metric=result["metric"],
        value=value,
        number=result["number"] if "number" in result else _number(value),
        unit=result["unit"] if "unit" in result else _unit(value),
        dataset=result.get("dataset"),
        baseline=result.get("baseline"),
        evidence=stated,
        direction=result.get("direction", ""),
    )


def _number(value: str) -> float | None:
    """The number in a value, where there is just one.

    >>> _number("up to 1,439"), _number("28.9%"), _number("2 to 3")
    (1439.0, 28.9, None)
    """
    numbers = re.findall(r"[-+−]?\d+(?:,\d{3})*(?:\.\d+)?", value)
    if len(numbers) != 1:
        return None
    return float(numbers[0].replace(",", "").replace("−", "-"))


def _unit(value: str) -> str:
    match = re.search(r"\d\s*(\\?%|[x×X]\b|\$?\\times)", value)
    return "" if not match else "%" if match.group(1).endswith("%") else "x"


def _read_link(link: Mapping[str, Any], text: str, sentences: list[tuple[int, int]]) -> Link:
    if "start" in link:
        return Link(
            url=link["url"],
            kind=link["kind"],
            relation=link["relation"],
            words=link["words"],
            start=link["start"],
            end=link["end"],
            evidence=_read_row(link["evidence"]),
        )
    for found in find_links(text, sentences=sentences):
        if url_key(found.url) == url_key(link["url"]):
            start, end = found.start, found.end
            words, relation = text[slice(*found.words)], found.relation
            break
    else:
        start = max(text.find(link["url"]), 0)
        end, words, relation = start + len(link["url"]), "", "cites"
    sentence_start, sentence_end = _sentence_at(sentences, start, end)
    return Link(
        url=link["url"],
        kind=link["kind"],
        relation=relation,
        words=words,
        start=start,
        end=end,
        evidence=Evidence(start=sentence_start, end=sentence_end, rule=ANNOTATED),
    )
