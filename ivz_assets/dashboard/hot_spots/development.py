"""What became of a hot spot over the windows: new, persistent, diminishing, back, former. No maps, no tables."""

from __future__ import annotations

from collections.abc import Sequence

from scipy import stats

ONTWIKKELINGEN = {
    "nieuw": "heet, en in geen enkele eerdere periode",
    "aanhoudend": "heet, ook in de vorige periode",
    "afnemend": "heet, ook in de vorige periode, maar het aandeel van de buurt in het aantal van de regio daalde meer dan toeval",
    "terugkerend": "heet, niet in de vorige periode en wel in een eerdere",
    "voormalig": "niet heet, en in een eerdere periode wel",
    "geen": "niet heet, nu niet en eerder niet",
    "geen geschiedenis": "heet, maar over eerdere perioden is niets bekend",
}
"""Words with what each says; a period is judged by itself and those before it, never by later ones."""

CERTAINTY = 0.05
"""One-sided p below which a decline is more than chance."""


def declined(now: int, before: int, region_now: int, region_before: int) -> bool:
    """Whether the share of an area in the region's count fell by more than chance.

    Given both counts together, the newer one is binomial with the region's newer share (Przyborowski & Wilenski 1940); it
    fell when so few or fewer have a probability of at most ``CERTAINTY``. Counts that vary more than Poisson are called
    diminishing somewhat too often.
    """
    if before == 0 or region_now + region_before == 0:
        return False
    share = region_now / (region_now + region_before)
    return bool(stats.binom.cdf(now, now + before, share) <= CERTAINTY)


def developments(hot: Sequence[bool | None], fell: Sequence[bool]) -> list[str | None]:
    """Word of ``ONTWIKKELINGEN`` per window, oldest first; None where the window has no judgement.

    Args:
        hot: whether the area was a hot spot; None where nothing could be said.
        fell: whether its share had declined against the window before; read only where both were hot.
    """
    words: list[str | None] = []
    for place, now in enumerate(hot):
        earlier = [judged for judged in hot[:place] if judged is not None]
        if now is None:
            words.append(None)
        elif not now:
            words.append("voormalig" if any(earlier) else "geen")
        elif not earlier:
            words.append("geen geschiedenis")
        elif not any(earlier):
            words.append("nieuw")
        elif hot[place - 1]:
            words.append("afnemend" if fell[place] else "aanhoudend")
        else:
            words.append("terugkerend")
    return words
