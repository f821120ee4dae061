"""Examples with words that nobody knows, such as the names of people that the corpus does not have.

Where a served network meets a word that it has never seen, it is given a placeholder, and the word is written letter
by letter in the target's script. Here a mark stands for such a word in both languages; `network_texts` makes the
placeholders of it. The endings that a language writes on a noun stay on the mark: `தோனியை` is one mark and `யை`.
"""

import dataclasses
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tools.nano.generate import Generator
from tools.nano.lexicon import ENGLISH, Entry, Lexicon, Slots
from tools.nano.pairs import MARKS, Pair
from tools.nano.templates import Filling, slot_name

# The slots whose words may be strangers: what people call by names or by words that they have borrowed.
_CLASSES: Final = ("name", "city", "pet", "animal", "person", "food", "thing", "place")
_MOST_LISTED: Final = 8
_ENDS: Final = (".", "!", "?", "")
# English marks in the languages that have others.
_DANDA: Final = {".": "।"}
_MARKS: Final = {**dict.fromkeys(("as", "bn", "hi", "or", "pa"), _DANDA), "ur": {".": "۔", "?": "؟"}}


class Strangers:
    """Puts marks for words, the same in both languages."""

    def __init__(self, home: Path, languages: Sequence[str]) -> None:
        """Read the lexicon. Raises LexiconError; OSError."""
        self._languages = languages
        self._generator = Generator(home, languages)
        slots, lexicons = self._generator.slots, self._generator.lexicons
        self._names = [
            {name: lexicon.entries[key].singular[lexicon.base[key[0]]] for name, lexicon in lexicons.items()}
            for key in (*slots.ids["name"], *slots.ids["city"])
        ]
        self._generator.lexicons = {name: _with_strangers(each, slots) for name, each in lexicons.items()}

    def filled(self, language: str, chance: random.Random) -> Pair:
        """A template in which one word or two are strangers."""
        while True:
            number = chance.randrange(len(self._generator))
            texts = self._generator.text_of(number, self._fillings(number, chance), (ENGLISH, language))
            marks = _marks(texts[ENGLISH])
            # Some templates say a word twice in one language, and a few forms are not made by adding to the first.
            if marks and marks == _marks(texts[language]):
                return Pair("strangers", texts[ENGLISH], language, texts[language])

    def named(self, pair: Pair, chance: random.Random) -> Pair:
        """A sentence with marks for about half of the names in it."""
        marks = iter(MARKS)
        english, text = pair.english, pair.text
        for forms in self._names:
            ours, theirs = _pattern(forms[ENGLISH], ends=True), _pattern(forms[pair.language], ends=False)
            count = len(ours.findall(english))
            if count and count == len(theirs.findall(text)) and chance.random() < 0.5:
                mark = next(marks)
                english, text = ours.sub(mark, english), theirs.sub(mark, text)
        return dataclasses.replace(pair, english=english, text=text)

    def listed(self, language: str, chance: random.Random) -> Pair:
        """A few strangers one after the other, and nothing else: they stay as they are."""
        words, end = " ".join(MARKS[: chance.randint(1, _MOST_LISTED)]), chance.choice(_ENDS)
        return Pair("strangers", words + end, language, words + _MARKS.get(language, {}).get(end, end))

    def _fillings(self, number: int, chance: random.Random) -> Mapping[str, Filling]:
        """A template's words, with strangers among them where it has places for them."""
        fillings = dict(self._generator.draw(number, chance))
        places = [key for key in fillings if slot_name(key) in _CLASSES]
        chance.shuffle(places)
        for mark, key in enumerate(places[: 1 + (chance.random() < 0.2)]):
            former = self._generator.lexicons[ENGLISH].entries[fillings[key].key]
            fillings[key] = Filling(_key(slot_name(key), former.gender, mark))
        return fillings


def _with_strangers(lexicon: Lexicon, slots: Slots) -> Lexicon:
    """The lexicon with entries for strangers of each class, sex and mark."""
    entries = dict(lexicon.entries)
    for name in (each for each in _CLASSES if each in slots.ids):
        for sex in ("", "m", "f"):
            model = _model(lexicon, slots, name, sex)
            for mark in range(2):
                entries[_key(name, sex, mark)] = _stranger(model, lexicon, name, sex, MARKS[mark])
    kind = "" if lexicon.language == ENGLISH else lexicon.base["n"]
    return dataclasses.replace(lexicon, entries=entries, base={**lexicon.base, "x": kind})


def _key(name: str, sex: str, mark: int) -> str:
    return f"x:{name}:{sex}:{mark}"


def _model(lexicon: Lexicon, slots: Slots, name: str, sex: str) -> Entry:
    """The entry whose endings and gender a stranger gets: the first that is only ever added to."""
    own = [lexicon.entries[key] for key in slots.ids[name]]
    of_sex = [each for each in own if sex in ("", each.gender[:1])]
    names = [lexicon.entries[key] for key in slots.ids["name"]]
    found = next((each for each in (*of_sex, *own, *names) if _is_regular(each)), own[0])
    return dataclasses.replace(found, gender=found.gender or own[0].gender)


def _is_regular(entry: Entry) -> bool:
    first = next(iter(entry.singular.values()))
    forms = (*entry.singular.values(), *entry.plural.values())
    return sum(form.startswith(first) for form in forms) > len(forms) // 2 and all(
        form.startswith(first) for form in list(entry.singular.values())[:4]
    )


def _stranger(model: Entry, lexicon: Lexicon, name: str, sex: str, mark: str) -> Entry:
    if lexicon.language == ENGLISH:
        forms = {"": mark}
        return Entry(f"x-{name}", sex, forms, forms)
    first = next(iter(model.singular.values()))
    singular, plural = (
        {form: _marked(text, first, mark) for form, text in forms.items()}
        for forms in (model.singular, model.plural)
    )
    return Entry(f"x-{name}", model.gender, singular, plural)


def _marked(text: str, first: str, mark: str) -> str:
    """A form with the mark for the word; what is another word altogether (`my` before it) stays."""
    return mark + text.removeprefix(first) if text.startswith(first) else text


def _marks(text: str) -> list[str]:
    return sorted(character for character in text if character in MARKS)


def _pattern(word: str, *, ends: bool) -> re.Pattern[str]:
    """The word at the beginning of a word; in English, which has no endings, also at its end."""
    return re.compile(rf"(?<![^\s'\"(-]){re.escape(word)}" + (r"(?![\w])" if ends else ""))


def mixed(
    pairs: Iterator[Pair], strangers: Strangers, languages: Sequence[str], share: float, chance: random.Random
) -> Iterator[Pair]:
    """The pairs, in which names may be strangers, and between them a share of templates with strangers."""
    for pair in pairs:
        drawn = chance.random()
        if drawn < share * 0.9:
            yield strangers.filled(chance.choice(languages), chance)
        elif drawn < share:
            yield strangers.listed(chance.choice(languages), chance)
        yield strangers.named(pair, chance)
