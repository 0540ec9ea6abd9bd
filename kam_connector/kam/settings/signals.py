"""When something is worth a person's attention: every number of the signals, with its reason."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SignalSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSettings:
    """When something is worth a person's attention."""

    threads_below: float = 1.5
    """Effective threads under this: single-threaded (one thread = high risk, sources 1)."""
    silence_slack: float = 1.5
    """Contact is late at 1.5 times its usual gap. Our choice: one and a half rhythms."""
    least_silence_days: int = 30
    """Never call silence earlier: champion silent 30+ days (Breadbox, sources 1)."""
    least_contacts: int = 3
    """Two-way contacts needed before anybody has a rhythm. Our choice: two gaps."""
    drop_share: float = 0.35
    """Strength this share below the prediction: PILLAR's worst engagement decay (sources 3)."""
    drop_points: float = 10.0
    """And by at least half a band (bands are 20 wide, sources 1), so that dust is no signal."""
    drop_window_days: int = 120
    """The past this old is taken as it was. Our choice: two long half-lives."""
    newcomer_days: int = 90
    """A decision-maker counts as new this long. Our choice: one quarter."""
    departure_days: int = 180
    """How long a departure stays news. Our choice: as long as the seat counts empty."""
    renewal_steps_days: tuple[int, ...] = (180, 120, 90, 60, 30)
    """Renewal window steps (sources 5)."""
    renewal_close_days: int = 90
    """People changes this near a renewal are critical: the window in which a missing sponsor
    caps the verdict too (sources 3)."""
    stalled_days: int = 90
    """No stage change for a quarter. Our choice."""
    overdue_days: int = 14
    """An open opportunity this long past its closing date is stalled too. Our choice."""
    plan_stale_days: int = 180
    """A plan not touched for half a year is stale. Our choice: two review rounds."""
    plan_grace_days: int = 30
    """A newly chosen account may be without a plan this long. Our choice."""
    reorganisation_people: int = 5
    reorganisation_days: int = 7
    """Five people changes in seven days are one signal (our choice)."""
    headline_days: int = 90
    """How long news from outside stays news. Our choice: one quarter, as for newcomers."""
    chatter_days: int = 30
    """Lesser news (announcements, interest shown) fades in a month. Our choice."""
    intent_loud: int = 3
    """So many signs of interest within a month are a warning. Our choice: that is a pattern."""
    title_days: int = 90
    """A changed title is news for a quarter. Our choice, as for newcomers."""
    major_priorities: tuple[str, ...] = ("critical", "urgent", "highest", "blocker", "p0", "p1")
    """Priorities that make a request a major incident at once: HubSpot's highest is URGENT."""
    high_priorities: tuple[str, ...] = ("high", "p2")
    high_after_days: int = 3
    """"High" becomes major when still open after three days: it is Salesforce's highest, and
    used for much that is solved the same day. Our choice."""
    incident_long_days: int = 7
    """A major incident open for a week is critical. Our choice."""
    tender_steps_days: tuple[int, ...] = (180, 90, 30)
    """Steps before a periodic tender is expected. Our choice: as for renewals, fewer."""
    tender_close_days: int = 14
    """An answer due within two weeks is critical. Our choice."""
    competitor_steps_days: tuple[int, ...] = (180, 90)
    """Steps before a competitor's contract ends. Our choice: half a year to be heard."""
    moment_slack_days: int = 7
    """A planned meeting is overdue a week after its day. Our choice: weeks move."""
    moment_forgotten_days: int = 180
    """After half a year an unheld meeting is no longer missed, it is forgotten. Our choice."""
    rhythm_slack_days: int = 30
    """A review, committee or yearly planning is told when it lapsed by a month: of quarterly
    reviews, a quarter and a month after the last. Our choice."""
    executive_slack: float = 1.25
    """Executives meet late at 1.25 times the agreed rhythm. Our choice: half a year may slip six
    weeks."""
    executive_renewal_days: int = 120
    """In the third of a year before a renewal the executives should have met. Our choice."""
    anniversaries: tuple[int, ...] = (1, 3, 5, 10, 15, 20, 25, 30)
    """Years worth a word. Our choice."""
    action_slack_days: int = 7
    """An action is overdue a week after its day. Our choice: the task list says it before."""
    action_loud: int = 3
    """So many overdue actions are a warning. Our choice."""
    wallet_points: int = 5
    """Share of wallet this many points below the year before. Our choice: beyond rounding and
    late invoices."""
    margin_points: int = 5
    """Margin of three months this many points below that of the year before. Our choice: as
    share of wallet."""
    nps_points: int = 20
    nps_least_answers: int = 5
    nps_window_days: int = 180
    """NPS this far below the half year before, with five answers on both sides. Our choice: one
    changed answer of five moves it by 20."""
    gap_points: float = 20.0
    """Declared and observed are one band apart (bands are 20 wide, sources 1)."""
    trend_period_days: int = 60
    trend_falls: int = 3
    """Three falling periods of two months: half a year of drift. Our choice: shorter periods
    count holidays."""
    trend_share: float = 0.3
    """A reading fell by at least this share from first to last period. Our choice: less than
    what alarms alone, more than chance."""
    trend_readings: int = 3
    trend_readings_consolidation: int = 2
    """Readings that must fall together; in consolidation two suffice, for there the work is to
    see drift early (S2.09)."""
    shadow: tuple[str, ...] = ("weak_signal",)
    """Rules on trial: kept, shown to nobody. The newest rule starts here."""
    off: tuple[str, ...] = ()
    """Kinds nobody wants."""
    on: tuple[str, ...] = ()
    """Kinds told although the programme's method leaves them out."""
    trial_days: int = 7
    """A rule is judged after a week in shadow (PILLAR, sources 5)."""
    trial_rate: float = 0.2
    """At most one finding a week for every five accounts, else a rule on trial is too loud.
    Our choice: a key account manager has about that many."""
    remembered_days: int = 90
    """An ended finding is remembered a quarter, so that it does not come back as new."""
