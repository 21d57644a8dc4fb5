"""Authors: one node per name form as papers give it. Nothing is guessed about who is who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.linking.edges import EdgeSet, by_record
from kg.linking.identifiers import distinct, slug
from kg.records import Entity, Paper, paper_node


def add_authors(edges: EdgeSet, papers: Sequence[Paper]) -> list[Entity]:
    """The authors of papers as nodes, and their edges."""
    counts: Counter[str] = Counter()
    for paper in papers:
        counts.update({_form(author) for author in paper.authors} - {""})
    ids = distinct((form, f"author/{slug(form)}", form.isascii()) for form in counts)
    for paper in papers:
        for author in paper.authors:
            if form := _form(author):
                edges.add(paper_node(paper.id), "written_by", ids[form], by_record(paper.id))
    return [
        Entity(id=ids[form], kind="AUTHOR", name=form, aliases=((form, count),), papers=count)
        for form, count in counts.items()
    ]


def _form(author: str) -> str:
    return " ".join(author.split())
