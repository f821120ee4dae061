"""A corpus of three sentences and three templates, in English and Hindi."""

from pathlib import Path

FILES = {
    "lexicon/en/nouns.tsv": [
        "dog\tanimal,pet\tdog\tdogs",
        "cat\tanimal,pet\tcat\tcats",
        "owl\tanimal\towl\towls",
        "mother\tkin\tmother\tmothers\tf",
        "father\tkin\tfather\tfathers\tm",
    ],
    "lexicon/en/names.tsv": ["raju\tm\tRaju", "sita\tf\tSita"],
    "lexicon/en/cities.tsv": ["delhi\tDelhi"],
    "lexicon/en/adjectives.tsv": [
        "lazy\tbeing\tlazy\tlazier\tlaziest",
        "old\tbeing,look\told\tolder\toldest",
    ],
    "lexicon/en/times.tsv": ["past-yesterday\tyesterday", "fut-tomorrow\ttomorrow"],
    "lexicon/en/words.tsv": ["to-eat\tverb\tto eat", "water\tnoun\twater"],
    "lexicon/hi/grammar.toml": ['genders = ["m", "f"]', 'noun = ["d", "o"]', 'adjective = ["m", "f"]'],
    "lexicon/hi/nouns.tsv": [
        "dog\tm\tकुत्ता|कुत्ते\tकुत्ते|कुत्तों",
        "cat\tf\tबिल्ली|बिल्ली\tबिल्लियाँ|बिल्लियों",
        "owl\tm\tउल्लू|उल्लू\tउल्लू|उल्लुओं",
        "mother\tf\tमाँ|माँ\tमाँएँ|माँओं",
        "father\tm\tपिता|पिता\tपिता|पिताओं",
    ],
    "lexicon/hi/names.tsv": ["raju\tराजू|राजू", "sita\tसीता|सीता"],
    "lexicon/hi/cities.tsv": ["delhi\tदिल्ली|दिल्ली"],
    "lexicon/hi/adjectives.tsv": ["lazy\tआलसी|आलसी", "old\tबूढ़ा|बूढ़ी"],
    "lexicon/hi/times.tsv": ["past-yesterday\tकल", "fut-tomorrow\tकल"],
    "lexicon/hi/words.tsv": ["to-eat\tखाना", "water\tपानी"],
    "templates/en.txt": [
        "A {adj.being} {pet} saw {num} {animal+}.",
        "{name} went to {city} {time.past}; {name:he|she} was {adj.being.more} than my {kin}.",
        "Is {name} here?",
    ],
    "templates/hi.txt": [
        "{pet:एक {adj.being.m}|एक {adj.being.f}} {pet.o} ने {num} {animal+} देखे।",
        "{name} {time.past} {city} {name:गया|गई}; वह मेरे {kin.o} से "
        "ज़्यादा {name:{adj.being.m}|{adj.being.f}} {name:था|थी}।",
        "क्या {name} यहाँ है?",
    ],
}
SENTENCES = {
    "en": ["Where is my dog?", "Come at 7!", "He sleeps."],
    "hi": ["मेरा कुत्ता कहाँ है?", "7 बजे आओ!", "वह सोता है।"],
}
DOMAINS = ("pets", "everyday", "narration", "devotional", "app")


def write_home(folder: Path) -> Path:
    """The whole of it below `folder`; every domain has the same sentences."""
    for name, lines in FILES.items():
        write(folder / name, lines)
    for language, lines in SENTENCES.items():
        for domain in DOMAINS:
            write(folder / "sentences" / language / f"{domain}.txt", lines)
    return folder


def write(path: Path, lines: list[str]) -> None:
    """A file of these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def replace_line(path: Path, number: int, line: str) -> None:
    """Put another line in the place of the one of this number, from 0."""
    lines = path.read_text("utf-8").splitlines()
    write(path, [*lines[:number], line, *lines[number + 1 :]])
