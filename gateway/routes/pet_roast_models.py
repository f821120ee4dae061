"""The bodies of the pet-roast dialect, as its clients write and read them. Unknown fields are ignored, as ever."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=2000)]
LanguageName = Annotated[str, Field(max_length=32)]
Url = Annotated[str, Field(min_length=1, max_length=2048)]
JobId = Annotated[str, Field(min_length=1, max_length=64)]
Status = Literal["queued", "processing", "completed", "failed"]


class Body(BaseModel):
    """The base of all bodies."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    def as_json(self) -> dict[str, Any]:
        """All fields; of those that only some answers have, the ones that are there."""
        return self.model_dump()


class TranslateText(Body):
    """A text to translate."""

    text: Text = Field(examples=["The dog sleeps all day."])
    source_language: LanguageName = Field(
        default="auto",
        validation_alias=AliasChoices("source_language", "source_lang"),
        description="One of the 13 languages, or `auto`. `source_lang` is the same.",
    )
    target_language: Annotated[str, Field(min_length=1, max_length=32)] = Field(
        validation_alias=AliasChoices("target_language", "target_lang"),
        description="One of the 13 languages. `target_lang` is the same.",
    )
    task: Literal["translation"] = "translation"


class TranslatedText(Body):
    """A translated text."""

    translated_text: str
    source_language: str
    target_language: str
    task: Literal["translation"] = "translation"
    provider_metadata: dict[str, Any] = {}


class GenerateVideo(Body):
    """A video to make. The photo or clip comes as `image_url`, or in a form as the file `image` or `video`."""

    text: Text = Field(examples=["Roast my lazy dog who sleeps all day!"])
    image_url: Url | None = Field(
        default=None,
        description="Where the photo (JPEG, PNG, WebP) or clip (MP4, WebM, MOV) lies; the gateway fetches it.",
    )
    source_language: LanguageName | None = Field(
        default=None, validation_alias=AliasChoices("source_language", "source_lang")
    )
    target_language: LanguageName | None = Field(
        default=None, validation_alias=AliasChoices("target_language", "target_lang")
    )
    filter_id: Annotated[str, Field(max_length=64)] | None = None
    webhook_url: Annotated[str, Field(max_length=2048)] | None = None
    provider: Annotated[str, Field(max_length=32)] | None = None
    aspect: Literal["portrait", "landscape", "9:16", "16:9"] | None = None
    voice: Literal["female", "male", "F", "M"] | None = None


class Accepted(Body):
    """A queued video."""

    job_id: str
    status: Status = "queued"


class VideoStatus(Body):
    """Where a video stands."""

    job_id: str
    status: Status
    detail: str
    updated_at: str = Field(description="ISO 8601, UTC.")


class VideoOutcome(Body):
    """What became of a video."""

    job_id: str
    status: Status
    video_url: str | None
    detail: str
    provider_metadata: dict[str, Any] | None = Field(
        default=None, description="Where a translated narration comes from, and how far to trust it."
    )

    def as_json(self) -> dict[str, Any]:
        """See Body."""
        return self.model_dump(exclude={"provider_metadata"} if self.provider_metadata is None else None)


class FilterEntry(Body):
    """An overlay."""

    id: str
    name: str
    description: str


class FilterList(Body):
    """The overlays."""

    filters: list[FilterEntry]


class RevidReport(Body):
    """What an outside engine says about a job."""

    job_id: JobId
    status: Status
    video_url: Annotated[str, Field(max_length=2048)] | None = None


class Ok(Body):
    """Done."""

    status: Literal["ok"] = "ok"
