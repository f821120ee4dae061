"""From a text to what a model reads, and from what it writes to a text. Nothing is kept between calls.

A model reads `<source tag> <target tag> <tokens>`: English in Moses' tokens, Urdu in its own script, every other
language in Devanagari; addresses, handles and numbers with marks as `< IDn >`. It writes the same kind of tokens.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from indictext import brahmic, english, small, urdu
from indictext.digits import to_ascii, to_native
from indictext.entities import Entity, protect_names, protect_numbers
from indictext.languages import ARABIC, LATIN, script_of
from indictext.placeholders import fill, mark
from indictext.punctuation import clean, plain_marks
from indictext.spelling import join, script_of_word
from indictext.strangers import Bare, in_order, in_script, protect_strangers, without_signs
from indictext.transliteration import from_devanagari, to_devanagari

# What is left where a model wrote a placeholder once too often.
_SPACES: Final = re.compile(r" {2,}|(?<=\S) (?=[.!?।۔؟]+$)")
_PLACEHOLDERS: Final = re.compile(r"<?\s*ID\s*\d+\s*>?")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text ready for a model, and what `finish` has to put back into its answer.

    `words` counts those of the text where it was guarded: where a model said which words it knows; `around` has the
    emoji before and after it then.
    """

    source: str
    target: str
    body: str
    entities: tuple[Entity, ...] = ()
    words: int = 0
    is_guarded: bool = False
    around: tuple[str, str] = ("", "")

    @property
    def text(self) -> str:
        """The tags and the tokens, as the models' tokenizer takes them."""
        return f"{self.source} {self.target} {self.body}"

    @property
    def names(self) -> tuple[str, ...]:
        """The entities that are no numbers: addresses, handles and what else stands for itself."""
        return tuple(each.text for each in self.entities if not (each.is_number or each.is_stranger))

    @property
    def strangers(self) -> int:
        """How many words the model does not know."""
        return sum(entity.is_stranger for entity in self.entities)


def prepare(
    text: str,
    source: str,
    target: str,
    names: Collection[str] = (),
    is_known: Callable[[str], bool] | None = None,
    *,
    is_small: bool = False,
) -> Prepared:
    """Make a text of one sentence or so ready for a model; tags are FLORES-200's (`hin_Deva`).

    `names` are protected as addresses are, wherever they stand: those of a text of which this is the translation.
    `is_known` says of a word, as `unified` writes it, whether the model has ever seen it; those that it has not are
    spelt in the target's script. The text is read as with `is_small` then: without its numbers (see protect_numbers),
    and as `small` says. Any string will do, also an empty one. Takes time linear in the text. Raises ValueError for an
    unknown tag.
    """
    script = script_of(source)
    script_of(target)
    is_small = is_small or is_known is not None
    bare = without_signs(clean(text)) if is_known else Bare(clean(text))
    named = protect_names(bare.text, names, is_latin=script == LATIN)
    plain = to_ascii(plain_marks(named.text))
    if is_small and script != ARABIC:
        plain = small.calm(plain) if script == LATIN else small.read_as_written(plain)
    protected = protect_numbers(replace(named, text=plain), every=is_small)
    if is_known is None:
        protected = in_order(protected) if is_small else protected
        return Prepared(source, target, _tokens(protected.text, script), protected.entities)
    known = is_known
    strange = protect_strangers(protected, lambda word: known(unified(word, source)), source, target)
    body = _tokens(strange.protected.text, script)
    entities, around = strange.protected.entities, (bare.before, bare.after)
    return Prepared(source, target, body, entities, strange.words, is_guarded=True, around=around)


def unified(word: str, tag: str) -> str:
    """A word as a model of this language reads it: the Brahmic scripts as Devanagari, Latin letters as small ones."""
    script = script_of(tag)
    return word.lower() if script == LATIN else _tokens(word, script)


def finish(model_text: str, prepared: Prepared, *, native_digits: bool = False) -> str:
    """Make a text of what a model wrote for `prepared`: each entity once, in the target's script.

    Digits are ASCII's; with `native_digits` those of the target's script, but within addresses, handles and names
    that mix letters and digits. Where `prepared` is guarded, what the model wrote in another script than the target's
    is spelt in that one, and what no script can have so is mended (see small).
    """
    script = script_of(prepared.target)
    marked = mark(clean(to_ascii(model_text)), len(prepared.entities))
    written = small.mended(marked.text) if prepared.is_guarded else marked.text
    text = unicodedata.normalize("NFC", _readable(written, script))
    if prepared.is_guarded:
        text = in_script(small.as_written(text), prepared.target)
        text = _SPACES.sub(_closed, small.with_own_marks(text, prepared.target))
        text = small.capitalised(text) if script == LATIN else text
    entities = [entity.text for entity in prepared.entities]
    if native_digits:
        text = to_native(text, script)
        entities = [
            to_native(entity.text, script) if entity.is_number else entity.text
            for entity in prepared.entities
        ]

    def joined(index: int, following: str) -> str:
        if not prepared.entities[index].is_stranger:
            return entities[index] + following
        return join(entities[index], following, prepared.target)

    return fill(replace(marked, text=text), entities, joined).join(prepared.around)


def _closed(found: re.Match[str]) -> str:
    return " " if len(found[0]) > 1 else ""


def has_other_script(model_text: str, target: str) -> bool:
    """Whether a model wrote letters that `finish` can't make the target's of: another script than it was taught."""
    script = script_of(target)
    # Letters of its own that a script has past the common part stay as they are (Assamese ৰ).
    wanted = (None, script) if script in (LATIN, ARABIC) else (None, script, "Deva")
    return any(script_of_word(word) not in wanted for word in _PLACEHOLDERS.sub(" ", model_text).split())


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
