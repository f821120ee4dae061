"""Whether the translator is well: it detects a language and, with a model installed, translates a word."""

from collections.abc import Sequence

from meshkit.errors import BackendUnavailable, Overloaded
from meshkit.languages import LANGUAGES
from services.translator.detection import LanguageDetector
from services.translator.texts import MODEL_NOT_INSTALLED, MODEL_UNSUITABLE, Answer, Engine, Options

_SAMPLE = LANGUAGES[1].native_name


class TranslatorProbe:
    """The health probe. Without a model, or with one of another kind, the service is well, for
    it detects languages.

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
        try:
            card = await self._engine.card()
            for source, target in card.directions.first():
                _check(await self._engine.translate([source.native_name], source, target, Options()))
                self._has_answered = True
        except Overloaded:
            return  # a full queue is no illness
        except BackendUnavailable as error:
            if error.reason != MODEL_UNSUITABLE:
                raise
            return  # as good as none

    async def _require_removed(self) -> None:
        try:
            await self._engine.card()
        except BackendUnavailable as error:
            if error.reason != MODEL_NOT_INSTALLED:
                raise
            self._has_answered = False


def _check(answers: Sequence[Answer]) -> None:
    """Raise BackendUnavailable for a model that answers, but cannot translate."""
    failed = [answer.failure for answer in answers if answer.failure]
    if failed:
        raise BackendUnavailable("The model does not translate a plain word.", reason=failed[0])
