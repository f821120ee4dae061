"""Sentences of 13 languages, and nothing lost between them."""

import pytest
from hypothesis import given, settings
from indictext import split_sentences

from tests.triton_models.translator.texts import HOSTILE, seconds, texts


@pytest.mark.parametrize(
    "sentences",
    [
        ["One.", "Two!", "Three?", "Four…", "Five"],
        ['He said "Hello!"', "Then he left.", "(Really.)", "Fine"],
        ['"Really?" she said.', "Wait... what?", "Wait . . .", "What?!", "No."],
        ["Dr. A. P. J. Kalam met Mr. Rao at 5 p.m. in the U.S.A. once.", "Hurrah!"],
        ["It is 3.14 or so, e.g. here.", "See www.example.org/a.b?c=1 or a@b.org.", "Rs. 500 is No. 5."],
        ["यह अच्छा है।", "वह गया॥", "अब?", "डॉ. राव और श्री. ए. पी. शर्मा आए।", "वे गए थे.", "फिर रु. 500 दिए."],
        ["वि. स. खांडेकर लेखक आहेत.", "ते गेले.", "तो घरी ये."],
        ["ডাঃ রায় ও এস. এম. আলী এলেন।", "তুমি যাও!", "কেন?"],
        ["মই যাম।", "তুমি কেতিয়া আহিবা?", "ড. শৰ্মা আহিল।"],
        ["ਡਾ. ਸਿੰਘ ਆਏ।", "ਉਹ ਗਿਆ।"],
        ["ડૉ. પટેલ આવ્યા છે.", "હું જાઉં છું.", "રૂ. 50 આપો."],
        ["ଡା. ଦାସ ଆସିଲେ।", "ସେ ଗଲେ।"],
        ["எஸ். ஜானகி வந்தார்.", "திரு. மு. கருணாநிதி பேசினார்.", "சரி!"],
        ["మా. శ్రీ. రావు వచ్చారు.", "ఆయన ఎస్. పి. బాలు.", "సరే?"],
        ["ಡಾ. ರಾವ್ ಬಂದರು.", "ಅವರು ಹೋದರು."],
        ["ഡോ. നായർ വന്നു.", "അദ്ദേഹം എം. ടി. വാസുദേവൻ."],
        ["کیا حال ہے؟", "ٹھیک ہے۔", "ایم. اے. خان آئے۔", "شکریہ!"],
        ["1. First thing to do", "10. Tenth thing."],
    ],
)
def test_sentences_end_where_they_do(sentences: list[str]) -> None:
    """Of every language, and also after a line break."""
    separator = "\n" if sentences[0].startswith("1.") else " "

    assert sentences == [piece.text for piece in split_sentences(separator.join(sentences))]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("यह अच्छा है।वह गया॥अब?हाँ", ["यह अच्छा है।", "वह गया॥", "अब?", "हाँ"]),
        ("ఉంది.అతను వెళ్ళాడు", ["ఉంది.", "అతను వెళ్ళాడు"]),
        ("وہ گیا۔میں آیا", ["وہ گیا۔", "میں آیا"]),
        ("श्लोक ॥१॥ अगला ॥२॥", ["श्लोक ॥१॥", "अगला ॥२॥"]),
        ("कि.मी. और डॉ.राव", ["कि.मी. और डॉ.राव"]),
        ("Go!Now 3.5.1 a.b", ["Go!Now 3.5.1 a.b"]),
        ("A title\n\nA line\r\nanother\u2028one", ["A title", "A line", "another", "one"]),
        ("  \n one. \t", ["one."]),
        ("approx. five dogs etc. are here. yes", ["approx. five dogs etc. are here. yes"]),
    ],
)
def test_sentences_without_a_space_between(text: str, sentences: list[str]) -> None:
    """Stops that no writer puts within a word end a sentence also there."""
    assert sentences == [piece.text for piece in split_sentences(text)]


@given(texts)
@settings(max_examples=500, deadline=None)
def test_nothing_is_lost(text: str) -> None:
    """Joined, the pieces are the text; only the first has space before it, and none is blank beside others."""
    pieces = split_sentences(text)

    assert text == "".join(piece.source for piece in pieces)
    assert all(piece.text == piece.text.strip() and not piece.after.strip() for piece in pieces)
    assert not any(piece.before for piece in pieces[1:])
    assert len(pieces) <= 1 or all(piece.text for piece in pieces)


def test_a_translation_has_the_space_of_its_piece() -> None:
    """So that a translated document keeps its lines."""
    assert "  A\n\nB\t" == "".join(
        piece.wrap(text) for piece, text in zip(split_sentences("  a.\n\nb\t"), "AB", strict=True)
    )


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_little_time(unit: str) -> None:
    """Also without a single end, or with nothing but ends."""
    assert seconds(split_sentences, unit) < 0.5
