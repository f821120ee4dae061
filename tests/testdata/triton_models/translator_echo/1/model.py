"""For tests only: word-for-word "translation" between English and Hindi, Tamil and Urdu.

It obeys the tensor contract of the translator and knows about thirty words; any
other word stays as it is. Three words misbehave on purpose: `poison` gives an
error for its item, `catastrophe` fails the whole request, as a model without
per-item errors does, and `slowly` takes a second.
"""

import time

import numpy as np
import triton_python_backend_utils as pb_utils

LANGUAGES = ("en", "hi", "ta", "ur")
ROWS = """
hello नमस्ते வணக்கம் سلام
dog कुत्ता நாய் کتا
cat बिल्ली பூனை بلی
cow गाय பசு گائے
bird पक्षी பறவை پرندہ
horse घोड़ा குதிரை گھوڑا
water पानी தண்ணீர் پانی
milk दूध பால் دودھ
tea चाय தேநீர் چائے
house घर வீடு گھر
school विद्यालय பள்ளி اسکول
book किताब புத்தகம் کتاب
tree पेड़ மரம் درخت
flower फूल பூ پھول
sun सूरज சூரியன் سورج
moon चाँद நிலா چاند
rain बारिश மழை بارش
day दिन நாள் دن
night रात இரவு رات
friend दोस्त நண்பன் دوست
mother माँ அம்மா ماں
father पिता அப்பா والد
name नाम பெயர் نام
good अच्छा நல்ல اچھا
big बड़ा பெரிய بڑا
small छोटा சிறிய چھوٹا
red लाल சிவப்பு سرخ
one एक ஒன்று ایک
two दो இரண்டு دو
three तीन மூன்று تین
yes हाँ ஆம் ہاں
no नहीं இல்லை نہیں
"""
WORDS = [dict(zip(LANGUAGES, row.split())) for row in ROWS.strip().splitlines()]
TAGS = {"eng_Latn": "en", "hin_Deva": "hi", "tam_Taml": "ta", "urd_Arab": "ur"}
ZEROS = {"hi": 0x0966, "ta": 0x0BE6, "ur": 0x06F0}
STOPS = {"en": ".", "hi": "।", "ta": ".", "ur": "۔"}
SLOW_SECONDS = 1.0


class TritonPythonModel:
    """One dictionary for each direction."""

    def initialize(self, args):
        """Build the dictionaries."""
        self._words = {
            (source, target): {row[source]: row[target] for row in WORDS}
            for source in LANGUAGES
            for target in LANGUAGES
        }

    def execute(self, requests):
        """Answer each request on its own."""
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        texts, sources, targets = (
            _strings(request, name) for name in ("INPUT_TEXT", "INPUT_LANGUAGE_ID", "OUTPUT_LANGUAGE_ID")
        )
        if any("catastrophe" in text for text in texts):
            return pb_utils.InferenceResponse(error=pb_utils.TritonError("the dictionary fell off the table"))
        limits = _integers(request, "MAX_LENGTH", len(texts))
        rows = [self._translate(*row) for row in zip(texts, sources, targets, limits)]
        if pb_utils.get_input_tensor_by_name(request, "NATIVE_DIGITS") is not None:
            rows = [(_native(text, target), *rest) for (text, *rest), target in zip(rows, targets)]
        return pb_utils.InferenceResponse(
            [
                _string_tensor("OUTPUT_TEXT", [text for text, _, _ in rows]),
                pb_utils.Tensor("SCORE", np.array([[score] for _, score, _ in rows], np.float32)),
                _string_tensor("ERROR", [error for _, _, error in rows]),
            ]
        )

    def _translate(self, text, source, target, limit):
        """Text, score and error of one item; the score is minus the share of unknown words."""
        if "slowly" in text:
            time.sleep(SLOW_SECONDS)
        source, target = TAGS.get(source, source), TAGS.get(target, target)
        known = self._words.get((source, target))
        if known is None:
            return "", 0.0, "UNSUPPORTED_DIRECTION"
        if "poison" in text:
            return "", 0.0, "the word is not for translating"
        body = text.rstrip(".।۔")
        words = body.lower().split()[:limit] if source == "en" else body.split()[:limit]
        stop = STOPS[target] if body != text else ""
        unknown = sum(word not in known for word in words)
        return " ".join(known.get(word, word) for word in words) + stop, -unknown / max(1, len(words)), ""


def _native(text, target):
    """The digits of the target's script; nobody asks for them and means no."""
    zero = ZEROS.get(TAGS.get(target, target), ord("0"))
    return text.translate({ord("0") + value: zero + value for value in range(10)})


def _strings(request, name):
    rows = pb_utils.get_input_tensor_by_name(request, name).as_numpy()
    return [cell.decode("utf-8") for cell in rows.reshape(-1)]


def _integers(request, name, count):
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return [None] * count if tensor is None else [int(cell) for cell in tensor.as_numpy().reshape(-1)]


def _string_tensor(name, values):
    return pb_utils.Tensor(name, np.array([[value.encode("utf-8")] for value in values], dtype=object))
