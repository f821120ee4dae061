"""What the translator takes and gives, and what it needs of a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from meshkit.errors import BackendUnavailable, InvalidInput, ProviderError
from meshkit.languages import Language
from services.translator.directions import Directions, Network

MAX_TEXT_CHARACTERS: Final = 2_000
INSTALL_HINT: Final = "No translation model is installed; `make indictrans2 MODEL=<folder>` installs one."
MODEL_NOT_INSTALLED: Final = "MODEL_NOT_INSTALLED"
MODEL_UNSUITABLE: Final = "MODEL_UNSUITABLE"
MODEL_FAILED: Final = "MODEL_FAILED"
PROVIDER_ERROR: Final = "PROVIDER_ERROR"
PROVIDER_REFUSED: Final = "PROVIDER_REFUSED"


@dataclass(frozen=True, slots=True)
class Trust:
    """How far to trust a translation: a confidence of 0 to 1 where there is one, and the model's reasons for doubt."""

    confidence: float | None = None
    doubts: tuple[str, ...] = ()

    def and_then(self, later: "Trust") -> "Trust":
        """That of a translation of a translation."""
        known = [each for each in (self.confidence, later.confidence) if each is not None]
        return Trust(min(known, default=None), tuple(dict.fromkeys((*self.doubts, *later.doubts))))


NO_TRUST: Final = Trust()
SURE: Final = Trust(1.0)


@dataclass(frozen=True, slots=True)
class Translation:
    """One translated text; `score` is the model's length-normalised log-probability, where it gives one.

    `cached` says that it was kept from an earlier request.
    """

    text: str
    source: Language
    target: Language
    score: float | None = None
    cached: bool = False
    trust: Trust = NO_TRUST


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one text has no translation: a stable upper-case reason, a sentence for a person, and the field at fault.

    `field` is relative to the text: `text` itself, or one of the request's; empty where the caller is not to blame.
    """

    reason: str
    message: str
    field: str = ""


Outcome = Translation | Failure

EMPTY: Final = Failure("EMPTY_TEXT", "The text is empty.", "text")
TOO_LONG: Final = Failure(
    "TEXT_TOO_LONG", f"The text is longer than {MAX_TEXT_CHARACTERS} characters.", "text"
)


@dataclass(frozen=True, slots=True)
class Options:
    """Beam width and longest translation in tokens; None is the model's own default.

    `native_digits` asks for the digits of the target's script.
    """

    beam_size: int | None = None
    max_length: int | None = None
    native_digits: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says to one text; a non-empty `failure` is its reason for having no translation."""

    text: str
    score: float | None = None
    failure: str = ""
    trust: Trust = NO_TRUST


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model can do.

    `fingerprint` changes whenever the same text may be translated otherwise; `engine` is how the model is reached, and
    `networks` what it is made of, where it tells.
    """

    name: str
    max_batch: int
    directions: Directions
    takes_beam_size: bool = False
    takes_max_length: bool = False
    takes_native_digits: bool = False
    fingerprint: str = ""
    engine: str = "triton"
    networks: tuple[Network, ...] = ()

    def check(self, options: Options) -> None:
        """Raise InvalidInput when an option is given that the model does not take."""
        for name, is_given, is_taken in (
            ("beam_size", options.beam_size is not None, self.takes_beam_size),
            ("max_length", options.max_length is not None, self.takes_max_length),
            ("native_digits", options.native_digits, self.takes_native_digits),
        ):
            if is_given and not is_taken:
                raise InvalidInput(
                    f"{name}: the installed model does not take it.", field=name, reason="UNSUPPORTED_OPTION"
                )


class Engine(Protocol):
    """A model behind the translator."""

    async def card(self) -> ModelCard:
        """Say what the installed model can do.

        Raises `model_not_installed()` when there is none, other errors of meshkit.errors when that cannot be
        told.
        """

    async def fingerprint(self) -> str:
        """The installed model's fingerprint, read at this moment. Raises what `card` raises."""

    async def ready(self) -> bool:
        """Say whether there is a loaded model that a probe may ask; never raises."""

    async def translate(
        self, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Answer]:
        """Translate at most `max_batch` texts of one direction; one answer each, in order.

        Raises Overloaded while the model has no room, Internal or InvalidInput where a text may be to blame.
        """


def model_not_installed() -> BackendUnavailable:
    """The error of everything that needs a model while there is none."""
    return BackendUnavailable(INSTALL_HINT, reason=MODEL_NOT_INSTALLED)


def provider_error() -> ProviderError:
    """The error of an outside translator that answers nothing as it should."""
    return ProviderError("The outside translator does not answer as it should.", retry_after=10.0)
