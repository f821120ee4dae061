"""From a text to what a model reads, and from what it writes to a text. Nothing is kept between calls.

A model reads `<source tag> <target tag> <tokens>`: English in Moses' tokens, Urdu in its own script, every other
language in Devanagari; addresses, handles and numbers with marks as `< IDn >`. It writes the same kind of tokens.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace

from indictext import brahmic, english, urdu
from indictext.digits import to_ascii, to_native
from indictext.entities import Entity, protect_names, protect_numbers
from indictext.languages import ARABIC, LATIN, script_of
from indictext.placeholders import fill, mark
from indictext.punctuation import clean, plain_marks
from indictext.transliteration import from_devanagari, to_devanagari


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text ready for a model, and what `finish` has to put back into its answer."""

    source: str
    target: str
    body: str
    entities: tuple[Entity, ...] = ()

    @property
    def text(self) -> str:
        """The tags and the tokens, as the models' tokenizer takes them."""
        return f"{self.source} {self.target} {self.body}"

    @property
    def names(self) -> tuple[str, ...]:
        """The entities that are no numbers: addresses, handles and what else stands for itself."""
        return tuple(entity.text for entity in self.entities if not entity.is_number)


def prepare(text: str, source: str, target: str, names: Collection[str] = ()) -> Prepared:
    """Make a text of one sentence or so ready for a model; tags are FLORES-200's (`hin_Deva`).

    `names` are protected as addresses are, wherever they stand: those of a text of which this is the translation.
    Any string will do, also an empty one. Takes time linear in the text. Raises ValueError for an unknown tag.
    """
    script = script_of(source)
    script_of(target)
    named = protect_names(clean(text), names, is_latin=script == LATIN)
    protected = protect_numbers(replace(named, text=to_ascii(plain_marks(named.text))))
    return Prepared(source, target, _tokens(protected.text, script), protected.entities)


def finish(model_text: str, prepared: Prepared, *, native_digits: bool = False) -> str:
    """Make a text of what a model wrote for `prepared`: each entity once, in the target's script.

    Digits are ASCII's; with `native_digits` those of the target's script, but within addresses, handles and names
    that mix letters and digits.
    """
    script = script_of(prepared.target)
    marked = mark(clean(to_ascii(model_text)), len(prepared.entities))
    text = unicodedata.normalize("NFC", _readable(marked.text, script))
    entities = [entity.text for entity in prepared.entities]
    if native_digits:
        text = to_native(text, script)
        entities = [
            to_native(entity.text, script) if entity.is_number else entity.text
            for entity in prepared.entities
        ]
    return fill(replace(marked, text=text), entities)


def _tokens(text: str, script: str) -> str:
    if script == LATIN:
        return " ".join(english.tokenise(text))
    if script == ARABIC:
        return urdu.tokenise(urdu.normalise(text))
    tokens = brahmic.tokenise(brahmic.normalise(text, script))
    return brahmic.join_unified(to_devanagari(tokens, script))


def _readable(text: str, script: str) -> str:
    if script == LATIN:
        return english.detokenise(text)
    if script == ARABIC:
        return brahmic.detokenise(urdu.join_marks(text))
    return brahmic.detokenise(from_devanagari(text, script))
