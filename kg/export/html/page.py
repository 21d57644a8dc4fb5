"""The page itself: one file that holds its data, its style and its script, and asks the network for nothing.

A content security policy inside it allows exactly that script and that style, and forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from kg.export.base import ExportOptions, ReadableGraph, without_collection
from kg.export.html.arrangement import arranged
from kg.export.html.data import TEXTS, blocks, core, details, texts_of
from kg.export.html.naming import described
from kg.export.html.selection import Selection, select
from kg.files import atomic_path

HERE = Path(__file__).parent

#: Bytes of papers' texts in the file, beyond which less of them is carried (see `kg.export.html.data.TEXTS`):
#: with all else, some 12 MB at the most, the file stays under 40 MB.
MOST_BYTES = 27_000_000
#: What is left at the least of a text's characters once it is packed: spares the packing of what is too much.
PACKED = 0.4
#: zlib's; 6 takes twice as long and saves 2 %, 9 four times and 3 %.
LEVEL = 5


def write_html(graph: ReadableGraph, path: Path, options: ExportOptions) -> None:
    """Write the interactive page of a graph, or of its most supported part where it is large.

    Without abstracts among the options, the page holds only the sentences that are evidence. Raises
    OutputError where `path` cannot be written.
    """
    with (
        without_collection(),
        atomic_path(path) as draft,
        draft.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(page(select(graph), options))


def page(selection: Selection, options: ExportOptions | None = None) -> Iterator[str]:
    """The page, piece by piece."""
    options = options or ExportOptions()
    script = "\n".join(path.read_text(encoding="utf-8") for path in sorted((HERE / "scripts").glob("*.js")))
    style = (HERE / "explorer.css").read_text(encoding="utf-8")
    elements = data_elements(selection, options)
    parts: dict[str, Iterator[str]] = {
        "title": iter([escape(f"Knowledge graph of {len(selection.papers):,} papers")]),
        "policy": iter([policy(script=script, style=style)]),
        "style": iter([style]),
        # The script stands before most of the data: the map is drawn while the rest is still read.
        "core": islice(elements, 1),
        "script": iter([script]),
        "blocks": elements,
    }
    yield from filled(HERE / "explorer.html", parts)


def filled(template: Path, parts: Mapping[str, Iterator[str]]) -> Iterator[str]:
    """A template's text with a part in each of its places, `{{ name }}`; parts are taken as they are."""
    rest = template.read_text(encoding="utf-8")
    while "{{ " in rest:
        before, _, rest = rest.partition("{{ ")
        name, _, rest = rest.partition(" }}")
        yield before
        yield from parts[name]
    yield rest


def data_elements(selection: Selection, options: ExportOptions) -> Iterator[str]:
    """The elements that hold the data: `core`, `details`, and the blocks of texts."""
    # zlib leaves Python to others: texts are packed while the map is arranged
    with ThreadPoolExecutor(1) as aside:

        def packing(value: Any) -> Future[str]:
            return aside.submit(_packed, _json(value))

        arrangement = None
        for mode in TEXTS[0 if options.abstracts else 1 :]:
            if (
                mode == "whole"
                and PACKED * sum(len(paper.abstract) for paper in selection.papers) > MOST_BYTES
            ):
                continue
            texts = texts_of(selection, mode=mode)
            packed = [] if mode == "none" else [packing(block) for block in blocks(texts)]
            told = packing(details(selection, texts))
            arrangement = arrangement or arranged(selection)
            if sum(len(text.result()) for text in packed) <= MOST_BYTES:
                break
        assert arrangement is not None
        layout, groups = arrangement.layout, arrangement.groups
        named = described(selection, groups, layout.x, layout.y)
        first = packing(core(selection, layout, named, options=options, texts=mode))
        elements = {
            "core": first,
            "details": told,
            **{f"texts-{row}": text for row, text in enumerate(packed)},
        }
        for name, text in elements.items():
            yield f'<script type="application/octet-stream" id="{name}">{text.result()}</script>\n'


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # half a character, which UTF-8 has no bytes for, becomes a question mark
    return text.encode("utf-8", "replace")


def _packed(text: bytes) -> str:
    """Compressed, as text of 64 harmless characters: nothing in it can end an element."""
    return base64.b64encode(zlib.compress(text, LEVEL)).decode("ascii")


def policy(*, script: str, style: str) -> str:
    """A content security policy that runs and styles with what the page holds, and fetches nothing."""

    def digest(source: str) -> str:
        return base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")

    return (
        f"default-src 'none'; script-src 'sha256-{digest(script)}'; style-src 'sha256-{digest(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
