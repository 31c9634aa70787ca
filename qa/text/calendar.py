"""Months, weekdays, clock times and stretches of time as they are written: the one place that knows them. Pure."""

MONTHS = tuple("January February March April May June July August September October November December".split())
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())

_SHORT_MONTHS = "jan feb mar apr - jun jul aug sept,sep oct nov dec".split()
_SHORT_WEEKDAYS = "mon tue,tues wed thu,thur,thurs fri sat sun".split()


def _forms(names: tuple[str, ...], short: list[str]) -> dict[str, int]:
    pairs = enumerate(zip(names, short, strict=True))
    return {
        form: place for place, (name, others) in pairs for form in (name.lower(), *others.split(",")) if form != "-"
    }


WEEKDAY_OF = _forms(WEEKDAYS, _SHORT_WEEKDAYS)
"""The index of a weekday by its names in small letters: `"tues"` → 1."""

MONTH_OF = {form: place + 1 for form, place in _forms(MONTHS, _SHORT_MONTHS).items()}
"""The number of a month by its names in small letters: `"sept"` → 9."""

MONTH = "|".join(MONTHS)
SHORT_MONTH = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
WEEKDAY = "|".join(WEEKDAYS)
CLOCK = r"\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b"
STRETCH = "second|minute|hour|day|night|week|weekend|month|year|decade|centur(?:y|ie)"
"""Parts of patterns: alternatives without a group around them, as they are written in an article."""
