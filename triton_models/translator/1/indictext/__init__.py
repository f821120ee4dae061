"""IndicTrans2's text pipeline: what a model is given, what a reader gets, and the ways between scripts."""

from indictext.limits import fit
from indictext.orthography import transliterate
from indictext.pipeline import Prepared, finish, prepare
from indictext.sentences import Piece, split_sentences

__all__ = ["Piece", "Prepared", "finish", "fit", "prepare", "split_sentences", "transliterate"]
