"""The process that owns one espeak-ng library.

Started by workers.py by its path, without site packages: it imports the standard library only.

espeak-ng keeps its state in global variables: one process can speak one text at a time, and a crash in it takes the
process along. A process of its own keeps both away from the service.

Protocol, little-endian, over standard input and output:
    question:  <I length, then JSON {"voice", "text", "rate", "pitch", "max_audio_seconds", "seconds"}
    answer:    <IIII status, sample rate in Hz, number of marks, bytes of PCM; then per mark <Ii (character counted
               from 0, milliseconds); then the mono 16-bit PCM
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

_MAX_MEMORY = 1 << 30  # bytes of address space
_M_MMAP_THRESHOLD = -3  # malloc.h


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


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Espeak:
    """One initialised espeak-ng library."""

    def __init__(self, library: str, data: str) -> None:
        self._library = ctypes.CDLL(library)
        os.chdir(data)  # espeak-ng keeps 160 characters of the path to its data: from here one is enough
        self.sample_rate = int(
            self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, b".", _INITIALIZE_DONT_EXIT)
        )
        if self.sample_rate <= 0:
            raise RuntimeError("espeak-ng found no usable data")
        self._pcm = bytearray()
        self._marks: list[tuple[int, int]] = []
        self._max_bytes = 0
        self._callback = _CALLBACK(self._collect)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(
        self, voice: str, text: str, rate: int, pitch: int, max_audio_seconds: float
    ) -> tuple[int, list[tuple[int, int]], bytes]:
        """Speak one text; return its status, its marks and its PCM."""
        self._pcm, self._marks = bytearray(), []
        self._max_bytes = int(2 * self.sample_rate * max_audio_seconds)
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return UNKNOWN_VOICE, [], b""
        self._library.espeak_SetParameter(_RATE, rate, 0)
        self._library.espeak_SetParameter(_PITCH, pitch, 0)
        data = text.encode() + b"\0"
        failed = self._library.espeak_Synth(data, len(data), 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None)
        if len(self._pcm) > self._max_bytes:
            return TOO_LONG, [], b""
        # Minutes of sound are not kept until the next question.
        pcm, self._pcm = bytes(self._pcm), bytearray()
        return (FAILED, [], b"") if failed else (OK, self._marks, pcm)

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


def _answer(espeak: Espeak, question: dict[str, Any]) -> tuple[bytes, bytes, bytes]:
    # Should the service be gone or espeak-ng hang, the alarm's default action ends this process.
    signal.setitimer(signal.ITIMER_REAL, question.pop("seconds"))
    status, marks, pcm = espeak.speak(**question)
    signal.setitimer(signal.ITIMER_REAL, 0)
    head = struct.pack("<IIII", status, espeak.sample_rate, len(marks), len(pcm))
    return head, b"".join(struct.pack("<Ii", *mark) for mark in marks), pcm


def serve(espeak: Espeak, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer questions until the input ends."""
    while len(head := questions.read(4)) == 4:
        (length,) = struct.unpack("<I", head)
        answers.writelines(_answer(espeak, json.loads(questions.read(length))))
        answers.flush()


def _confine() -> None:
    """Take from this process what it does not need, and give freed memory back to the system.

    espeak-ng parses strangers' text in C: it shall write no file and not eat the machine's memory.
    """
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, _MAX_MEMORY),
    ):
        resource.setrlimit(limit, (value, value))
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc's
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def main() -> None:
    """Serve the library and data named on the command line."""
    _confine()
    # Ctrl-C reaches the whole group: the service decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    espeak = Espeak(sys.argv[1], sys.argv[2])
    answers = os.fdopen(os.dup(1), "wb")
    sys.stderr = os.fdopen(os.dup(2), "w")
    # What the library prints must get neither between the answers nor into the service's log.
    for number in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    serve(espeak, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
