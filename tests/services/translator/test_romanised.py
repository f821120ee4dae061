"""Indian languages in Latin letters, told from English."""

from collections.abc import Iterator

import pytest

from services.translator.romanised import find_romanised
from services.translator.romanised_words import ENGLISH as ENGLISH_WORDS
from services.translator.romanised_words import SHARED, WORDS
from tests.fixtures.triton import ROOT

NANO = ROOT / "data" / "nano"
# Written after the first lists of words, and not consulted for them.
HELD_OUT = {
    "hi": [
        "kal raat ko barish hui thi",
        "mujhe samajh nahi aaya",
        "tumhare papa kya karte hain",
        "aapki chai thandi ho gayi hai",
        "woh ladka mera dost hai",
        "kitne baje milna hai?",
        "yaar mera phone kho gaya",
        "hum sab theek hain",
    ],
    "mr": [
        "tumcha phone number kay aahe",
        "mala bhook lagli aahe",
        "kal khup paus padla hota",
        "to majha mitra aahe",
        "amhi mumbaila rahto ani kaam karto",
        "he kasa zala?",
    ],
    "bn": [
        "tumi ki bhat kheyechho?",
        "amar khub khide peyechhe",
        "tomar bari kothay",
        "aj khub brishti hochchhe",
        "ami tomar jonno opekkha korchi",
        "se amar bondhu hoy",
    ],
    "ta": [
        "enakku pasikkuthu",
        "neenga enga poreenga",
        "naan saptuten nee saptiya",
        "indha padam romba nalla irundhuchu",
        "avan ennoda friend",
        "unga veedu enga irukku",
    ],
    "te": [
        "meeru ekkada untaru",
        "naaku aakali ga undi",
        "nuvvu bhojanam chesava",
        "ee cinema chala bagundi",
        "atanu naa snehitudu",
        "repu mana intiki randi",
    ],
    "kn": [
        "neevu elli iddira",
        "nanage hasivu agide",
        "nimma mane elli ide",
        "avanu nanna geleya",
        "ee chitra tumba chennagide",
        "naale banni oota maadona",
    ],
    "ml": [
        "ningal evideyaanu",
        "enikku vishakkunnu",
        "ninte veedu evide aanu",
        "avan ente koottukaran aanu",
        "ee cinema valare nallathanu",
        "njan choru kazhichu",
    ],
    "gu": [
        "tame kya raho chho",
        "mane bhukh lagi che",
        "tamaru ghar kya che",
        "aa film khub saras hati",
        "te maro mitra che",
        "kale ame mumbai jaishu ane farishu",
    ],
    "pa": [
        "tusi kithe rehnde ho",
        "mainu bhukh laggi hai",
        "tuhada ghar kithe hai",
        "oh mera yaar hai ji",
        "eh film bahut vadiya si",
        "assi kal delhi jaavange te phir milange",
    ],
}
ENGLISH = [
    "The minister opened a new school in Pune.",
    "Two cats and a dog ran after the ball",
    "Rajesh Kumar joined Infosys in Bengaluru last year.",
    "Call me tomorrow",
    "No comment",
    "Battery low",
    "Where is my phone?",
    "Kolkata Knight Riders won by six wickets.",
    "Idli, sambar and vada for breakfast",
    "Terms and conditions apply",
    "Download failed. Try again.",
    "Priya has a meeting at ten",
    "Vegetable biryani with raita",
    "Stop!",
    "Taj Mahal, Agra",
    "Happy Diwali to all of you",
    "He sang a song and she danced",
    "Virat Kohli",
    "Prices rose sharply in March.",
    "San Francisco, California",
    "Your order has been shipped",
    "Chennai Super Kings",
    "New message from Anna",
    "It is what it is",
    "Undo",
    "Main menu",
    "Tab",
    "Bruno ate pizza",
    "Lazy Bruno ate everything",
    "Lab rat",
    "COVID jab",
    "Mere mortals",
    "horse mane",
    "Silk sari",
    "Che Guevara",
    "Call Tara",
    "Butter naan, garlic roti",
    "Amma, Appa, Akka",
    "Tab menu: undo",
    "Hai Phong",
]


def test_romanised_sentences_are_recognised() -> None:
    """Nine in ten sentences of nine languages, and the language of most of these."""
    found = [(code, find_romanised(text)) for code, texts in HELD_OUT.items() for text in texts]

    recognised = [(code, each.code) for code, each in found if each is not None]
    assert len(recognised) >= 0.9 * len(found)
    assert sum(code == said for code, said in recognised) >= 0.8 * len(found)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_stays_english(text: str) -> None:
    """Also with Indian names and dishes in it."""
    assert None is find_romanised(text)


def test_thousands_of_english_lines_stay_english() -> None:
    """Sentences, and words and phrases alone."""
    lines = [*_lines("sentences/en/*.txt"), *_phrases()]

    assert len(lines) > 5000
    assert [] == [line for line in lines if find_romanised(line) is not None]


def test_no_word_of_the_lists_is_english() -> None:
    """But those that count a half, and none without another one; each of these is in a list."""
    english = {word.lower() for line in (*_lines("sentences/en/*.txt"), *_phrases()) for word in line.split()}
    listed = {code: set(words.split()) - ENGLISH_WORDS for code, words in WORDS.items()}

    assert {} == {code: found for code, words in listed.items() if (found := (words - SHARED) & english)}
    assert set() == SHARED - set().union(*listed.values())


def test_one_word_never_decides() -> None:
    """However often it is said, and with English beside it."""
    words = [word for line in WORDS.values() for word in line.split()]

    assert [] == [word for word in words if find_romanised(word) or find_romanised(f"{word} {word}, {word}!")]
    assert [] == [word for word in words if find_romanised(f"Please call {word}")]


def _lines(pattern: str) -> Iterator[str]:
    for path in sorted(NANO.glob(pattern)):
        yield from path.read_text("utf-8").splitlines()


def _phrases() -> Iterator[str]:
    return (phrase for line in _lines("lexicon/en/*.tsv") for phrase in line.split("\t")[1:])


@pytest.mark.parametrize("text", ["", "123", "!?", "Bonjour tout le monde", "Guten Morgen"])
def test_what_is_neither_is_none(text: str) -> None:
    """Nothing to go by."""
    assert None is find_romanised(text)


def test_confidence_grows_with_the_evidence() -> None:
    """It is never 1, which is kept for scripts."""
    short, long = find_romanised("kya yaar"), find_romanised("yaar mujhe nahi pata ki woh kya kar raha hai")

    assert short and long
    assert 0 < short.confidence <= long.confidence < 1
