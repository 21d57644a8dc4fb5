"""The map changes little where the graph does."""

from __future__ import annotations

import random

import numpy as np
import pytest
from test_export_html import Tiny

from kg.export.html import packing
from kg.export.html.arrangement import arranged
from kg.export.html.communities import anchors, communities, stems
from kg.export.html.selection import Selection, select
from kg.records import Edge, Entity, Paper


def literature(papers: list[int]) -> Selection:
    """The papers with these numbers: each of one of six fields, naming the field's task and some of its
    methods, now and then another field's, and something of its own."""
    graph, names = Tiny(), set()
    for number in papers:
        draw = random.Random(number)
        field = number % 6
        paper = f"{number:05}"
        graph.papers_.append(Paper(id=paper, title=f"Paper {number}", date=f"20{10 + number // 60:02}-01"))
        own = {f"task/{field}", f"method/own-{number}"}
        for _ in range(4):
            other = field if draw.random() < 0.85 else draw.randrange(6)
            own.add(f"method/{other}-{int(14 * draw.random() ** 2)}")
        names |= own
        for name in sorted(own):
            graph.edges_.append(
                Edge(
                    source=f"paper/{paper}", target=name, kind="uses", support=1, confidence=1.0, evidence=()
                )
            )
    graph.entities_ = [
        Entity(id=name, kind=name.partition("/")[0].upper(), name=name, papers=1) for name in sorted(names)
    ]
    graph.papers_.sort(key=lambda paper: paper.id)
    return select(graph)


def shift(one: Selection, other: Selection) -> float:
    """How far the nodes of both have moved, as a share of the map's radius, by root mean square."""
    first, second = arranged(one).layout, arranged(other).layout
    common = [(place, other.number[node]) for node, place in one.number.items() if node in other.number]
    here, there = np.array(common).T
    far = (first.x[here] - second.x[there]) ** 2 + (first.y[here] - second.y[there]) ** 2
    around = (first.x - first.x.mean()) ** 2 + (first.y - first.y.mean()) ** 2
    return float(np.sqrt(far.mean() / around.mean()))


@pytest.mark.parametrize(
    ("more", "most"),
    [
        ([600], 0.12),
        ([-1], 0.12),
        ([*range(600, 610)], 0.2),
        ([*range(600, 660)], 0.4),
        ([*range(-60, 0)], 0.4),
    ],
    ids=["one later", "one earlier", "a few", "a tenth later", "a tenth earlier"],
)
def test_papers_that_come_in_do_not_turn_the_map(more: list[int], most: float) -> None:
    numbers = [*range(60, 660)]
    assert shift(literature(numbers), literature([*numbers, *(number + 60 for number in more)])) < most


def test_a_map_does_not_depend_on_the_order_in_which_papers_come() -> None:
    one, other = literature([*range(90)]), literature([*reversed(range(90))])
    assert arranged(one).layout.x.tolist() == arranged(other).layout.x.tolist()


def test_each_field_is_a_community_around_what_it_names_most() -> None:
    selection = literature([*range(300)])
    groups = arranged(selection).groups
    for field in range(6):
        own = groups[[number for number in range(300) if number % 6 == field]]
        assert np.bincount(own).max() > 0.7 * len(own)


def test_anchors_share_few_neighbours() -> None:
    # 0 and 1 name the same ten, 2 names ten others
    pairs = [(0, n) for n in range(3, 13)] + [(1, n) for n in range(3, 13)] + [(2, n) for n in range(13, 23)]
    source, target = (np.array(column) for column in zip(*pairs, strict=True))
    assert anchors(48, source, target, np.ones(48, int)).tolist() == [0, 2]
    assert anchors(48, source, target, np.array([0] + [1] * 47)).tolist() == [1, 2]


def test_what_no_anchor_reaches_goes_with_what_it_is_joined_to() -> None:
    star = [(0, n) for n in range(1, 9)]
    far = [(20, 21), (21, 22), (8, 9), (9, 10), (10, 11), (11, 12), (12, 13), (13, 14)]
    source, target = (np.array(column) for column in zip(*star, *far, strict=True))
    groups = communities(23, source, target, np.arange(23))
    assert groups[14] == groups[0]
    assert groups[20] == groups[22] != groups[0]


@pytest.mark.parametrize("far", [0.0, 1e7], ids=["near", "far apart"])
def test_looking_only_where_something_moved_parts_the_same_nodes(
    far: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(7)
    x = np.array([draw.gauss(0, 120) for _ in range(400)] + [far])
    y = np.array([draw.gauss(0, 120) for _ in range(400)] + [far])
    skipping = packing.spaced(x, y, room=34.0)
    monkeypatch.setattr(packing, "_stirred", lambda ordered, *_: np.ones(len(ordered), bool))
    everywhere = packing.spaced(x, y, room=34.0)
    assert [axis.tolist() for axis in skipping] == [axis.tolist() for axis in everywhere]
    assert skipping[0].tolist() != x.tolist()


def test_what_one_paper_names_hangs_on_what_that_paper_hangs_on() -> None:
    # paper 0 alone names 2; of the chain 2-3-4 then only 3 and 4 are left; papers 0 and 1 name 5
    source, target = np.array([0, 2, 3, 0, 1]), np.array([2, 3, 4, 5, 5])
    assert stems(6, source, target, papers=2).tolist() == [5, 5, 5, 4, 4, 5]
