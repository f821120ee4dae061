"""services/video/media.py: timings and subtitles as files."""

from services.video.media import TimedText, Timings, timings_from_json, timings_to_json, web_vtt

TIMINGS = Timings(3671.5, (TimedText("कुत्ता ", 0, 0.5),), (TimedText("a <b> & c\n\n", 3600.25, 3671.4996),))


def test_timings_come_back() -> None:
    """A file holds what was written."""
    assert TIMINGS == timings_from_json(timings_to_json(TIMINGS))


def test_subtitles_are_web_vtt() -> None:
    """Times are padded, markup is escaped, a line break ends no cue, an empty piece makes none."""
    expected = "WEBVTT\n\n01:00:00.250 --> 01:01:11.500\na &lt;b&gt; &amp; c\n"

    assert expected == web_vtt((*TIMINGS.phrases, TimedText("  ", 1, 2)))
