"""How much of request bodies the process may hold at once."""

from meshkit.errors import Overloaded

# More than one photo takes, base64 included. What is larger is copied a few times on its way through the mesh.
LARGE_BYTES = 16 * 1024 * 1024


class ByteBudget:
    """Counts the bytes that requests hold, and the large requests among them.

    Taking beyond `total` bytes or beyond `large` large requests is refused: many uploads cannot exhaust memory.
    """

    def __init__(self, total: int, large: int) -> None:
        self._total = total
        self._most_large = large
        self.held = 0
        self.large = 0

    def take(self, count: int, before: int) -> None:
        """Counts bytes in, of a request that holds `before`. Raises Overloaded when they would not fit."""
        grows = before <= LARGE_BYTES < before + count
        if self.held + count > self._total:
            raise Overloaded("Too much is being uploaded right now.", retry_after=2, reason="UPLOADS_FULL")
        if grows and self.large >= self._most_large:
            raise Overloaded(
                "Too many large files are being worked on right now.", retry_after=5, reason="UPLOADS_FULL"
            )
        self.held += count
        self.large += grows

    def give_back(self, held: int) -> None:
        """Counts out all bytes that a request holds."""
        self.held -= held
        self.large -= held > LARGE_BYTES
