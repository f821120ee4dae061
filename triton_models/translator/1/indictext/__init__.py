"""IndicTrans2's text pipeline: what a model is given, what a reader gets, and the ways between scripts."""

from indictext.limits import fit
from indictext.orthography import transliterate
from indictext.pipeline import Prepared, finish, has_other_script, prepare, unified
from indictext.sentences import Piece, split_sentences

__all__ = [
    "Piece",
    "Prepared",
    "finish",
    "fit",
    "has_other_script",
    "prepare",
    "split_sentences",
    "transliterate",
    "unified",
]
