"""Plots as SVG, drawn by hand: four small pictures need no library and open offline. Pure."""

import html
import math
from collections.abc import Mapping, Sequence

from eval.stats import calibration_error, reliability, risk_coverage

WIDTH, HEIGHT = 340, 220
LEFT, BOTTOM, TOP, RIGHT = 44, 34, 12, 12

STYLE = (
    ".line{fill:none;stroke:#2563eb;stroke-width:2}.here{fill:#dc2626}.dot{fill:#2563eb;fill-opacity:.55}"
    ".faint,.grid{stroke:#9ca3af;stroke-width:.5}.axis{stroke:#6b7280}text{font:10px sans-serif;fill:#6b7280}"
)
"""What a picture outside a report is drawn in."""


def risk_plot(confidence: Sequence[float], right: Sequence[bool], here: tuple[float, float]) -> str:
    """Risk against coverage, and where this run stands on it."""
    curve = risk_coverage(confidence, right)
    area = sum(risk for _, risk in curve) / len(curve)
    points = " ".join(f"{_x(c):.1f},{_y(r):.1f}" for c, r in curve)
    mark = f'<circle class="here" cx="{_x(here[0]):.1f}" cy="{_y(here[1]):.1f}" r="4.5"/>'
    drawn = f'<polyline class="line" points="{points}"/>{mark}'
    return _plot(f"Risk and coverage (area {area:.3f})", "share answered", "share wrong", drawn)


def reliability_plot(confidence: Sequence[float], right: Sequence[bool]) -> str:
    """How often the surest are right: a point on the diagonal is honest."""
    dots = "".join(
        f'<circle class="dot" cx="{_x(c):.1f}" cy="{_y(r):.1f}" r="{3 + math.sqrt(n / len(right)) * 9:.1f}">'
        f"<title>{n} cases: confidence {c:.2f}, right {r:.2f}</title></circle>"
        for c, r, n in reliability(confidence, right)
    )
    diagonal = f'<line class="faint" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _plot("Reliability", "confidence", "share right", diagonal + dots)


def histogram(milliseconds: Sequence[float], bins: int = 24) -> str:
    """How long the answers took, on a scale of powers of ten."""
    logs = [math.log10(max(value, 0.1)) for value in milliseconds]
    low, high = math.floor(min(logs)), math.ceil(max(logs) + 1e-9)
    counts = [0] * bins
    for value in logs:
        counts[min(int((value - low) / max(high - low, 1) * bins), bins - 1)] += 1
    wide = (WIDTH - LEFT - RIGHT) / bins
    bars_ = "".join(
        f'<rect class="bar" x="{LEFT + n * wide + 0.5:.1f}" y="{_y(c / max(counts)):.1f}" width="{wide - 1:.1f}"'
        f' height="{_y(0) - _y(c / max(counts)):.1f}"/>'
        for n, c in enumerate(counts)
    )
    ticks = [(n / max(high - low, 1), f"{10 ** (low + n):g}") for n in range(high - low + 1)]
    return _plot("Latency", "milliseconds", f"questions (most {max(counts)})", bars_, ticks, [])


def bars(tags: Mapping[str, tuple[float | None, float | None, int]]) -> str:
    """For each tag the share of evidence cited, or for unanswerable ones the share refused."""
    rows = []
    for n, (tag, (recall, refused, count)) in enumerate(tags.items()):
        value = recall if recall is not None else refused
        y = 8 + n * 20
        label = html.escape(f"{tag[:22]} ({count})")
        rows.append(f'<text class="label" x="150" y="{y + 11}" text-anchor="end">{label}</text>')
        if value is not None:
            kind = "bar" if recall is not None else "bar refused"
            rows.append(f'<rect class="{kind}" x="158" y="{y}" width="{value * 130:.1f}" height="14"/>')
            rows.append(f'<text class="label" x="{162 + value * 130:.1f}" y="{y + 11}">{value:.2f}</text>')
    height = 16 + 20 * max(len(tags), 1)
    svg = f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{"".join(rows)}</svg>'
    return f"<figure><figcaption>By tag: evidence cited, or refused</figcaption>{svg}</figure>"


COLOURS = ("#2563eb", "#16a34a", "#dc2626", "#9333ea", "#d97706", "#0891b2")


def calibration_plot(sets: Mapping[str, Sequence[tuple[float, float, int]]]) -> str:
    """For each name how sure, how often right and how many, joined to a curve; and how far it is off on average."""
    drawn = [f'<line class="faint" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>']
    for row, (name, points) in enumerate(sets.items()):
        colour, count = COLOURS[row % len(COLOURS)], sum(n for _, _, n in points)
        line = " ".join(f"{_x(sure):.1f},{_y(right):.1f}" for sure, right, _ in points)
        drawn.append(f'<polyline points="{line}" style="fill:none;stroke:{colour};stroke-width:1.5"/>')
        drawn += [
            f'<circle cx="{_x(sure):.1f}" cy="{_y(right):.1f}" r="{2 + math.sqrt(n / count) * 8:.1f}"'
            f' style="fill:{colour};fill-opacity:.55"><title>{n}: {sure:.2f}, right {right:.2f}</title></circle>'
            for sure, right, n in points
        ]
        drawn.append(
            f'<text x="{LEFT + 10}" y="{TOP + 12 + 15 * row}" style="fill:{colour}">'
            f"{html.escape(f'{name[:24]} (off by {calibration_error(points):.2f})')}</text>"
        )
    return _plot("Reliability", "probability that it answers", "share that it answers", "".join(drawn))


def curves_plot(
    curves: Mapping[str, tuple[Sequence[tuple[float, float]], tuple[float, float], float]], across: str, up: str
) -> str:
    """A curve for each name, where it stands now, and the area under it."""
    drawn = []
    for row, (name, (points, here, area)) in enumerate(curves.items()):
        colour = COLOURS[row % len(COLOURS)]
        line = " ".join(f"{_x(a):.1f},{_y(b):.1f}" for a, b in points)
        drawn.append(
            f'<polyline points="{line}" style="fill:none;stroke:{colour};stroke-width:2"/>'
            f'<circle cx="{_x(here[0]):.1f}" cy="{_y(here[1]):.1f}" r="4" style="fill:{colour}"/>'
            f'<text x="{LEFT + 10}" y="{_y(0.06) - 15 * (len(curves) - 1 - row):.1f}" style="fill:{colour}">'
            f"{html.escape(f'{name[:24]} ({area:.2f})')}</text>"
        )
    return _plot("Curves", across, up, "".join(drawn))


def standing_alone(figure: str) -> str:
    """The picture of a figure as a file of its own, with its styles."""
    svg = figure[figure.index("<svg") : figure.index("</svg>") + 6]
    opened = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return opened.replace(">", f"><style>{STYLE}</style>", 1)


def _x(value: float) -> float:
    return LEFT + value * (WIDTH - LEFT - RIGHT)


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - value * (HEIGHT - BOTTOM - TOP)


_UNIT = [(0.0, "0"), (0.25, ".25"), (0.5, ".5"), (0.75, ".75"), (1.0, "1")]


def _plot(  # noqa: PLR0913, PLR0917 - the parts of a plot
    title: str,
    across: str,
    up: str,
    drawn: str,
    x_ticks: Sequence[tuple[float, str]] = _UNIT,
    y_ticks: Sequence[tuple[float, str]] = _UNIT,
) -> str:
    grid = "".join(
        f'<line class="grid" x1="{LEFT}" y1="{_y(v):.1f}" x2="{WIDTH - RIGHT}" y2="{_y(v):.1f}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{_y(v) + 4:.1f}" text-anchor="end">{label}</text>'
        for v, label in y_ticks
    )
    grid += "".join(
        f'<text class="tick" x="{_x(v):.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="middle">{label}</text>'
        for v, label in x_ticks
    )
    axes = (
        f'<line class="axis" x1="{LEFT}" y1="{_y(0)}" x2="{WIDTH - RIGHT}" y2="{_y(0)}"/>'
        f'<text class="tick" x="{_x(0.5)}" y="{HEIGHT - 4}" text-anchor="middle">{html.escape(across)}</text>'
        f'<text class="tick" transform="translate(11 {_y(0.5)}) rotate(-90)" text-anchor="middle">'
        f"{html.escape(up)}</text>"
    )
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{grid}{axes}{drawn}</svg>'
    return f"<figure><figcaption>{html.escape(title)}</figcaption>{svg}</figure>"
