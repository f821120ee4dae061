"""Between the messages of translator.proto and the domain."""

from collections.abc import Sequence

from meshkit.languages import LANGUAGES, Language, require_language
from services.translator.detection import Detected
from services.translator.directions import Network, Pair, serving
from services.translator.documents import DocumentPiece
from services.translator.glossary import Glossary, Term
from services.translator.texts import Failure, ModelCard, Options, Outcome, Translation
from services.translator.transliteration import Script, Transliteration, require_script
from sutradhar.common.v1 import common_pb2
from sutradhar.translator.v1 import translator_pb2 as pb

AUTO = "auto"


def to_source(name: str) -> Language | None:
    """The source language; None to detect it. Raises InvalidInput naming `source_language`."""
    return None if _is_auto(name) else require_language(name, "source_language")


def to_target(name: str) -> Language:
    """The target language. Raises InvalidInput naming `target_language`."""
    return require_language(name, "target_language")


def to_options(request: pb.TranslateRequest) -> Options:
    """The options of a request; what is not given is the model's own."""
    return Options(
        beam_size=request.beam_size if request.HasField("beam_size") else None,
        max_length=request.max_length if request.HasField("max_length") else None,
        native_digits=request.native_digits,
    )


def to_document_options(request: pb.TranslateDocumentRequest) -> Options:
    """The options of a document."""
    return Options(native_digits=request.native_digits)


def to_glossary(entries: Sequence[pb.GlossaryEntry]) -> Glossary:
    """The fixed translations. Raises InvalidInput naming `glossary[i].term`."""
    return Glossary([Term(entry.term, entry.translation, entry.match_case) for entry in entries])


def to_source_script(name: str) -> Script | None:
    """The script to transliterate from; None to detect it. Raises InvalidInput naming `source`."""
    return None if _is_auto(name) else require_script(name, "source")


def to_target_script(name: str) -> Script:
    """The script to transliterate into. Raises InvalidInput naming `target`."""
    return require_script(name, "target")


def from_outcome(outcome: Outcome) -> pb.TranslateResult:
    """A translation or an error."""
    if isinstance(outcome, Translation):
        translation = pb.Translation(
            text=outcome.text,
            source_language=outcome.source.code,
            target_language=outcome.target.code,
            score=outcome.score,
            cached=outcome.cached,
            confidence=outcome.trust.confidence,
            low_confidence=bool(outcome.trust.doubts),
            doubts=outcome.trust.doubts,
        )
        return pb.TranslateResult(translation=translation)
    return pb.TranslateResult(error=_error(outcome))


def from_outcomes(outcomes: Sequence[Outcome], card: ModelCard | None) -> pb.TranslateResponse:
    """All outcomes of a request, and the model that was needed for them."""
    results = [from_outcome(outcome) for outcome in outcomes]
    if not card:
        return pb.TranslateResponse(results=results)
    used = _networks(outcomes, card)
    return pb.TranslateResponse(
        results=results,
        model=", ".join(dict.fromkeys(each.name for each in used)) or card.name,
        engine=card.engine,
        quality=", ".join(dict.fromkeys(each.quality for each in used if each.quality)),
    )


def _networks(outcomes: Sequence[Outcome], card: ModelCard) -> list[Network]:
    """Those behind the model that had a part in these translations."""
    pairs = dict.fromkeys(
        (each.source, each.target)
        for each in outcomes
        if isinstance(each, Translation) and each.source != each.target
    )
    return [network for pair in pairs for network in serving(card.networks, *pair)]


def from_transliterations(outcomes: Sequence[Transliteration | Failure]) -> pb.TransliterateResponse:
    """All outcomes of a request."""
    return pb.TransliterateResponse(results=[_transliterated(outcome) for outcome in outcomes])


def from_piece(piece: DocumentPiece) -> pb.TranslateDocumentResponse:
    """One piece of a document."""
    return pb.TranslateDocumentResponse(
        index=piece.index, source=piece.source, result=from_outcome(piece.outcome), total=piece.total
    )


def from_detected(found: Sequence[Detected]) -> pb.DetectLanguageResponse:
    """The languages that were detected."""
    results = [
        pb.DetectedLanguage(
            language=each.language.code if each.language else "",
            script=each.script,
            confidence=each.confidence,
            romanised=each.romanised,
        )
        for each in found
    ]
    return pb.DetectLanguageResponse(results=results)


def from_directions(directions: Sequence[Pair], hint: str) -> pb.ListLanguagesResponse:
    """The 13 languages, the directions and the hint."""
    pairs = [
        pb.Direction(source_language=source.code, target_language=target.code)
        for source, target in directions
    ]
    return pb.ListLanguagesResponse(
        languages=[_language(language) for language in LANGUAGES], directions=pairs, hint=hint
    )


def _language(language: Language) -> pb.Language:
    return pb.Language(
        code=language.code,
        iso639_3=language.iso639_3,
        tag=language.tag,
        english_name=language.english_name,
        native_name=language.native_name,
        script=language.script,
        right_to_left=language.right_to_left,
    )


def _transliterated(outcome: Transliteration | Failure) -> pb.TransliterateResult:
    if isinstance(outcome, Failure):
        return pb.TransliterateResult(error=_error(outcome))
    written = pb.Transliteration(
        text=outcome.text, source_script=outcome.source, target_script=outcome.target
    )
    return pb.TransliterateResult(transliteration=written)


def _error(failure: Failure) -> common_pb2.ItemError:
    return common_pb2.ItemError(reason=failure.reason, message=failure.message, field=failure.field)


def _is_auto(name: str) -> bool:
    return name.strip().lower() in ("", AUTO)
