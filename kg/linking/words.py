"""Normal forms of single words: case, plural, British and American spelling.

Keys are compared, never shown, so a rule may cut a word into something that is none ("series" stays,
"atlas" would become "atla") as long as every spelling of one word gives the same key and different
words do not meet.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PLURALS = {
    "analyses": "analysis", "axes": "axis", "biases": "bias", "buses": "bus", "caches": "cache",
    "cookies": "cookie", "corpora": "corpus", "corpuses": "corpus", "criteria": "criterion",
    "diagnoses": "diagnosis", "foci": "focus", "formulae": "formula", "gases": "gas", "headaches": "headache",
    "hypotheses": "hypothesis", "indices": "index", "lemmata": "lemma", "loci": "locus", "matrices": "matrix",
    "maxima": "maximum", "minima": "minimum", "movies": "movie", "niches": "niche", "nuclei": "nucleus",
    "optima": "optimum", "phenomena": "phenomenon", "prognoses": "prognosis", "spectra": "spectrum",
    "stimuli": "stimulus", "syntheses": "synthesis", "theses": "thesis", "vertices": "vertex",
    "viruses": "virus", "zombies": "zombie",
}  # fmt: skip


def wordset(text: str) -> frozenset[str]:
    """The words of a text.

    >>> sorted(wordset("b a"))
    ['a', 'b']
    """
    return frozenset(text.split())


#: End in s and are no plurals, or are their own plural.
_SINGULAR = wordset(
    "across alias always atlas bias campus canvas chaos class corpus cross dress focus gas glass grass is "
    "its less lens loss mass means pass perhaps plus press process series species status this thus versus "
    "virus was yes"
)

_STEMS = (
    "actual|aggreg|anonym|author|binar|categor|central|character|colon|computer|contextual|crystal|custom|"
    "decentral|digital|discret|emphas|equal|factor|familiar|final|formal|general|global|harmon|hospital|hybrid|"
    "hypothes|initial|individual|instrumental|internal|item|learner|lexical|linear|local|magnet|marginal|"
    "material|maxim|mechan|memor|minim|mobil|modern|modular|monet|neutral|normal|optim|organ|parallel|"
    "parameter|penal|personal|polar|popular|prior|probabil|quant|random|rational|real|recogn|regular|reorgan|"
    "revolution|scrutin|serial|social|special|stabil|standard|summar|symbol|synchron|synthes|token|tokenis|"
    "util|vector|verbal|victim|virtual|visual|vocal|weapon"
)
_OUR = "behavi|col|fav|flav|harb|hon|hum|lab|neighb|od|rum|sav|tum|vap|endeav|arm"
_ELL = "cancel|channel|fuel|label|level|model|panel|signal|travel|tunnel"
_BEFORE = "de|non|over|pre|re|un|under"
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"^((?:{_BEFORE})?(?:{_STEMS}))is(e|ed|er|es|ing|able|ability|ation)$", r"\1iz\2"),
        (r"isation(al)?$", r"ization\1"),
        (rf"^((?:mis|un)?(?:{_OUR}))our", r"\1or"),
        (r"^((?:centi|hyper|kilo|micro|milli|nano)?)(calib|cent|fib|lit|met|spect|theat)re$", r"\1\2er"),
        (rf"^((?:re|un|pre|mis)?(?:{_ELL}))l(ing|ed|er)$", r"\1\2"),
        (r"^(def|off|lic|pret)ence$", r"\1ense"),
        (r"^(anal|catal|paral)ys(e|ed|er|ing)$", r"\1yz\2"),
        (r"^(anal|catal|dial|epil|monol|prol)ogue$", r"\1og"),
        (r"^programme$", "program"),
        (r"^grey", "gray"),
        (r"^judgement", "judgment"),
        (r"^artefact", "artifact"),
        (r"^ageing$", "aging"),
        (r"^learnt$", "learned"),
        (r"^aluminium$", "aluminum"),
        (r"^(an|leuk)aem", r"\1em"),
        (r"^(a)naesth", r"\1nesth"),
        (r"^haem", "hem"),
        (r"^(ortho)?paed", r"\1ped"),
        (r"^oesoph", "esoph"),
        (r"^oedem", "edem"),
        (r"^foet", "fet"),
    )
)  # fmt: skip


#: All of them in one: most words match none, and one search is quicker than twenty.
_BRITISH = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _SPELLINGS))


def singular(word: str) -> str:
    """A lower-case word without its plural ending.

    >>> [singular(w) for w in ("networks", "analyses", "losses", "queries", "bias", "boxes", "analysis")]
    ['network', 'analysis', 'loss', 'query', 'bias', 'box', 'analysis']
    """
    if len(word) < 4 or not word.endswith(("s", "i", "a")):
        return word
    if word in _PLURALS:
        return _PLURALS[word]
    if word[-1] != "s" or word in _SINGULAR or word.endswith(("ss", "us", "is", "ous")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def american(word: str) -> str:
    """A lower-case word in American spelling.

    >>> [american(w) for w in ("behaviour", "optimisation", "labelling", "summarise", "noise", "analyse")]
    ['behavior', 'optimization', 'labeling', 'summarize', 'noise', 'analyze']
    """
    if not _BRITISH.search(word):
        return word
    for pattern, replacement in _SPELLINGS:
        changed = pattern.sub(replacement, word)
        if changed != word:
            return changed
    return word


@lru_cache(maxsize=200_000)
def word_key(word: str) -> str:
    """The normal form of one word, given with its case: a plural s behind capitals is no letter of it.

    >>> [word_key(w) for w in ("Networks", "LLMs", "ROS", "ViTs", "Modelling", "GPT4", "MAS")]
    ['network', 'llm', 'ros', 'vit', 'modeling', 'gpt4', 'mas']
    """
    low = word.casefold()
    if not word.isalpha():
        # 3DGSs is rare; 10s, 4s and o1s are names or amounts
        return low[:-1] if len(word) > 3 and word[-1] == "s" and word[-2].isupper() else low
    if len(word) > 2 and word[-1] == "s" and word[-2].isupper():
        return low[:-1]
    if len(word) <= 6 and word.isupper():
        return low
    return american(singular(low))


#: Words of one meaning in the names of tasks, methods and models.
_SYNONYMS = {
    "using": "use", "used": "use", "usage": "use", "utilization": "use", "utilize": "use", "utilizing": "use",
    "mathematical": "math", "mathematic": "math", "maths": "math",
    "visual": "vision", "textual": "text", "net": "network", "multiple": "multi",
}  # fmt: skip

#: Never cut: what would be left is another word's stem.
_WHOLE = wordset(
    "general generic human humanity organ organic policy universal university computer international"
)

#: Endings, and what must stay behind so that words of different kinds do not meet: who does it ("er"),
#: whether it can be done ("able"), a quality ("ity"), what is like it ("ic").
_ENDINGS = tuple(
    sorted(
        [
            (ending, "")
            for ending in wordset(
                "ization ize ized izing izes ational ation ating ated ates ate ative ment ing ion ive ed al "
                "ly es e s"
            )
        ]
        + [("er", "#er"), ("or", "#er"), ("ator", "#er"), ("ability", "#able"), ("ibility", "#able")]
        + [("able", "#able"), ("ible", "#able"), ("ity", "#ity"), ("ic", "#ic")],
        key=lambda ending: (-len(ending[0]), ending),
    )
)
#: The same by their last letters, which most of them do not share with a word.
_ENDINGS_BY_LETTER = {
    letter: tuple(ending for ending in _ENDINGS if ending[0][-1] == letter)
    for letter in {ending[-1] for ending, _ in _ENDINGS}
}


@lru_cache(maxsize=200_000)
def stem(key: str) -> str:
    """A word's key without its endings, so that forms of one word meet; too coarse to decide alone.

    >>> [stem(word) for word in ("mitigation", "mitigating", "mitigate", "retrieval", "retriever")]
    ['mitig', 'mitig', 'mitig', 'retriev', 'retriev#er']
    """
    key = _SYNONYMS.get(key, key)
    if not key.isalpha():
        return key
    mark = ""
    for _ in range(2):  # "mathematical" is cut twice
        if key in _WHOLE:
            break
        ending, mark = next(
            (
                (e, m)
                for e, m in _ENDINGS_BY_LETTER.get(key[-1:], ())
                if key.endswith(e) and len(key) - len(e) >= 3
            ),
            ("", mark),
        )
        key = key.removesuffix(ending)
        if ending not in ("al", "ly", "s", "es"):
            break
    return key + mark
