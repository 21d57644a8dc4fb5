"""Which mentions are denied or put off: "we do not use X", "unlike X", "X is left for future work".

A cue opens a scope in its sentence, and the mentions inside are denied: nothing is stated of them but
that they are mentioned or compared with. Cues, scopes and harmless look-alikes are those of negation
detection by rules (NegEx: Chapman et al. 2001, "A simple algorithm for identifying negated findings and
diseases in discharge summaries"), fitted to how abstracts speak. A scope reaches

- forward from words that deny a thing ("without", "unlike", "rather than", "no") and from "not" before a
  verb of use ("not rely on"), up to where the clause ends: a stop, "but", "while", or a comma that
  continues no list;
- backward from cues that stand behind ("X is not used", "X-free"), to the mention right before, or its list;
- over the rest of a sentence about the future ("future work will test X on Y", "we plan to").

Words that deny a loss deny nothing else: "without sacrificing X" keeps its X, "not only X but also Y"
states both, and "with and without X" uses X.
"""

from __future__ import annotations

import re

from kg.extraction.layout import Place
from kg.extraction.words import words

#: Deny the thing that follows.
_NOUN_CUES = (
    r"no longer|without|unlike|instead of|rather than|as opposed to|in contrast (?:to|with)|contrary to"
    r"|neither|nor|no|free (?:of|from)|in place of|in lieu of|replac(?:e|es|ed|ing)"
    r"|(?:avoid|forgo|forego|bypass|circumvent|obviat|eliminat|remov|discard|sidestep|dispens)(?:e|es|s|ed|ing)?"
    r"(?: with)?"
)
#: Deny the verb that follows, and what it governs where it is a verb of use.
_VERB_CUES = r"not|n?['’]t|cannot|never"
_CUE = re.compile(rf"(?:(?P<noun>{_NOUN_CUES})|(?P<verb>{_VERB_CUES}))(?![\w-])")
_USE = re.compile(
    r"(?:us|utili[sz]|employ|appl|rely|relie|requir|need|leverag|adopt|assum|train|fine-tun|pre-?train|evaluat|test"
    r"|benchmark|experiment|includ|incorporat|involv|depend|build|built|based|access|consider|cover|contain|integrat"
    r"|study|studi|address|target|tackl|implement|call|query|introduc|propos|compar)"
    r"(?:e|es|s|y|ed|d|ing|ying|ied|ies|on|upon)?"
)
#: What may stand between a denying word and the thing itself.
_BETWEEN = frozenset(
    words(
        """a an the any all of to for on upon from in with by need needs use using usage experiments
        evaluation tests access reliance relying rely requiring require needing training fine-tuning
        pretraining having
        performing applying employing leveraging introducing resorting depending dependence
        dependency requirement additional explicit extra costly expensive large separate traditional
        conventional existing standard previous prior such other external human-labeled labeled
        annotated task-specific full complex heavy additionally either both its their these those
        most many current recent earlier past work works methods approaches models common typical
        popular first only"""
    )
)
#: A cue followed by one of these denies no use.
_HARMLESS = re.compile(
    r"(?:not|n't|cannot|never|no)(?: \w+ly)? (?:only|just|merely|simply|solely|limited|restricted|confined"
    r"|less|fewer|more|exception|matter|doubt|without|surprising\w*)\b"
    r"|without (?:\w+ )?(?:sacrific\w+|compromis\w+|degrad\w+|loss|losing|hurting|harming|impairing|reducing"
    r"|affecting|damaging|drop|decrease|decline|reduction|cost|forgetting|altering|changing|modifying)\b"
    r"|(?:avoid|eliminat|remov)\w* (?:catastrophic|the (?:problem|issue|cost|risk|bottleneck))\b"
)
_AVERTS = re.compile(
    r"avoid|forgo|forego|bypass|circumvent|obviat|eliminat|remov|discard|sidestep|dispens|replac"
)
_LISTING = frozenset((",", "and", "or", "nor"))
_ENDS = frozenset(words(". ; : ( ) but while whereas although though yet"))
#: Behind a comma these begin a clause of its own.
_NEW_CLAUSE = frozenset(
    words(
        """we our the this it they these which thereby thus making enabling allowing yielding leading
        achieving showing demonstrating resulting using by then so because since when where and"""
    )
)
#: A finite verb of a clause: "without fine-tuning X outperforms Y" denies nothing behind the verb.
_FINITE = frozenset(
    words(
        """uses employs leverages introduces proposes achieves outperforms learns relies requires
        enables operates adopts performs provides is are was were has have can will we"""
    )
)
_REACH = 12  #: items that a forward scope reaches at most
_BACKWARD = re.compile(
    r"(?:(?:is|are|was|were|be|been|being) |(?:has|have) (?:not )?been |need )*(?:not|never|no longer)"
    r"(?: be)?(?: \w+ly)? (?:used|needed|required|necessary|employed|applied|included|considered|evaluated"
    r"|tested|trained|adopted|available|involved|assumed|addressed|covered|studied)\b"
    r"|- free\b"
    r"|(?:is|are|was|were) (?:unused|unnecessary|omitted|excluded|discarded|avoided|dispensed with)\b"
    r"|(?:(?:is|are|remains?) )?(?:left|deferred|reserved|postponed)(?: \w+)? (?:to|for|as) (?:the )?future\b"
    r"|(?:\w+ ){0,3}(?:to|for|as|in) (?:the )?future (?:work|research|studies|study|directions?)\b"
)
_FUTURE = re.compile(
    r"\bfuture (?:work|works|research|studies|study|directions?|efforts?|versions?|extensions?)\b"
    r"|\bin (?:the |our )?(?:near )?future\b|\b(?:we|authors) (?:also )?(?:plan|intend) to\b"
    r"|\bremains? to be\b"
)
#: A sentence without any of these denies nothing and puts nothing off.
_SIGNALS = frozenset(
    words(
        """not 't ’t n't n’t cannot never no neither nor without unlike instead rather opposed contrast
        contrary free lieu place longer future plan intend remains remain left
        deferred reserved postponed unused unnecessary omitted excluded discarded"""
    )
) | {
    stem + ending
    for stem in words(
        "replac avoid forgo forego bypass circumvent obviat eliminat remov discard sidestep dispens"
    )
    for ending in ("", "e", "es", "s", "ed", "ing")
}


def denied(place: Place) -> bool:
    """Whether its sentence says of a mention that it is not used, or not yet."""
    items, at = place.sentence.items, place.item
    if _SIGNALS.isdisjoint(items):
        return False
    end = at + 1  # behind the list that the mention is part of: "X and Y are not used"
    while end + 1 < len(items) and items[end] in (",", "and", "or") and _is_mention(items[end + 1]):
        end += 2
    if any(_BACKWARD.match(" ".join(items[start : start + 9])) for start in {at + 1, end}):
        return True
    return bool(_FUTURE.search(" ".join(items[:at]))) or _in_scope(items, at)


def _is_mention(item: str) -> bool:
    return item.startswith("<") and len(item) > 3


def _in_scope(items: list[str], at: int) -> bool:
    """Whether a cue before the mention reaches it."""
    for start in range(at - 1, max(-1, at - _REACH - 1), -1):
        text = " ".join(items[start:at])
        cue = _CUE.match(text)
        if cue is None:
            if _ends(items, start, at):
                return False
            continue
        before = items[start - 1] if start else ""
        if _HARMLESS.match(f"{text} {' '.join(items[at : at + 2])}") or before == "not":
            return False  # "without loss of X", "not without X"
        if cue.group() == "without" and before in ("and", "or"):
            return False  # "with and without X"; but "X and no Y" denies Y
        behind = items[start + len(cue.group().split()) : at]
        if cue["noun"]:
            if items[at] == "<TASK>" and _AVERTS.match(cue.group()):
                return False  # who avoids a problem addresses it
            if cue.group().startswith("replac"):
                return not {"with", "by"} & set(behind)
            return all(
                item in _BETWEEN or item in (",", "and", "or", "nor") or _is_mention(item) for item in behind
            )
        # "not": its verb comes next, perhaps behind an adverb; or the thing itself, "X, not Y".
        verb = [item for item in behind[:3] if _USE.fullmatch(item)]
        return bool(verb) or not [item for item in behind if item not in ("a", "an", "the", "on", "any")]
    return False


def _ends(items: list[str], place: int, at: int) -> bool:
    """Whether a scope that opened before `place` ends there, short of the mention at `at`."""
    item = items[place]
    if item in _ENDS or item in _FINITE:
        return True
    if item != ",":
        return False
    # "without X, Y or Z" goes on; "without X, we …" and "unlike X, Y uses Z" do not.
    tail = items[place + 1 :]
    if not tail or tail[0] in _NEW_CLAUSE:
        return True
    listed = 0
    while listed < len(tail) and (_is_mention(tail[listed]) or tail[listed] in (",", "a", "an", "any")):
        listed += 1
    return not (0 < listed < len(tail) and tail[listed] in ("and", "or", "nor"))
