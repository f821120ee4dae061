"""Indian languages in Latin letters, told from English."""

import pytest

from services.translator.romanised import find_romanised

# Written after the lists of words, and not consulted for them.
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


@pytest.mark.parametrize("text", ["", "123", "!?", "Bonjour tout le monde", "Guten Morgen"])
def test_what_is_neither_is_none(text: str) -> None:
    """Nothing to go by."""
    assert None is find_romanised(text)


def test_confidence_grows_with_the_evidence() -> None:
    """It is never 1, which is kept for scripts."""
    short, long = find_romanised("kya yaar"), find_romanised("yaar mujhe nahi pata ki woh kya kar raha hai")

    assert short and long
    assert 0 < short.confidence <= long.confidence < 1
