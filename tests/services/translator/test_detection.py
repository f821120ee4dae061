"""Which of the 13 languages a text is in."""

import subprocess
import sys

import pytest

from services.translator.detection import LanguageDetector

SENTENCES = {
    "en": "My lazy dog sleeps all day.",
    "hi": "मेरा आलसी कुत्ता पूरे दिन सोता है।",
    "bn": "আমার অলস কুকুর সারাদিন ঘুমায়।",
    "ta": "என் சோம்பேறி நாய் நாள் முழுவதும் தூங்குகிறது.",
    "te": "నా బద్ధకపు కుక్క రోజంతా నిద్రపోతుంది.",
    "ml": "എന്റെ മടിയൻ നായ ദിവസം മുഴുവൻ ഉറങ്ങുന്നു.",
    "kn": "ನನ್ನ ಸೋಮಾರಿ ನಾಯಿ ದಿನವಿಡೀ ಮಲಗುತ್ತದೆ.",
    "gu": "મારો આળસુ કૂતરો આખો દિવસ સૂઈ રહે છે.",
    "mr": "माझा आळशी कुत्रा दिवसभर झोपतो.",
    "pa": "ਮੇਰਾ ਆਲਸੀ ਕੁੱਤਾ ਸਾਰਾ ਦਿਨ ਸੌਂਦਾ ਹੈ।",
    "or": "ମୋର ଅଳସୁଆ କୁକୁର ସାରା ଦିନ ଶୋଇ ରହେ।",
    "as": "মোৰ এলেহুৱা কুকুৰটোৱে গোটেই দিনটো শুই থাকে।",
    "ur": "میرا سست کتا سارا دن سوتا رہتا ہے۔",
}
PAIRS = {
    "hi": [
        "यह बिल्ली बहुत प्यारी है।",
        "क्या आप मुझे बाज़ार का रास्ता बता सकते हैं?",
        "कल बारिश होगी।",
        "हम लोग शाम को घर जाएँगे।",
        "बच्चे स्कूल जा रहे हैं।",
        "आलसी कुत्ता",
        "गाय घास खाती है।",
    ],
    "mr": [
        "ही मांजर खूप गोड आहे.",
        "तुम्ही मला बाजाराचा रस्ता सांगू शकता का?",
        "उद्या पाऊस पडेल.",
        "आम्ही संध्याकाळी घरी जाऊ.",
        "मुले शाळेत जात आहेत.",
        "आळशी कुत्रा",
        "गाय गवत खाते.",
    ],
    "bn": [
        "এই বিড়ালটা খুব মিষ্টি।",
        "আপনি কি আমাকে বাজারের পথটা বলতে পারেন?",
        "কাল বৃষ্টি হবে।",
        "আমি ভাত খাই।",
        "তুমি কেমন আছ?",
        "অলস কুকুর",
        "সে কাল আসেনি।",
    ],
    "as": [
        "এই মেকুৰীটো বৰ মৰমলগা।",
        "আপুনি মোক বজাৰলৈ যোৱা বাটটো ক’ব পাৰিবনে?",
        "কাইলৈ বৰষুণ হ’ব।",
        "মই ভাত খাওঁ।",
        "তুমি কেনে আছা?",
        "এলেহুৱা কুকুৰ",
        "তেওঁ কালি অহা নাছিল।",
    ],
}
OFFLINE = """
import sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(event)

sys.addaudithook(refuse)
from services.translator.detection import LanguageDetector
print(LanguageDetector().detect("उद्या पाऊस पडेल.").language.code)
"""


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items(), ids=SENTENCES)
def test_a_sentence_of_each_language(detector: LanguageDetector, code: str, sentence: str) -> None:
    """A plain sentence of each of the 13 is recognised."""
    found = detector.detect(sentence)

    assert found.language is not None
    assert (code, found.language.script) == (found.language.code, found.script)


@pytest.mark.parametrize(
    ("code", "sentence"), [(code, sentence) for code, sentences in PAIRS.items() for sentence in sentences]
)
def test_languages_of_one_script_are_told_apart(detector: LanguageDetector, code: str, sentence: str) -> None:
    """Hindi from Marathi and Bengali from Assamese, in short everyday sentences; never with certainty."""
    found = detector.detect(sentence)

    assert found.language is not None
    assert code == found.language.code
    assert 0.5 <= found.confidence < 1


def test_a_script_of_one_language_is_certain(detector: LanguageDetector) -> None:
    """Where the script alone decides, confidence is 1."""
    alone = [code for code in SENTENCES if code not in PAIRS]
    confidences = [detector.detect(SENTENCES[code]).confidence for code in alone]

    assert [1.0] * 9 == confidences


@pytest.mark.parametrize(("text", "script"), [("", ""), ("123 !", ""), ("😀", ""), ("Привет", "Cyrl")])
def test_what_is_of_no_language(detector: LanguageDetector, text: str, script: str) -> None:
    """Without letters, or in another script, there is no language and no confidence."""
    found = detector.detect(text)

    assert (None, script, 0.0) == (found.language, found.script, found.confidence)


@pytest.mark.parametrize("text", ["।।\nक", "क" * 2000, "ं", "ক\r\n\x00খ", "নমস্কাৰ ৰ র"])
def test_odd_text_is_no_trouble(detector: LanguageDetector, text: str) -> None:
    """Newlines, controls, lone signs and long runs end in an answer."""
    assert 0.0 <= detector.detect(text).confidence <= 1.0


def test_detection_never_opens_a_socket() -> None:
    """In a process where every use of a socket raises, loading and detecting still work."""
    done = subprocess.run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False)

    assert ("mr\n", 0) == (done.stdout, done.returncode), done.stderr
