"""The process that owns one espeak-ng library. Started by workers.py by its path, so it imports the standard library only.

espeak-ng keeps its state in global variables: one process can speak one text at a time, and a crash in it takes the
process along. A process of its own keeps both away from the service.

Protocol, little-endian, over standard input and output:
    at start:  <I sample rate in Hz
    question:  <I length, then JSON {"voice", "text", "rate", "pitch", "max_samples", "seconds"}
    answer:    <III status, number of marks, bytes of PCM; then per mark <Ii (character counted from 0, milliseconds);
               then the mono 16-bit PCM
"""

import ctypes
import json
import os
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

OK, UNKNOWN_VOICE, TOO_LONG, FAILED = range(4)

# espeak-ng/speak_lib.h
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1  # neither espeakSSML nor espeakPHONEMES: `<…>` and `[[…]]` in the text stay plain characters
_POS_CHARACTER = 1
_EVENT_LIST_TERMINATED = 0
_EVENT_WORD = 1
_RATE, _PITCH = 1, 3  # espeak_PARAMETER


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    ]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """One initialised espeak-ng library."""

    def __init__(self, library: str, data: str) -> None:
        self._library = ctypes.CDLL(library)
        self.sample_rate = int(
            self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), _INITIALIZE_DONT_EXIT)
        )
        if self.sample_rate <= 0:
            raise RuntimeError("espeak-ng found no usable data")
        self._pcm = bytearray()
        self._marks: list[tuple[int, int]] = []
        self._max_bytes = 0
        self._callback = _CALLBACK(self._collect)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, voice: str, text: str, rate: int, pitch: int, max_samples: int) -> tuple[int, list[tuple[int, int]], bytes]:
        """Speak one text; return its status, its marks and its PCM."""
        self._pcm, self._marks, self._max_bytes = bytearray(), [], 2 * max_samples
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return UNKNOWN_VOICE, [], b""
        self._library.espeak_SetParameter(_RATE, rate, 0)
        self._library.espeak_SetParameter(_PITCH, pitch, 0)
        data = text.encode() + b"\0"
        failed = self._library.espeak_Synth(data, len(data), 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None)
        if len(self._pcm) > self._max_bytes:
            return TOO_LONG, [], b""
        return (FAILED, [], b"") if failed else (OK, self._marks, bytes(self._pcm))

    def _collect(self, samples: Any, count: int, events: Any) -> int:
        """Take one buffer of sound and its events; 1 tells espeak-ng to stop."""
        if samples and count > 0:
            self._pcm += ctypes.string_at(samples, 2 * count)
        index = 0
        while events[index].type != _EVENT_LIST_TERMINATED:
            event = events[index]
            if event.type == _EVENT_WORD:
                self._marks.append((max(event.text_position - 1, 0), event.audio_position))
            index += 1
        return 1 if len(self._pcm) > self._max_bytes else 0


def _answer(espeak: Espeak, question: dict[str, Any]) -> bytes:
    # Should the service be gone or espeak-ng hang, the alarm's default action ends this process.
    signal.setitimer(signal.ITIMER_REAL, question.pop("seconds"))
    status, marks, pcm = espeak.speak(**question)
    signal.setitimer(signal.ITIMER_REAL, 0)
    head = struct.pack("<III", status, len(marks), len(pcm))
    return head + b"".join(struct.pack("<Ii", *mark) for mark in marks) + pcm


def serve(espeak: Espeak, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer questions until the input ends."""
    answers.write(struct.pack("<I", espeak.sample_rate))
    answers.flush()
    while len(head := questions.read(4)) == 4:
        (length,) = struct.unpack("<I", head)
        answers.write(_answer(espeak, json.loads(questions.read(length))))
        answers.flush()


def main() -> None:
    """Serve the library and data named on the command line."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the service decides when to end
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints must not get between the answers
    serve(Espeak(sys.argv[1], sys.argv[2]), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
