"""Large blocks of memory go back to the system as soon as they are freed."""

import ctypes

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_BYTES = 4 << 20


def return_large_blocks() -> None:
    """Let every block of 4 MiB and more be a mapping of its own.

    glibc raises that limit by itself up to 32 MiB, and what was freed below it stays with the process: after some
    pictures of 40 megapixels it would hold 500 MB for good. C libraries without mallopt are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _BYTES)
