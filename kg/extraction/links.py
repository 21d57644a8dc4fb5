"""Component `kg_links`: the web addresses of a text, what they lead to, and how the paper relates to them.

It reads the text as given, since clean-up takes LaTeX's `\\href{…}` away. The relation rests on the words
of the sentence: "our code is available at" makes an address the paper's own, "built on" something that
it builds on, "see" something that it names. A bare address at the end of an abstract is the paper's own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.addresses import Address, find_addresses, url_key
from kg.extraction.doc import DocLink
from kg.extraction.hosts import link_kind

#: Words of the three relations. Of those before an address the last one counts.
_PROVIDES = re.compile(
    r"\b(?:available|availability|accessible|accessed|(?:releas|open-?sourc|publish|provid|host)\w*(?! by\b)|"
    r"shar(?:e|ed|ing) (?:at|on|via|publicly|here|the|our|all)|(?:is|are) found|"
    r"(?:can|may) (?:also )?be \w+(?: from| at| on| via| in)?|"
    r"found (?:at|on|here)|visit|deposited|archived|here(?=\W*$)|"
    r"(?:project|web|home|demo) ?-?(?:page|site|link)|website|homepage|webpage|contributed by us|"
    r"(?:we|by) (?:also |further |then )?"
    r"(?:introduc|propos|present|develop|construct|creat|design|contribut)\w*|"
    r"our (?:(?!on |for |of |from |with |in )[\w-]+ ){0,3}"
    r"(?:codes?|data|datasets?|models?|page|site|repository|repo|implementation|project|demo|benchmark))\b"
)
_BUILDS = re.compile(
    r"(?<![\w-])(?:built (?:up)?on|based (?:up)?on|build(?:s|ing)? (?:up)?on|fork(?:ed)? (?:of|from)|"
    r"adapted from|derived from|modified from|extend(?:s|ed|ing)?|on top of|powered by|"
    r"implemented (?:in|with|using|on)|initiali[sz]ed from|fine-?tuned (?:from|on)|"
    r"trained (?:on|with)|using|uses?(?! at\b)|used|leverag\w+|we (?:use|adopt|employ))\b"
)
_CITES = re.compile(
    r"\b(?:(?:evaluat(?:e|es|ed|ing)|experiments|test(?:s|ed|ing)?|validat(?:e|es|ed|ing)) "
    r"(?:(?!are |is |be |available )\w+ ){0,4}on|"
    r"compar\w+ (?:with|to|against)|participat\w+ in|submi\w+ to|"
    r"(?:provided|released|hosted|published|introduced|organi[sz]ed|proposed) by|"
    r"shared task|(?:challenge|competition|workshop)(?=\W*$)|"
    r"(?:downloaded|collected|obtained|retrieved) from|"
    r"inspired by|according to|such as|(?:see|e\.g|cf|like|from)(?=[\s.,:;]*$))"
)
_WEAK = re.compile(r"\b(?:see|from)[\s.,:;]*$")
#: A thing of the paper's own, named right before the address: "Code and data:".
_OWN_NOUN = re.compile(
    r"\b(?:our|codes?|data|datasets?|models?|weights|project|page|website|demos?|repository|repo|github|"
    r"implementation|benchmark|leaderboard|videos?|materials?|resources?|software|toolkit|link|url|homepage)\b"
    r"[\s\w(),&/-]*:?\s*$"
)
_ACCESSED = re.compile(r"\W{0,4}(?:\[|\()?\s*(?:last )?accessed\b", re.IGNORECASE)
_OPENERS = re.compile(r"(?:\\[A-Za-z]+\s*\{|[\s({<\[~\"“'*$:,;–—-])+$")
_LEADERS = re.compile(r"[\s,.;:)}\]>\"”'*$]*(?:\{[^{}]*\})?[\s,.;:)}\]>\"”'*$]*(?:(?:and|or|while|with)\s+)?")
_CLAUSE = re.compile(r"[,;:]\s+(?=\S)|\s(?=\()")
_STOP = re.compile(r"[.?!]\s+(?=[A-Z\"“(])|\n\s*\n")
_LONGEST_WORDS = 120
#: An address with fewer characters behind it stands at the end of the abstract.
_SHORT_REST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLink:
    """A web address in a text and what the text says of it; offsets count characters of the text."""

    url: str
    start: int
    end: int
    kind: str
    relation: str
    words: tuple[int, int]  #: empty where no words say so
    score: float


def find_links(text: str, *, sentences: Sequence[tuple[int, int]] = ()) -> list[FoundLink]:
    """The links of a text, each place once; `sentences` gives where its sentences begin and end.

    >>> (link,) = find_links("We beat them. Our code is available at https://github.com/org/repo.")
    >>> link.url, link.kind, link.relation
    ('https://github.com/org/repo', 'code', 'provides')
    """
    return links_of(text, find_addresses(text), sentences=sentences)


def links_of(
    text: str, addresses: Iterable[Address], *, sentences: Sequence[tuple[int, int]] = ()
) -> list[FoundLink]:
    """What the text says of each of its addresses, given in order; each place once."""
    bounds = [0, *(finish for _, finish in sentences or _rough_sentences(text))]
    found: dict[str, FoundLink] = {}
    previous: Address | None = None
    context = (0, 0)
    for address in addresses:
        place = min(bisect_right(bounds, address.start), len(bounds) - 1)
        begin, finish = bounds[place - 1], max(bounds[place], address.end)
        if previous is not None and previous.end > begin:
            between = _stretch(text, previous.end, address.start)
            # "at A and B": what is said of the first holds for the second
            context = between if _holds_word(text[slice(*between)]) else context
        else:
            context = _stretch(text, begin, address.start)
            if place > 1 and not _holds_word(text[slice(*context)]):  # "Our code is public. https://…"
                sentence_before = _stretch(text, bounds[place - 2], begin)
                if _PROVIDES.search(_lower(text[slice(*sentence_before)])):
                    context = sentence_before
        link = _link(text, address, context, finish)
        key = url_key(link.url)
        if key not in found or (found[key].relation == "cites" and link.relation != "cites"):
            found[key] = link
        previous = address
    return sorted(found.values(), key=lambda link: link.start)


def _holds_word(text: str) -> bool:
    return re.search(r"[A-Za-z]{3}", text) is not None


def _lower(text: str) -> str:
    """In small letters, unless that would move the letters behind."""
    small = text.lower()
    return small if len(small) == len(text) else text


def _rough_sentences(text: str) -> list[tuple[int, int]]:
    """Where sentences end, for a text that nobody has split."""
    ends = [match.end() for match in _STOP.finditer(text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def _link(text: str, address: Address, context: tuple[int, int], finish: int) -> FoundLink:
    before = said = _lower(text[slice(*context)])
    if not _holds_word(before):  # "At https://… we release our code"
        context = _stretch(text, address.end, min(finish, address.end + _LONGEST_WORDS))
        said = _lower(text[slice(*context)])
    relation, cue, score = _relation(text, address, before=before, said=said, finish=finish)
    return FoundLink(
        url=address.url,
        start=address.start,
        end=address.end,
        kind=link_kind(address.url, said, own=relation == "provides"),
        relation=relation,
        words=_words(text, context, cue) if cue >= 0 else (address.start, address.start),
        score=score,
    )


def _relation(text: str, address: Address, *, before: str, said: str, finish: int) -> tuple[str, int, float]:
    """Relation, where in `said` the words for it begin (-1: nowhere), score."""
    if _ACCESSED.match(text, address.end):
        return "cites", 0 if said else -1, 0.9
    cues = [
        (match.end(), relation, match.start())
        for relation, pattern, where in (
            ("provides", _PROVIDES, said),
            ("builds_on", _BUILDS, before),
            ("cites", _CITES, before),
        )
        for match in pattern.finditer(where)
    ]
    last = len(text[max(finish, address.end) :].strip()) < _SHORT_REST
    if cues:
        _, relation, place = max(cues)
        if relation == "provides":
            return relation, 0, 1.0
        if last and _WEAK.search(before):  # "For videos, see" ends many an abstract
            return "provides", 0, 0.7
        return relation, place, 0.8
    if _OWN_NOUN.search(before):
        return "provides", 0, 0.9
    if last or not _holds_word(said):  # alone, or at the very end
        return "provides", -1, 0.6
    return "cites", 0, 0.5


def _stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """`text[start:end]` without brackets, macros and commas at its ends."""
    leaders = _LEADERS.match(text, start, end)
    start = leaders.end() if leaders else start
    openers = _OPENERS.search(text[start:end])
    return start, max(start, start + openers.start() if openers else end)


def _words(text: str, context: tuple[int, int], cue: int) -> tuple[int, int]:
    """The words that give the relation: from the cue on, at most the last clauses of the context."""
    start, end = context
    start = min(start + cue, end)
    if end - start > _LONGEST_WORDS:
        cuts = [match.end() for match in _CLAUSE.finditer(text, start, end)]
        near = [cut for cut in cuts if 12 < end - cut <= _LONGEST_WORDS]
        start = near[0] if near else text.find(" ", end - _LONGEST_WORDS, end) + 1
    return start, end


@Language.factory("kg_links", assigns=["doc._.links"])
class LinkFinder:
    """Writes `doc._.links`."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        text: str = doc._.source
        addresses = list(find_addresses(text))
        if not addresses or not len(doc):
            doc._.links = []
            return doc
        spans = list(doc.sents) if doc.has_annotation("SENT_START") else [doc[:]]
        sentences = _source_spans(doc, spans)
        doc._.links = [
            DocLink(
                url=link.url,
                kind=link.kind,
                relation=link.relation,
                start=link.start,
                end=link.end,
                words=link.words,
                sentence=_at(spans, sentences, link.start),
                rule=self.name,
                score=link.score,
            )
            for link in links_of(text, addresses, sentences=sentences)
        ]
        return doc


def _source_spans(doc: Doc, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Where each sentence begins and ends in the text as given.

    What clean-up took out between two belongs to the later one: `\\href{address}` comes before its words.
    """
    ends = [int(doc._.source_ends[span.end_char - 1]) for span in spans[:-1]]
    return list(zip([0, *ends], [*ends, len(doc._.source)], strict=True))


def _at(spans: Sequence[Span], sentences: Sequence[tuple[int, int]], start: int) -> Span:
    return spans[bisect_right(sentences, start, key=lambda sentence: sentence[0]) - 1]
