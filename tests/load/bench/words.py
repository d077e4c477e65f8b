"""What the synthetic calls say: a vocabulary whose words occur as words of a language do (Zipf: the n-th most frequent
word 1/n times as often as the first), so that a search meets common, medium and rare words."""
import itertools
import json
import random

ONSETS = "b d f g h k l m n p r s t v z ch sh tr st kr".split()
VOWELS = "a e i o u".split()
ENDS = ["", "n", "r", "s", "l", "m"]
WORDS = 20_000
SEGMENTS = 6


def vocabulary():
    """WORDS different words, the shorter ones first, the same in every run."""
    syllables = [a + b + c for c in ENDS for a in ONSETS for b in VOWELS]
    words = [one + two for one, two in itertools.product(syllables[:300], syllables[:300])]
    random.Random(7).shuffle(words)
    seen = sorted(dict.fromkeys(words[: WORDS * 2]), key=len)[:WORDS]
    assert len(seen) == WORDS
    return seen


def cumulative():
    return list(itertools.accumulate(1.0 / rank for rank in range(1, WORDS + 1)))


def word_of_rank(rank):
    return vocabulary()[rank - 1]


class Speaker:
    """Transcripts of about `length` words, as COPY fields: (segments as JSON, text)."""

    def __init__(self, chance, length=50):
        self.chance, self.length = chance, length
        self.words, self.weights = vocabulary(), cumulative()

    def transcript(self, duration_ms):
        count = self.chance.randint(self.length - 15, self.length + 15)
        said = self.chance.choices(self.words, cum_weights=self.weights, k=count)
        piece, step = -(-count // SEGMENTS), duration_ms // SEGMENTS
        lines = [" ".join(said[at:at + piece]) for at in range(0, count, piece)]
        segments = [{"speaker": "customer" if n % 2 else "operator", "start_ms": n * step, "end_ms": (n + 1) * step - 100,
                     "text": line, "words": []} for n, line in enumerate(lines)]
        return json.dumps(segments, separators=(",", ":")), "\\n".join(lines)
