"""What the translator takes and gives, and what it needs of a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from meshkit.errors import BackendUnavailable, InvalidInput
from meshkit.languages import Language
from services.translator.directions import Directions

MAX_TEXT_CHARACTERS: Final = 2_000
INSTALL_HINT: Final = "No translation model is installed; `make indictrans2 MODEL=<folder>` installs one."
MODEL_NOT_INSTALLED: Final = "MODEL_NOT_INSTALLED"
MODEL_UNSUITABLE: Final = "MODEL_UNSUITABLE"
MODEL_FAILED: Final = "MODEL_FAILED"


@dataclass(frozen=True, slots=True)
class Translation:
    """One translated text; `score` is the model's length-normalised log-probability, where it gives one."""

    text: str
    source: Language
    target: Language
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one text has no translation: a stable upper-case reason and a sentence for a person."""

    reason: str
    message: str


Outcome = Translation | Failure


@dataclass(frozen=True, slots=True)
class Options:
    """Beam width and longest translation in tokens; None is the model's own default."""

    beam_size: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says to one text; a non-empty `failure` is its reason for having no translation."""

    text: str
    score: float | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model can do."""

    name: str
    max_batch: int
    directions: Directions
    takes_beam_size: bool = False
    takes_max_length: bool = False

    def check(self, options: Options) -> None:
        """Raise InvalidInput when an option is given that the model does not take."""
        for name, given, taken in (
            ("beam_size", options.beam_size, self.takes_beam_size),
            ("max_length", options.max_length, self.takes_max_length),
        ):
            if given is not None and not taken:
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

    async def ready(self) -> bool:
        """Say whether a model is installed and loaded; never raises."""

    async def translate(
        self, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Answer]:
        """Translate at most `max_batch` texts of one direction; one answer each, in order."""


def model_not_installed() -> BackendUnavailable:
    """The error of everything that needs a model while there is none."""
    return BackendUnavailable(INSTALL_HINT, reason=MODEL_NOT_INSTALLED)
