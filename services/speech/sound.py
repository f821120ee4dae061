"""Where there is sound in PCM, and PCM as a WAV file."""

import struct

SILENCE = 20  # of 32768: below it nothing is heard
_FADED = 350  # below it only the echo of a voice is left: −39 dB
_FRAME = 0.01  # seconds looked at as one
_BYTES = 2  # a sample: 16 bits, one channel


class Sound:
    """A view of mono 16-bit PCM; positions are in samples."""

    def __init__(self, pcm: bytes, sample_rate: int) -> None:
        self._samples = memoryview(pcm).cast("h")
        self._rate = sample_rate
        self._frame = max(int(_FRAME * sample_rate), 1)

    @property
    def duration(self) -> float:
        """Seconds of sound."""
        return len(self._samples) / self._rate

    def begin(self, threshold: int) -> int:
        """Where the first frame begins that is louder than the threshold; the end when none is."""
        for start in range(0, len(self._samples), self._frame):
            if self._louder(start, start + self._frame, threshold):
                return start
        return len(self._samples)

    def end(self, first: int, last: int, threshold: int) -> int:
        """Where between two positions the last frame ends that is louder than the threshold; `first` when none is."""
        for end in range(last, first, -self._frame):
            if self._louder(max(end - self._frame, first), end, threshold):
                return end
        return first

    def heard_until(self, start: float, end: float) -> float:
        """The second, between two, after which only echo or silence follows."""
        return self.end(int(start * self._rate), int(end * self._rate), _FADED) / self._rate

    def _louder(self, start: int, end: int, threshold: int) -> bool:
        frame = self._samples[start:end]
        return len(frame) > 0 and (max(frame) > threshold or min(frame) < -threshold)


def wav(pcm: bytes, sample_rate: int) -> bytes:
    """A RIFF/WAVE file of mono 16-bit PCM (Microsoft Multimedia Programming Interface 1.0, format 1)."""
    form = struct.pack("<HHIIHH", 1, 1, sample_rate, _BYTES * sample_rate, _BYTES, 8 * _BYTES)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(pcm))
    return b"RIFF" + struct.pack("<I", len(chunks) + len(pcm)) + chunks + pcm
