"""LaTeX to Unicode for short stretches of an abstract, each character with the place that it comes from.

pylatexenc parses the stretch and says where each node stands; how a node reads is decided here, since
its own conversion to text keeps no positions. Symbols and accents still come from its tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pylatexenc import latexwalker

from kg.extraction.latex_macros import (
    ACRONYMS,
    CONTEXT,
    FORMATTING,
    READINGS,
    REFERENCES,
    SCRIPT_CHARACTERS,
    SILENT,
    SPECIALS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
    TO_TEXT,
)

#: From here on in the private use area are stand-ins for characters that the parser would misread,
#: the first for "%", which would start a comment.
_HIDDEN = 0xE100
_AFTER_MACRO = re.compile(r"(\\[A-Za-z]+)([^\x00-\x7f])")
_MAX_DEPTH = 30


class NotLatexError(Exception):
    """The stretch cannot be read as LaTeX; it stays as it is."""


class Pieces:
    """Characters with their offsets in the source, in order."""

    __slots__ = ("characters", "ends", "starts")

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def verbatim(self, text: str, start: int) -> None:
        """Add characters that stand in the source just so."""
        self.characters.extend(text)
        self.starts.extend(range(start, start + len(text)))
        self.ends.extend(range(start + 1, start + len(text) + 1))

    def whole(self, text: str, start: int, end: int) -> None:
        """Add characters that all stand for the same stretch of the source."""
        self.characters.extend(text)
        self.starts.extend([start] * len(text))
        self.ends.extend([end] * len(text))

    def shifted(self, offset: int) -> Pieces:
        """The same characters, `offset` further on in the source."""
        moved = Pieces()
        moved.characters = self.characters
        moved.starts = [start + offset for start in self.starts]
        moved.ends = [end + offset for end in self.ends]
        return moved


def render(snippet: str, names: Mapping[str, str]) -> Pieces:
    r"""Read a stretch of LaTeX as Unicode.

    `names` gives what the authors' own macros stand for. Raises NotLatexError where the stretch is not
    well-formed.

    >>> "".join(render(r"$10^{-3}$", {}).characters)
    '10⁻³'
    >>> pieces = render(r"\textbf{B\'ezier}", {})
    >>> "".join(pieces.characters), pieces.starts[1], pieces.ends[1]
    ('Bézier', 9, 12)
    """
    hidden: list[str] = ["%"]
    masked = re.sub(r"(?<!\\)%", chr(_HIDDEN), snippet)
    # pylatexenc takes any letter for a part of a macro's name: in "\logρ" ρ must not look like one.
    masked = _AFTER_MACRO.sub(lambda match: match.group(1) + _hide(match.group(2), hidden), masked)
    walker = latexwalker.LatexWalker(masked, latex_context=CONTEXT, tolerant_parsing=False)
    try:
        nodes, _, _ = walker.get_latex_nodes()
        pieces = Pieces()
        _Renderer(masked, names, pieces).nodes(nodes, math=False, depth=0)
    except (
        latexwalker.LatexWalkerError,
        RecursionError,
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
    ) as error:
        # pylatexenc's own tables trip over odd input in odd ways ("\unicode{xyz}", a macro at the very end).
        raise NotLatexError(str(error)) from error
    if len(hidden) > 1 or "%" in snippet:
        pieces.characters = [_shown(character, hidden) for character in pieces.characters]
    return pieces


def _hide(character: str, hidden: list[str]) -> str:
    hidden.append(character)
    return chr(_HIDDEN + len(hidden) - 1)


def _shown(character: str, hidden: list[str]) -> str:
    place = ord(character) - _HIDDEN
    return hidden[place] if 0 <= place < len(hidden) else character


class _Renderer:
    def __init__(self, source: str, names: Mapping[str, str], pieces: Pieces) -> None:
        self.source = source
        self.known = names
        self.out = pieces

    def nodes(self, nodes: Sequence[Any], *, math: bool, depth: int) -> None:
        """Render siblings; scripts and authors' macros look at what follows them."""
        if depth > _MAX_DEPTH:
            raise NotLatexError("too deep")
        index = 0
        while index < len(nodes):
            node = nodes[index]
            following = nodes[index + 1] if index + 1 < len(nodes) else None
            index += 1
            if node is None:
                continue
            if node.isNodeType(latexwalker.LatexCharsNode):
                used = self._characters(node, following, math=math, depth=depth)
                index += used
            elif node.isNodeType(latexwalker.LatexGroupNode):
                self._group(node, math=math, depth=depth)
            elif node.isNodeType(latexwalker.LatexMacroNode):
                index += self._macro(node, following, math=math, depth=depth)
            elif node.isNodeType(latexwalker.LatexMathNode):
                self._math(node, depth=depth)
            elif node.isNodeType(latexwalker.LatexSpecialsNode):
                self.out.whole(
                    SPECIALS.get(node.specials_chars, node.specials_chars), node.pos, node.pos + node.len
                )
            elif node.isNodeType(latexwalker.LatexEnvironmentNode):
                self.nodes(node.nodelist, math=math, depth=depth + 1)
            else:
                self.out.verbatim(self.source[node.pos : node.pos + node.len], node.pos)

    def _characters(self, node: Any, following: Any, *, math: bool, depth: int) -> int:
        """Render plain characters; give the number of following nodes used up by a last script."""
        if not math:
            self.out.verbatim(node.chars, node.pos)
            return 0
        text, position = node.chars, 0
        while position < len(text):
            character = text[position]
            start = node.pos + position
            if character not in "^_":
                self.out.verbatim(character, start)
                position += 1
            elif position + 1 < len(text):
                self._script(character, text[position + 1], start, start + 2)
                position += 2
            elif following is None:
                self.out.verbatim(character, start)
                position += 1
            else:
                inner = Pieces()
                _Renderer(self.source, self.known, inner).nodes([following], math=True, depth=depth + 1)
                self._script(character, "".join(inner.characters), start, following.pos + following.len)
                return 1
        return 0

    def _script(self, mark: str, text: str, start: int, end: int) -> None:
        if text and SCRIPT_CHARACTERS.issuperset(text):
            self.out.whole(text.translate(SUPERSCRIPTS if mark == "^" else SUBSCRIPTS), start, end)
        elif text in ("°", "′", "*", "†", "‡", "∘"):
            self.out.whole("°" if text == "∘" else text, start, end)
        else:
            self.out.whole(mark + text, start, end)

    def _group(self, node: Any, *, math: bool, depth: int) -> None:
        children = [child for child in node.nodelist if child is not None]
        if len(children) == 1 and children[0].isNodeType(latexwalker.LatexMacroNode):
            name = children[0].macroname
            if name in self.known:  # `{\method}` as a whole stands for the name
                self.out.whole(self.known[name], node.pos, node.pos + node.len)
                return
        self.nodes(children, math=math, depth=depth + 1)

    def _math(self, node: Any, *, depth: int) -> None:
        """Render a formula; its dollars belong to its first and last character, as in `$\\tau$-bench`."""
        begin = len(self.out.characters)
        self.nodes(node.nodelist, math=True, depth=depth + 1)
        if len(self.out.characters) == begin:
            return
        children = [child for child in node.nodelist if child is not None]
        # A formatting macro around a name is not part of the name: `$\\textbf{J1-7B}$` is J1-7B.
        first, last = self.out.starts[begin], self.out.ends[-1]
        if not (_is_formatting(children[0]) and first > children[0].pos):
            # All characters that stand for the same stretch begin together.
            while begin < len(self.out.starts) and self.out.starts[begin] == first:
                self.out.starts[begin] = node.pos
                begin += 1
        if not (_is_formatting(children[-1]) and last < children[-1].pos + children[-1].len):
            place = len(self.out.ends) - 1
            while place >= 0 and self.out.ends[place] == last:
                self.out.ends[place] = node.pos + node.len
                place -= 1

    def _macro(self, node: Any, following: Any, *, math: bool, depth: int) -> int:
        """Render a macro; give the number of following nodes used up."""
        name, start = node.macroname, node.pos
        arguments = [
            argument for argument in (node.nodeargd.argnlist if node.nodeargd else ()) or () if argument
        ]
        space = node.macro_post_space or ""
        end = start + node.len - (len(space) if not arguments else 0)
        used = 0
        argument = (
            following is not None and following.isNodeType(latexwalker.LatexGroupNode) and following.nodelist
        )
        if name in self.known and not argument:
            if _is_empty_group(following):
                end, used, space = following.pos + following.len, 1, ""
            self.out.whole(self.known[name], start, end)
            self._space(space, end)
        elif name in REFERENCES or name in SILENT:
            pass
        elif name in FORMATTING:
            if arguments:
                self.nodes([arguments[-1]], math=math and not name.startswith("text"), depth=depth + 1)
        elif name in ("textsuperscript", "textsubscript") and arguments:
            inner = Pieces()
            _Renderer(self.source, self.known, inner).nodes([arguments[-1]], math=False, depth=depth + 1)
            text = "".join(inner.characters)
            if text and SCRIPT_CHARACTERS.issuperset(text):
                self.out.whole(
                    text.translate(SUPERSCRIPTS if name == "textsuperscript" else SUBSCRIPTS), start, end
                )
            else:
                self.nodes([arguments[-1]], math=False, depth=depth + 1)
        elif name == "url" and arguments:
            argument = arguments[-1]
            self.out.verbatim(
                self.source[argument.pos + 1 : argument.pos + argument.len - 1], argument.pos + 1
            )
        elif name == "footnote" and arguments:
            argument = arguments[-1]
            self.out.whole(" (", start, argument.pos + 1)
            self.nodes([argument], math=False, depth=depth + 1)
            self.out.whole(")", argument.pos + argument.len - 1, end)
        elif name == "unicode" and arguments:
            code = self.source[arguments[0].pos + 1 : arguments[0].pos + arguments[0].len - 1]
            self.out.whole(chr(int(code.lstrip("xX"), 16)), start, end)
        elif name in ACRONYMS and arguments:
            key = self.source[arguments[-1].pos + 1 : arguments[-1].pos + arguments[-1].len - 1]
            self.out.whole(key.upper() if len(key) <= 6 else key, start, end)
            self._space(space, end)
        elif name in READINGS:
            self.out.whole(READINGS[name], start, end)
            if not math and len(READINGS[name]) > 1:
                self._space(space, end)
        elif name in SYMBOLS:
            self._symbol(node, start, end, space if not arguments else "")
        elif argument:
            pass  # a macro that we do not know, around something: what it is given says it
        else:
            if _is_empty_group(following):
                end, used, space = following.pos + following.len, 1, ""
            self.out.whole("\\" + name, start, end)
            self._space(space, end)
        return used

    def _symbol(self, node: Any, start: int, end: int, space: str) -> None:
        text = str(TO_TEXT.macro_node_to_text(node)).strip("\n")
        if text == "" and node.nodeargd and node.nodeargd.argnlist:
            self.nodes([a for a in node.nodeargd.argnlist if a], math=False, depth=1)
            return
        spaced = bool(self.out.characters) and self.out.characters[-1] == " "
        self.out.whole(text, start, end)
        if spaced or (
            len(text) > 1 and text.isalpha()
        ):  # "x \in y" reads "x ∈ y", "2\times 3" 2×3, "\log n" log n
            self._space(space, end)

    def _space(self, space: str, start: int) -> None:
        if space:
            self.out.whole(" ", start, start + len(space))


def _is_formatting(node: Any) -> bool:
    return bool(node.isNodeType(latexwalker.LatexMacroNode) and node.macroname in FORMATTING)


def _is_empty_group(node: Any) -> bool:
    return bool(node is not None and node.isNodeType(latexwalker.LatexGroupNode) and not node.nodelist)
