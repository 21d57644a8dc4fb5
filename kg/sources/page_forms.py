"""What a line of a copied web page is, told by its form rather than by its words, so in any language.

Titles, paragraphs and author lists look alike the world over; counts, dates, addresses and lone signs
do too. A few words that pages put beside them ("Submitted by") help where the form leaves a doubt.
"""

from __future__ import annotations

import re

from kg.sources.dates import is_date_line
from kg.sources.ids import arxiv_id
from kg.sources.text import wide

#: Longer lines are running text; so are lists of names that are longer still.
_SHORT = 400
_LONGEST_LIST = 20_000

_WORD = re.compile(r"[^\W\d_](?:[\w'’.-]*\w)?", re.UNICODE)
_NUMBER = re.compile(r"(?<![\w.-])[+#]?\d[\d.,:]*\s?[kKmM]?(?![\w])")
_IDEOGRAPH = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？．][\"'”’»)\]）」]*$")
_SENTENCE_BREAK = re.compile(r"[.!?…][\"'”’»)]*\s+(?=[^a-z\s])|[。！？]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|(?:arxiv|doi)\s*:\s*\S+", re.IGNORECASE)
_ADDRESS_WITHIN = re.compile(
    r"https?://|www\.|\b(?:github|gitlab|huggingface)\.(?:com|co|io)\b", re.IGNORECASE
)
_ADDRESS_AT_END = re.compile(r"(?:https?://|www\.)\S+$|\b[\w.-]+\.(?:com|org|io|ai|co)/\S*$", re.IGNORECASE)
_PLAIN_LIST = re.compile(r"\s*(?:[,;·•|、，；&]|\s(?:and|und|et|y|e|en|i|og|och|ve|та|и|和|与)\s)\s*")
_MORE_NAMES = re.compile(r"\+?\s*\d+\s*\w*|et\s+al\.?|u\.\s?a\.|等.{0,3}", re.IGNORECASE)
_MARKS_AT_NAME = re.compile(r"[\d*†‡§¶∗⁎¹²³⁰-⁹✉,\s]+$|^[\d*†‡§¶∗✉\s]+|\([^)]*\)")
_PARTICLE = re.compile(
    r"al|ap|bin|ben|da|dal|de|degli|dei|del|della|den|der|di|do|dos|du|e|el|ibn|la|las|le|los|san|st|ten|ter"
    r"|van|vom|von|y|zu|zum|zur",
    re.IGNORECASE,
)
#: Words beside a paper on its card. Only a doubt is decided by them, never a title.
_BESIDE = re.compile(
    r"submitted by|published (?:on|by|at)|posted (?:by|on)|uploaded by|"
    r"eingereicht|veröffentlicht|soumis|publié|enviado|publicado|inviato|pubblicato|ingediend|"
    r"提交|发布|發布|投稿|公開|제출|게시|отправ|опублик",
    re.IGNORECASE,
)
_SITES = re.compile(r"\b(?:arXiv|PDF|GitHub|Hugging Face|alphaXiv)\b", re.IGNORECASE)
_AFFILIATION = re.compile(
    r"\b(?:universi|institut|academy|akademi|laborator|labs?\b|college|hochschule|école|polytechni)|大学|大學|研究院|学院",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\bcookies?\b|©|\ball rights reserved\b|\bprivacy policy\b|\bnewsletter\b", re.IGNORECASE
)


def words(line: str) -> int:
    """How many words a line has; in scripts without spaces, two characters make one.

    >>> words("KnowRL: Exploring Reinforcement"), words("大模型推理"), words("▲ 12")
    (3, 3, 0)
    """
    ideographs = len(_IDEOGRAPH.findall(line))
    return len(_WORD.findall(_IDEOGRAPH.sub(" ", line))) + (ideographs + 1) // 2


def is_sign(line: str) -> bool:
    """Whether a line holds no words: a count of votes, a bullet, a rule.

    >>> is_sign("▲ 123"), is_sign("1.2k"), is_sign("+4"), is_sign("Orca 2"), is_sign("---")
    (True, True, True, False, True)
    """
    return len(line) <= _SHORT and _WORD.search(_NUMBER.sub(" ", line)) is None


def is_count(line: str) -> bool:
    """Whether a line is a number with what it counts, or a name and a number: "12 upvotes", "Orca 2".

    >>> [is_count(line) for line in ("Upvote 12", "· 10 authors", "vor 3 Stunden", "A Study of 3 Models")]
    [True, True, True, False]
    """
    rest = _NUMBER.sub(" ", line[:_SHORT])
    return rest != line[:_SHORT] and words(rest) <= 2


def is_address(line: str) -> bool:
    """Whether a line is a web address, a mail address or an identifier, and little else."""
    return len(line) <= _SHORT and words(_ADDRESS.sub(" ", line)) <= 1 and _ADDRESS.search(line) is not None


def arxiv_of_line(line: str) -> str:
    """The arXiv id that a line gives, alone or behind a word; else nothing.

    >>> arxiv_of_line("arXiv: 2506.01234v1"), arxiv_of_line("Paper https://arxiv.org/abs/2506.01234")
    ('2506.01234', '2506.01234')
    """
    line = line.strip()
    if len(line) > _SHORT or words(_ADDRESS.sub(" ", line)) > 2:
        return ""
    return arxiv_id(line) or next(
        (found for word in line.split() if (found := arxiv_id(word.strip("()[]<>")))), ""
    )


def is_date(line: str) -> bool:
    """Whether a line is a date and little else."""
    return is_date_line(line)


def names_of(line: str) -> tuple[str, ...]:
    """The persons that a line lists, at least two; empty where it does not look like such a list.

    >>> names_of("Ana Lima, Bo van der Chen, C. Duval, +4 authors")
    ('Ana Lima', 'Bo van der Chen', 'C. Duval')
    >>> names_of("张三, 李四、王小五")
    ('张三', '李四', '王小五')
    >>> names_of("Understand, Simulate, and Optimize"), names_of("Ana Lima")
    ((), ())
    """
    if ":" in line or "?" in line or len(line) > _LONGEST_LIST:
        return ()
    parts = [_MARKS_AT_NAME.sub("", part).strip() for part in _PLAIN_LIST.split(line)]
    parts = [part for part in parts if _WORD.search(part) and not _MORE_NAMES.fullmatch(part)]
    good = [part for part in parts if _is_name(part)]
    whole = sum(
        sum(piece[0].isupper() for piece in part.split()) > 1 or _IDEOGRAPH.search(part) is not None
        for part in good
    )
    if len(good) < 2 or len(good) < 0.85 * len(parts) or whole < 0.6 * len(good):
        return ()
    return tuple(dict.fromkeys(good))


def is_person(line: str) -> bool:
    """Whether a line could be one person's name, or as short a name of anything.

    >>> is_person("Ana Lima"), is_person("Deep Ignorance"), is_person("Orca 2")
    (True, True, False)
    """
    return _is_name(line) and 2 <= len(line.split()) <= 4


def is_capitalised(line: str) -> bool:
    """Whether most of a line's longer words begin with a capital, as in titles.

    >>> is_capitalised("Scaling Laws for Tiny Models"), is_capitalised("We study scaling laws of models")
    (True, False)
    """
    longer: list[str] = [word for word in _WORD.findall(line) if len(word) > 3]
    return 5 * sum(word[0].isupper() for word in longer) > 3 * len(longer)


def is_beside(line: str) -> bool:
    """Whether a line holds words that stand beside a paper, never in its title.

    >>> is_beside("Eingereicht von jdoe"), is_beside("Ver página de arXiv"), is_beside("PDF-Bench: A Study")
    (True, True, False)
    """
    if words(line) <= 4 and ":" not in line and _SITES.search(line):
        return True
    return words(line) <= 8 and _BESIDE.search(line) is not None


def is_affiliation(line: str) -> bool:
    """Whether a line could be the name of a university or the like.

    >>> is_affiliation("Institute of Technology"), is_affiliation("Learning in Academia: A Study")
    (True, False)
    """
    return words(line) <= 8 and ":" not in line and _AFFILIATION.search(line) is not None


def is_notice(text: str) -> bool:
    """Whether a paragraph is a site's own: cookies, rights, newsletters."""
    return wide(text) < 900 and _NOTICE.search(text) is not None and ("©" in text or ends_sentence(text))


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return _ENDS_SENTENCE.search(text) is not None


def ends_paragraph(text: str) -> bool:
    """Whether a text ends as a paragraph may: with a sentence or with an address."""
    return ends_sentence(text) or _ADDRESS_AT_END.search(text[-_SHORT:]) is not None


def holds_address(text: str) -> bool:
    """Whether a web address stands in a text."""
    return _ADDRESS_WITHIN.search(text) is not None


def sentences(text: str) -> int:
    """About how many sentences a text has.

    >>> sentences("We ask why. It works."), sentences("A title")
    (2, 0)
    """
    return len(_SENTENCE_BREAK.findall(text)) + (ends_sentence(text) and not text.endswith("。"))


def _is_name(part: str) -> bool:
    if _IDEOGRAPH.search(part):
        return len(part) <= 5 and part.isalpha()
    pieces = part.replace(".", ". ").split()
    return 1 <= len(pieces) <= 5 and len(part) <= 40 and all(map(_is_part_of_name, pieces))


def _is_part_of_name(piece: str) -> bool:
    if _PARTICLE.fullmatch(piece):
        return True
    return piece[:1].isupper() and re.sub(r"['’-]", "", piece.strip(".")).isalpha()
