"""Which language a response is written in: the gate of a reward for thinking in one language (arXiv 2507.17512, section 8)."""

from __future__ import annotations

import re

LANGUAGES = ("en", "zh")

# What has no language, with its end: code, formulas, the answer (whose form the task asks for). Found by ``str.find``, so in
# linear time whatever a response holds.
_SPANS = (
    ("```", "```"),
    ("<answer>", "</answer>"),
    ("$$", "$$"),
    ("\\[", "\\]"),
    ("\\(", "\\)"),
    ("$", "$"),
    ("`", "`"),
)
_COMMAND = re.compile(r"\\[A-Za-z]+(?:\{[^{}]*\})?|</?[A-Za-z]+>")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z]{2,}")


def written_in(text: str, language: str) -> bool:
    """Whether a text is mostly in a language: for Chinese more Chinese characters than Latin words, for English the reverse.

    Code, formulas, LaTeX commands, tags and the answer between its tags are left out first. A text without any word, such as an
    empty one, is in no language.
    """
    for opening, closing in _SPANS:
        text = _without(text, opening, closing)
    text = _COMMAND.sub(" ", text)
    chinese, latin = len(_HAN.findall(text)), len(_WORD.findall(text))
    return chinese > latin if language == "zh" else latin > chinese


def _without(text: str, opening: str, closing: str) -> str:
    """The text without what stands between marks; a mark that is not closed stays."""
    kept, at = [], 0
    while (start := text.find(opening, at)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        kept.append(text[at:start])
        at = end + len(closing)
    return " ".join([*kept, text[at:]])
