"""What is known of each name over all papers: the forms that linking joins into nodes.

A form is one normal form with everything written under it, and has a number. Each entity has one form or
more; short forms have been written out by what they stand for in their paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from kg.linking.corpus import NONE, Codes, Corpus, Ints
from kg.linking.corpus import encoded as codes_of
from kg.linking.digest import flat, starts
from kg.linking.grouping import Groups, group_counts
from kg.linking.known_names import Texts
from kg.linking.memory import Memory
from kg.linking.names import Name, expanded, join, parse, stands_for
from kg.linking.shortforms import AGREEMENT, ShortForms, type_class
from kg.linking.surfaces import Surfaces, Words, in_many, in_one

#: Marks the key of a name that is also a common noun: MATH, the dataset, beside math, the task.
NAME_MARK = "^"
#: A list of words that less than one in so many of a form's spellings have is odd.
ODD = 10
_LISTS = pa.schema([("lists", pa.list_(pa.string()))])


@dataclass(slots=True)
class Form:
    """One normal form, and what the papers that use it say of it."""

    number: int
    key: str
    words: Words = ()  #: keys of its words, short forms written out
    entities: Ints = ()  #: what is called so, by number
    papers: int = 0
    types: dict[str, int] = field(default_factory=dict)  #: papers
    written: dict[str, int] = field(default_factory=dict)  #: surface → papers
    concepts: dict[str, int] = field(default_factory=dict)  #: found by extraction for entities named so only
    short: frozenset[str] = frozenset()  #: short forms that papers define by it
    proper: bool = False  #: whether most of its spellings can only be a proper name

    @property
    def type(self) -> str:
        """The type that most papers give it."""
        return max(self.types, key=lambda name: (self.types[name], name))

    @property
    def name(self) -> Name:
        """Its most frequent spelling, taken apart."""
        return parse(max(self.written, key=lambda text: (self.written[text], text)))


@dataclass(slots=True)
class Forms:
    """All forms in columns, and which entity has which."""

    key: list[str]
    words: list[Words]
    papers: Ints  #: form → number of papers that use it
    of_entity: Groups  #: entity → its forms, in the order in which its text first uses them
    entities: Groups  #: form → entities
    types: Groups  #: form → types, with numbers of papers
    written: Groups  #: form → cleaned spellings, with how often each is written
    concepts: Groups  #: form → concepts that extraction found, with numbers of entities
    number: dict[str, int]  #: by key
    together: dict[tuple[int, int], int]  #: papers that use both forms for one entity, if two do; by number
    short: dict[int, set[str]]  #: form → short forms that papers define by it
    proper: Ints  #: form → whether most of its spellings can only be a proper name
    corpus: Corpus
    surfaces: Surfaces
    texts: Texts
    spelt: dict[tuple[int, int], int] = field(default_factory=dict)  #: see `_same_spelling`
    slips: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)  #: see `spelling`
    _made: dict[int, Form] = field(default_factory=dict)
    _spelling: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.key)

    def __getitem__(self, number: int) -> Form:
        """A form with all that is known of it."""
        form = self._made.get(number)
        if form is None:
            types, texts, concepts = (
                self.corpus.types.words,
                self.surfaces.texts.words,
                self.corpus.concepts.words,
            )
            form = self._made[number] = Form(
                number=number,
                key=self.key[number],
                words=self.words[number],
                entities=self.entities[number],
                papers=int(self.papers[number]),
                types={types[code]: count for code, count in self.types.counts(number)},
                written={texts[code]: count for code, count in self.written.counts(number)},
                concepts={concepts[code]: count for code, count in self.concepts.counts(number)},
                short=frozenset(self.short.get(number, ())),
                proper=bool(self.proper[number]),
            )
        return form

    def spelling(self, number: int) -> str:
        """The most frequent spelling of a form."""
        found = self._spelling.get(number)
        if found is None:
            texts = self.surfaces.texts.words
            counts = self.written.counts(number)
            best = counts[0][0] if len(counts) == 1 else max((n, texts[code], code) for code, n in counts)[2]
            found = self._spelling[number] = self.texts.again[best].as_py()
        return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the names of one paper's entities: short forms as the paper means them."""

    paper: int
    readings: ShortForms
    split: frozenset[str] = frozenset()  #: see `names_and_nouns`

    def spellings(self, spelt: Sequence[str], entity_type: str) -> list[Words]:
        """The words of an entity's surfaces, each as meant here; empty where nothing is left of it.

        A short form that its paper or one of the entity's own long forms explains has that one's words.
        """
        names = list(map(parse, spelt))
        long = [name for name in names if not name.brief and name.keys]
        return [
            () if not name.keys
            else self._meant(name, long, entity_type) if name.brief
            else expanded(name, self.readings.within(self.paper) if any(name.short) else {})
            for name in names
        ]  # fmt: skip

    def _meant(self, short: Name, long: Sequence[Name], entity_type: str) -> Words:
        own = next((name for name in long if stands_for(short, name)), None)
        if own is not None:
            return expanded(own, self.readings.within(self.paper))
        if len(short.keys) > 1:
            return expanded(short, self.readings.within(self.paper))
        meaning = self.readings.meaning(self.paper, short.key, entity_type)
        if meaning is not None:
            return meaning
        return (short.key + NAME_MARK,) if short.key in self.split else (short.key,)


def names_and_nouns(corpus: Corpus, surfaces: Surfaces) -> frozenset[str]:
    """Keys that are a name in capitals of one type and a common noun of another."""
    known = surfaces.words[corpus.surface] >= 0
    form = surfaces.form[corpus.surface]
    kind = corpus.type[corpus.entity].astype(np.int64)
    lower = surfaces.lower[corpus.surface]
    brief = surfaces.brief[corpus.surface] & ~lower
    size = len(surfaces.lists.forms)
    nouns = group_counts(form[lower & known], kind[lower & known], size)
    names = group_counts(form[brief & known], kind[brief & known], size)
    types = corpus.types.words
    found = set()
    for number in np.flatnonzero((np.diff(nouns.starts) > 0) & (np.diff(names.starts) > 0)).tolist():
        name, noun = (
            max((count, types[code]) for code, count in group.counts(number))[1] for group in (names, nouns)
        )
        if name != noun and not {name, noun} <= {"METHOD", "MODEL", "TASK"}:
            found.add(surfaces.lists.forms.words[number])
    return frozenset(found)


def gather(
    corpus: Corpus, surfaces: Surfaces, readings: ShortForms, memory: Memory | None = None
) -> tuple[Forms, Texts]:
    """The forms of all entities, and what each of their spellings says by itself."""
    entity, listed, text, plain = _spellings(corpus, surfaces, readings, memory)
    lists = surfaces.lists
    of_list = np.array(lists.form, dtype=np.int64)
    used, form = np.unique(of_list[listed], return_inverse=True)
    size = len(used)
    # the forms of each entity, each once, in the order in which it is first called so
    _, first = np.unique(entity * size + form, return_index=True)
    first.sort()
    of, named = entity[first], form[first]
    paper = corpus.paper[of].astype(np.int64)
    _, once = np.unique(named * len(corpus.papers) + paper, return_index=True)
    single = np.bincount(of, minlength=len(corpus.name))[of] == 1
    concept = corpus.concept[of]
    found = single & (concept >= 0)
    texts = Texts.of(surfaces.texts.words, memory or Memory())
    written = group_counts(form, text, size)
    votes = np.where(texts.proper[written.items], written.weights, -written.weights)
    forms = Forms(
        key=[lists.forms.words[number] for number in used.tolist()],
        words=_words(form, listed, size, lists.words),
        papers=np.bincount(named[once], minlength=size),
        of_entity=Groups.of(of, named, len(corpus.name)),
        entities=Groups.of(named, of, size),
        types=group_counts(named[once], corpus.type[of[once]], size),
        written=written,
        concepts=group_counts(named[found], concept[found], size),
        number={},
        together=_together(of, named, size),
        short={},
        proper=np.bincount(np.repeat(np.arange(size), np.diff(written.starts)), votes, size) > 0,
        corpus=corpus,
        surfaces=surfaces,
        texts=texts,
    )
    forms.number = {key: number for number, key in enumerate(forms.key)}
    for short, counts in readings.readings.items():
        for words in counts:
            number = forms.number.get(join(words))
            if number is not None:
                forms.short.setdefault(number, set()).add(short)
    differing = np.flatnonzero((of_list[plain] != of_list[listed]) & np.isin(of_list[plain], used))
    by_itself = np.searchsorted(used, of_list[plain[differing]])
    forms.spelt = _same_spelling(group_counts(by_itself, form[differing], size), forms, readings)
    return forms, texts


def _same_spelling(meant: Groups, forms: Forms, readings: ShortForms) -> dict[tuple[int, int], int]:
    """Forms that are spelt alike, for one is the other with its short forms written out, with how often that
    was done: "BERT", which most papers spell out, and "Bert", which is not known for a short form.

    Short forms that papers read in several ways are none.
    """
    found = {}
    for number in np.flatnonzero(np.diff(meant.starts)).tolist():
        counts = meant.counts(number)
        full, count = max(counts, key=lambda item: (item[1], forms.key[item[0]]))
        key = forms.key[number]
        if count < AGREEMENT * sum(each for _, each in counts) or forms.key[full].endswith(NAME_MARK):
            continue
        if key in readings.readings and (
            key not in readings.settled or join(readings.common[key]) != forms.key[full]
        ):
            continue
        found[min(number, full), max(number, full)] = count
    return found


def _spellings(
    corpus: Corpus, surfaces: Surfaces, readings: ShortForms, memory: Memory | None
) -> tuple[Ints, Ints, Ints, Ints]:
    """Each spelling's entity, list of words as meant, cleaned text, and list of words by itself, in the order
    of the entities.
    """
    split = names_and_nouns(corpus, surfaces)
    listed = surfaces.words[corpus.surface].astype(np.int64)
    types = corpus.types.words
    first = corpus.first
    entities, alike, asked = _read_alike(corpus, surfaces, readings, split)
    if len(entities):
        encoded = alike.dictionary_encode()

        def make(some: list[str]) -> Any:
            found = []
            for each in some:
                at = asked[each]
                reader = Reader(int(corpus.paper[at]), readings, split)
                names = reader.spellings(corpus.spelt(at), types[corpus.type[at]])
                found.append(list(map(in_one, names)))
            return pa.RecordBatch.from_arrays([pa.array(found, _LISTS.field(0).type)], schema=_LISTS)

        lengths, found = flat((memory or Memory()).column("readings", encoded.dictionary, make).column(0))
        lists, code = codes_of(found)
        of_list = np.array([surfaces.lists(in_many(each)) if each else NONE for each in lists.words])
        said = Groups(starts(lengths), of_list[code]).only(encoded.indices.to_numpy(zero_copy_only=False))
        places = Groups(first, np.arange(len(listed))).only(entities)
        listed[places.items] = said.items
    known = listed >= 0
    entity, listed = corpus.entity[known].astype(np.int64), listed[known]
    text = surfaces.text[corpus.surface[known]].astype(np.int64)
    plain = surfaces.words[corpus.surface[known]].astype(np.int64)
    nameless = np.flatnonzero(np.bincount(entity, minlength=len(corpus.name)) == 0)
    if len(nameless):  # nothing but an unresolved macro: a thing of its paper alone
        alone, called = [], []
        for one in nameless.tolist():
            paper = corpus.paper[one]
            alone.append(surfaces.lists.alone(f"{corpus.papers[paper]}#{one - corpus.starts[paper]}"))
            called.append(surfaces.texts(corpus.names.words[corpus.name[one]]))
        order = np.argsort(np.concatenate([entity, nameless]), kind="stable")
        entity = np.concatenate([entity, nameless])[order]
        listed = np.concatenate([listed, alone])[order]
        text = np.concatenate([text, called])[order]
        plain = np.concatenate([plain, alone])[order]
    return entity, listed, text, plain


def _read_alike(
    corpus: Corpus, surfaces: Surfaces, readings: ShortForms, split: frozenset[str]
) -> tuple[Ints, Any, dict[str, int]]:
    """The entities whose names must be read as their papers mean them; for each in a string all that decides
    how its names read; for each such string one of the entities.
    """
    entities, told_itself, shorts_of = _to_read(corpus, surfaces, readings, split)
    classes = Codes()
    kind = np.array([classes(type_class(word)) for word in corpus.types.words], dtype=np.int64)
    kind = kind[corpus.type[entities]]
    # entities that are called the same read alike where their papers mean the same
    place = _spelt_alike(corpus, entities) * max(len(classes), 1) + kind
    asked: dict[str, int] = {}

    by_default: dict[tuple[str, int], str] = {}

    def told_of(short: str, kind: int, own: Mapping[str, Words]) -> str:
        return readings.told(short, classes.words[kind], own) + NAME_MARK * (short in split)

    def told(one: int, kind: int, own: Mapping[str, Words]) -> str:
        said = []
        for short in shorts_of(one):
            each = told_of(short, kind, own) if own else by_default.get((short, kind))
            if each is None:
                each = by_default[short, kind] = told_of(short, kind, own)
            said.append(each)
        found = f"{corpus.spelt(one)!r}\n{classes.words[kind]}\n{said}"
        asked.setdefault(found, one)
        return found

    by_themselves = np.flatnonzero(~told_itself)
    _, first, group = np.unique(place[by_themselves], return_index=True, return_inverse=True)
    one_each = by_themselves[first]
    strings = [
        told(one, each, {})
        for one, each in zip(entities[one_each].tolist(), kind[one_each].tolist(), strict=True)
    ]
    number = np.empty(len(entities), dtype=np.int64)
    number[by_themselves] = group
    others = np.flatnonzero(told_itself)
    seen: dict[tuple[Any, ...], int] = {}
    columns = (column[others].tolist() for column in (entities, place, kind))
    papers = corpus.paper[entities[others]].tolist()
    for at, one, where, each, paper in zip(others.tolist(), *columns, papers, strict=True):
        own = readings.own[paper]
        key = (where, *((short, own[short]) for short in shorts_of(one) if short in own))
        if key not in seen:
            seen[key] = len(strings)
            strings.append(told(one, each, own))
        number[at] = seen[key]
    return entities, pa.array(strings, pa.string()).take(pa.array(number)), asked


def _spelt_alike(corpus: Corpus, entities: Ints) -> Ints:
    """A number for each of some entities, the same for those with the same surfaces in the same order."""
    first = corpus.first
    starts, ends = first[entities], first[entities + 1]
    found = corpus.surface[np.minimum(starts, max(len(corpus.surface) - 1, 0))].astype(np.int64)
    several = np.flatnonzero(ends - starts != 1)
    known: dict[bytes, int] = {}
    for at, start, end in zip(
        several.tolist(), starts[several].tolist(), ends[several].tolist(), strict=True
    ):
        found[at] = known.setdefault(corpus.surface[start:end].tobytes(), len(corpus.surfaces) + len(known))
    return found


def _to_read(
    corpus: Corpus, surfaces: Surfaces, readings: ShortForms, split: frozenset[str]
) -> tuple[Ints, Any, Callable[[int], list[str]]]:
    """The entities whose names must be read as their papers mean them, which of them hold a short form that
    their own paper defines, and what gives the keys of what may be a short form in one of them.

    All others have no name with a short form that stands for something, nor a short name and a longer one.
    """
    lengths, shorts = flat(surfaces.shorts)
    encoded = shorts.dictionary_encode()
    keys = encoded.dictionary.to_pylist()
    code = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    places = Groups(starts(lengths), code)
    open_ = np.flatnonzero(surfaces.open[corpus.surface])
    entity = np.repeat(corpus.entity[open_], lengths[corpus.surface[open_]])
    of_open = places.only(corpus.surface[open_]).items
    read = readings.common.keys() | {short for short, _ in readings.typed} | split
    meant = np.array([key in read for key in keys], dtype=bool)
    number = {key: one for one, key in enumerate(keys)}
    size = max(len(keys), 1)
    own = np.array(
        [paper * size + number[short] for paper, short in readings.told_apart() if short in number],
        dtype=np.int64,
    )
    by_itself = np.isin(corpus.paper[entity].astype(np.int64) * size + of_open, own)
    telling = meant[of_open] | by_itself
    readable = surfaces.words[corpus.surface] >= 0
    brief = surfaces.brief[corpus.surface] & readable
    entities = len(corpus.name)
    wanted = np.bincount(entity[telling], minlength=entities) > 0
    wanted |= (np.bincount(corpus.entity[brief], minlength=entities) > 0) & (
        np.bincount(corpus.entity[readable & ~brief], minlength=entities) > 0
    )
    grouped = Groups.of(entity, of_open, entities)
    chosen = np.flatnonzero(wanted)
    told_itself = (np.bincount(entity[by_itself], minlength=entities) > 0)[chosen]
    return (
        chosen,
        told_itself,
        lambda one: [keys[each] for each in dict.fromkeys(grouped[one].tolist())],
    )


def _words(form: Ints, listed: Ints, size: int, words: Sequence[Words]) -> list[Words]:
    """The words of each form: of its lists of words the longest, without the odd ones ("rein forcement")."""
    best: list[Words] = [()] * size
    for number, counts in enumerate(group_counts(form, listed, size).all_counts()):
        if len(counts) == 1:
            best[number] = words[counts[0][0]]
        else:
            total = sum(count for _, count in counts)
            usual = [words[one] for one, count in counts if count * ODD >= total]
            best[number] = max(usual or [words[one] for one, _ in counts], key=lambda each: (len(each), each))
    return best


def _together(of: Ints, named: Ints, size: int) -> dict[tuple[int, int], int]:
    """How often two forms are used for one entity, if it is more than once."""
    pairs = []
    counts = np.bincount(of) if len(of) else of
    firsts = np.cumsum(counts) - counts
    for many in np.unique(counts[counts > 1]).tolist():
        rows = named[firsts[counts == many][:, None] + np.arange(many)]
        left, right = np.triu_indices(many, 1)
        ends = rows[:, left].ravel(), rows[:, right].ravel()
        pairs.append(np.minimum(*ends) * size + np.maximum(*ends))
    distinct, count = np.unique(np.concatenate(pairs or [of]), return_counts=True)
    distinct, count = distinct[count > 1], count[count > 1]
    if not len(distinct):
        return {}
    return dict(
        zip(
            zip((distinct // size).tolist(), (distinct % size).tolist(), strict=True),
            count.tolist(),
            strict=True,
        )
    )


def apart(left: Form, right: Form, forms: Forms) -> int:
    """Number of papers that use two forms for two different entities."""
    few, many = sorted((left, right), key=lambda form: len(form.entities))
    own = set(few.entities.tolist())
    shared = forms.entities
    corpus = forms.corpus
    papers = set()
    for entity in own:
        if many.number not in forms.of_entity[entity]:
            papers.add(int(corpus.paper[entity]))
    number = 0
    for paper in papers:
        end = corpus.starts[paper + 1]
        for at in range(shared.find(many.number, corpus.starts[paper]), shared.starts[many.number + 1]):
            entity = int(shared.items[at])
            if entity >= end:
                break
            if entity not in own:
                number += 1
                break
    return number
