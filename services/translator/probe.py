"""Whether the translator is well: it detects a language and, with a model installed, translates a word."""

from meshkit.errors import BackendUnavailable, Overloaded
from meshkit.languages import LANGUAGES
from services.translator.detection import LanguageDetector
from services.translator.texts import MODEL_NOT_INSTALLED, Engine, Options

_SAMPLE = LANGUAGES[1].native_name


class TranslatorProbe:
    """The health probe. Without a model the service is well, for it detects languages.

    A model that has answered before and is away now is a failure, unless Triton says that it was taken out.
    """

    def __init__(self, engine: Engine, detector: LanguageDetector) -> None:
        self._engine = engine
        self._detector = detector
        self._has_answered = False

    async def __call__(self) -> None:
        """Raise when something does not work."""
        self._detector.detect(_SAMPLE)  # microseconds
        if await self._engine.ready():
            await self._translate()
        elif self._has_answered:
            await self._require_removed()

    async def _translate(self) -> None:
        card = await self._engine.card()
        pair = next(iter(card.directions.direct), None)
        if pair is None:
            return
        try:
            await self._engine.translate([pair[0].native_name], *pair, Options())
        except Overloaded:
            return  # a full queue is no illness
        self._has_answered = True

    async def _require_removed(self) -> None:
        try:
            await self._engine.card()
        except BackendUnavailable as error:
            if error.reason != MODEL_NOT_INSTALLED:
                raise
            self._has_answered = False
