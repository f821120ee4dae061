"""Writes the pages as ASS: each line placed by us, the spoken word in gold, each run in its own font."""

from collections.abc import Iterable, Iterator, Sequence

from services.video.studio.fonts import Font
from services.video.studio.pages import Page, Word, lay_out
from services.video.studio.spec import Aspect, Cue

# An em in pixels, the middle of the text in heights of the frame, the room at each side in widths.
_EM = {Aspect.PORTRAIT: 80, Aspect.LANDSCAPE: 50}
_MIDDLE = {Aspect.PORTRAIT: 0.765, Aspect.LANDSCAPE: 0.83}
_MARGIN = {Aspect.PORTRAIT: 0.07, Aspect.LANDSCAPE: 0.09}
# Scripts with marks above and below need more room between lines.
_LEADING = 1.42
_PLAIN, _SPOKEN = "&HFFFFFF&", "&H3FD0FF&"
_SPACE = " "

_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Voice,{family},{size},&H00FFFFFF,&H00FFFFFF,&H00000000,&H64000000,-1,0,0,0,100,100,0,0,1,{outline},\
{shadow},5,0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def write_subtitles(
    cues: Iterable[Cue], fonts: Sequence[Font], aspect: Aspect, shown: float, lead_in: float
) -> tuple[str, tuple[Font, ...]]:
    """The ASS script, and the fonts it names. Text is shown until `shown`, in seconds of the narration.

    `lead_in` is the silence before the narration, in seconds.
    """
    width, height = aspect.size
    em = _EM[aspect]
    room = width * (1 - 2 * _MARGIN[aspect]) / em
    pages = lay_out(cues, fonts, room, shown)
    head = _HEAD.format(
        width=width, height=height, family=fonts[0].family, size=round(em * fonts[0].size_per_em, 2),
        outline=round(em * 0.075, 1), shadow=round(em * 0.04, 1),
    )  # fmt: skip
    events = "".join(event for page in pages for event in _events(page, aspect, lead_in))
    used = {
        id(run.font): run.font for page in pages for line in page.lines for word in line for run in word.runs
    }
    return head + events, tuple(used.values())


def _events(page: Page, aspect: Aspect, lead_in: float) -> Iterator[str]:
    width, height = aspect.size
    leading = _EM[aspect] * _LEADING
    middle = height * _MIDDLE[aspect]
    for start, end, spoken in page.moments():
        for number, line in enumerate(page.lines):
            y = middle + (number - (len(page.lines) - 1) / 2) * leading
            times = f"{_clock(start + lead_in)},{_clock(end + lead_in)}"
            place = f"{{\\an5\\pos({width // 2},{y:.0f})}}"
            yield f"Dialogue: 0,{times},Voice,,0,0,0,,{place}{_line(line, spoken, _EM[aspect])}\n"


def _line(line: Sequence[Word], spoken: int | None, em: float) -> str:
    return _SPACE.join(_word(word, word.cue == spoken, em) for word in line)


def _word(word: Word, spoken: bool, em: float) -> str:
    """The runs of a word, each with its font; sizes differ so that their ems are the same."""
    paint = _SPOKEN if spoken else _PLAIN
    return "".join(
        f"{{\\1c{paint}\\fn{run.font.family}\\fs{em * run.font.size_per_em:.2f}}}{escape(run.text)}"
        for run in word.runs
    )


def escape(text: str) -> str:
    """Text that ASS shows as it is: braces open no override, a backslash starts no code, no line ends early.

    libass knows no escape for a backslash, so a word joiner follows it, which keeps it from being read with
    the next letter; line breaks are gone before (split_words).
    """
    return text.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")


def _clock(seconds: float) -> str:
    hundredths = max(0, round(seconds * 100))
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest // 100:02d}.{rest % 100:02d}"
