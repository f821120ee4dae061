"""The checks that a new video must pass before there is a job: nothing is kept of what is refused."""

from dataclasses import dataclass, field
from typing import Protocol

from meshkit.clips import require_clip
from meshkit.errors import BackendUnavailable, InvalidInput, white_space_only
from meshkit.images import inspect_image
from meshkit.languages import find_language, not_in_its_script, require_language
from meshkit.limits import ConcurrencyLimiter
from services.video import metrics
from services.video.engine import require_filter, require_provider
from services.video.jobs import Pet, VideoOptions
from services.video.stills import Still

AUTO = "auto"
NO_PETS_MESSAGE = (
    "No pets found in the uploaded image. Please upload an image or video containing pets "
    "(dogs, cats, birds, etc.) to generate a roast video."
)
EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp"}


@dataclass(frozen=True)
class NewVideo:
    """What a caller asks for, with a photo (an encoded picture) or a clip (an MP4, WebM or MOV file)."""

    options: VideoOptions
    photo: bytes = b""
    clip: bytes = b""
    webhook_url: str = ""
    request_id: str = ""
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The field that the pet is looked for in."""
        return "clip" if self.clip else "image"


@dataclass(frozen=True)
class Admitted:
    """What the checks found: languages in ISO 639-1, the photo that the video shows, its kind and its pets.

    `detail` says where the pet was seen.
    """

    source_language: str
    narration_language: str
    photo: bytes
    pets: tuple[Pet, ...]
    extension: str
    content_type: str
    detail: str


@dataclass(frozen=True)
class Recognised:
    """A text's language (ISO 639-1, or empty) and script (ISO 15924).

    `is_romanised` says that the language is an Indian one in Latin letters, which no model translates.
    """

    language: str
    script: str
    is_romanised: bool = False


class PetFinder(Protocol):
    """Finds pets in photos and clips."""

    async def pets(self, photo: bytes) -> tuple[Pet, ...]:
        """Return the pets in a photo, the most confident first."""

    async def still(self, clip: bytes) -> Still | None:
        """Return the frame of a clip that shows a pet best, or None; errors name `clip`."""


class Linguist(Protocol):
    """Knows languages."""

    async def recognise(self, text: str) -> Recognised:
        """Tell a text's language; raises BackendUnavailable when nobody can."""

    async def require_direction(self, source: str, target: str) -> None:
        """Raise BackendUnavailable when the direction can't be translated."""


class AddressCheck(Protocol):
    """Knows which addresses may be called."""

    def check(self, url: str, *, field: str) -> object:
        """Raise InvalidInput that names `field` for an address that may not."""


class Admission:
    """Decides whether a video can be made."""

    def __init__(
        self,
        pets: PetFinder,
        languages: Linguist,
        addresses: AddressCheck,
        clips: ConcurrencyLimiter,
        *,
        webhooks: bool,
    ) -> None:
        self._pets = pets
        self._clips = clips
        self._languages = languages
        self._addresses = addresses
        self._webhooks = webhooks

    async def admit(self, new: NewVideo) -> Admitted:
        """Check everything, the cheap things first.

        Raises InvalidInput (the field says what; NO_PETS_DETECTED for a photo or clip without a pet; of the text
        EMPTY_TEXT, LANGUAGE_NOT_RECOGNISED, or ROMANISED_TEXT where it is to be translated), PayloadTooLarge
        and UnsupportedMedia for one that can't be used, Overloaded while too many clips are looked at,
        BackendUnavailable when a service is away or no model translates the direction (MODEL_NOT_INSTALLED).
        """
        if not new.clip:
            return await self._admit(new)
        async with self._clips.slot():
            return await self._admit(new)

    async def _admit(self, new: NewVideo) -> Admitted:
        options = new.options
        if not options.text.strip():
            raise white_space_only("options.text")
        require_filter(options.filter_id)
        require_provider(options.provider)
        self.check_webhook(new.webhook_url)
        _check_file(new)
        source, target = await self._direction(options)
        photo, pets, detail = await self._look(new)
        metrics.ADMISSIONS.labels("pet" if pets else "no_pet").inc()
        if not pets:
            raise InvalidInput(NO_PETS_MESSAGE, field=new.source, reason="NO_PETS_DETECTED")
        image = inspect_image(photo, field=new.source)
        return Admitted(source, target, photo, pets, EXTENSIONS[image.format], image.content_type, detail)

    async def _look(self, new: NewVideo) -> tuple[bytes, tuple[Pet, ...], str]:
        """The photo that the video shows, its pets, and a sentence; of a clip it is one frame."""
        if not new.clip:
            return new.photo, await self._pets.pets(new.photo), "The photo shows a pet."
        still = await self._pets.still(new.clip)
        if still is None:
            return b"", (), ""
        return still.photo, still.pets, f"The clip shows a pet at {still.seconds:.1f} s."

    def check_webhook(self, url: str) -> None:
        """Refuse an address that could never be called; an empty one is fine.

        A name is looked up when the webhook is sent, when its address must be public too.
        """
        if not url:
            return
        if not self._webhooks:
            raise BackendUnavailable(
                "Webhooks need the setting REVID_WEBHOOK_SECRET.", reason="WEBHOOKS_NOT_CONFIGURED"
            )
        self._addresses.check(url, field="webhook_url")

    def check_result(self, uri: str) -> None:
        """Refuse the address of a finished video that could not be opened; raises InvalidInput."""
        self._addresses.check(uri, field="video_uri")

    async def _direction(self, options: VideoOptions) -> tuple[str, str]:
        given, wanted = options.source_language.strip(), options.target_language.strip()
        target = require_language(wanted, "options.target_language").code if wanted else ""
        named = "" if given.lower() in {"", AUTO} else require_language(given, "options.source_language").code
        if named and target in {"", named}:
            return named, named
        found = await self._languages.recognise(options.text)
        if target and found.is_romanised and named != "en":
            raise InvalidInput(
                not_in_its_script(find_language(found.language)),
                field="options.text",
                reason="ROMANISED_TEXT",
            )
        source = named or _language_of(options.text, found)
        if target in {"", source}:
            return source, source
        await self._languages.require_direction(source, target)
        return source, target


def _language_of(text: str, found: Recognised) -> str:
    """The text's language; Latin letters that no voice but the English one reads, and bare digits, are English."""
    if found.language and not found.is_romanised:
        return found.language
    digits = any(each.isdigit() for each in text) and not any(each.isalpha() for each in text)
    if found.script == "Latn" or digits:
        return "en"
    raise InvalidInput(
        "The language of the text was not recognised: name it in source_language.",
        field="options.text",
        reason="LANGUAGE_NOT_RECOGNISED",
    )


def _check_file(new: NewVideo) -> None:
    """Refuse by the first bytes what no decoder needs to see."""
    if new.clip:
        require_clip(new.clip, field="clip")
    else:
        inspect_image(new.photo, field="image")
