/** What the company's card shows, decided from values alone: no clock, no hook, no component. */
import type { Cap, Detail, Problem, Summary } from './document';
import { number } from './document';
import { actionsOf, type Entry, risksOf } from './entries';
import { ledgerOf, type LedgerView } from './ledger';
import { peopleOf, type PersonEntry } from './people';
import type { CompanyValues } from './properties';
import { filled } from './words';
import { daysSince, type Wording } from './wording';

/** Values are confirmed at least weekly; one more day may pass before a night has run. */
const STALE_AFTER_DAYS = 8;

const STAGES = ['identified', 'access', 'dialogue', 'supports'];

export interface Verdict {
    band: string;
    tone: 'success' | 'warning' | 'danger' | 'default';
    /** Null where less than half of the weight is known. */
    score: string | null;
}

export interface GoalEntry {
    key: string;
    role: string;
    dots: string;
    note: string;
}

export interface View {
    verdict: Verdict;
    facts: Array<{ key: string; label: string; value: string }>;
    asOf: string;
    stale: string | null;
    notice: string | null;
    caps: string[];
    actions: Entry[];
    risks: Entry[];
    ledger: LedgerView | null;
    people: PersonEntry[] | null;
    goals: GoalEntry[];
    data: string[];
    planUrl: string | null;
}

export interface Given {
    values: CompanyValues;
    summary: Summary | null;
    problem: Problem | null;
    wording: Wording;
    /** The viewer's today. */
    today: Date;
}

const TONES: Readonly<Record<string, Verdict['tone']>> = {
    green: 'success',
    amber: 'warning',
    red: 'danger'
};

/** Return what to show of a company whose KAM values can be read. */
export function viewOf({ values, summary, problem, wording, today }: Given): View {
    const detail = summary?.detail ?? null;
    return {
        verdict: verdictOf(values, summary, wording),
        facts: factsOf(values, summary, wording),
        asOf: asOfWords(values, detail, wording),
        stale: staleOf(values, wording, today),
        notice: noticeOf(values, summary, problem, wording),
        caps: summary ? capsOf(summary, wording) : [],
        actions: actionsOf(values, summary, wording, today),
        risks: risksOf(values, summary, wording),
        ledger: summary && detail ? ledgerOf(detail, summary, wording) : null,
        people: detail ? peopleOf(detail, wording) : null,
        goals: detail ? goalsOf(detail, wording) : [],
        data: summary ? dataOf(summary, wording) : [],
        planUrl: safeUrl(values.kam_plan_url)
    };
}

function verdictOf(values: CompanyValues, summary: Summary | null, wording: Wording): Verdict {
    const band = values.kam_health_band ?? summary?.band ?? 'insufficient_data';
    const score = number(values.kam_health) ?? summary?.health ?? null;
    const isScored = band !== 'insufficient_data' && score !== null;
    return {
        band: wording.words.band[band] ?? band,
        tone: TONES[band] ?? 'default',
        score: isScored ? wording.number(Math.round(score)) : null
    };
}

function factsOf(values: CompanyValues, summary: Summary | null, wording: Wording): View['facts'] {
    const words = wording.words;
    const phase = values.kam_phase?.toLowerCase() ?? summary?.phase ?? null;
    const relationship = number(values.kam_relationship) ?? summary?.relationship ?? null;
    const coverage = number(values.kam_coverage) ?? summary?.coverage ?? null;
    const review = values.kam_next_review;
    const risk = number(values.kam_renewal_risk);
    const complete = number(values.kam_plan_completeness);
    const nps = number(values.kam_nps);
    const facts: Array<[string, string, string | null]> = [
        ['phase', words.phase, phase && (words.phases[phase] ?? values.kam_phase ?? phase)],
        ['tier', words.tier, values.kam_tier],
        [
            'relationship',
            words.relationship,
            relationship === null ? null : `${wording.number(Math.round(relationship))} / 100`
        ],
        ['coverage', words.coverage, coverage === null ? null : wording.share(coverage / 100)],
        ['review', words.nextReview, review && wording.date(review)],
        ['renewalRisk', words.renewalRisk, risk === null ? null : `${wording.number(risk)} / 100`],
        ['completeness', words.planCompleteness, complete === null ? null : wording.share(complete / 100)],
        ['nps', words.nps, nps === null ? null : wording.signed(nps)]
    ];
    return facts.flatMap(([key, label, value]) => (value ? [{ key, label, value }] : []));
}

function noticeOf(
    values: CompanyValues,
    summary: Summary | null,
    problem: Problem | null,
    wording: Wording
): string | null {
    const words = wording.words;
    if (problem) {
        return words[problem];
    }
    if (!values.kam_summary_json) {
        return words.noDetails;
    }
    return summary?.detail ? null : words.noDetail;
}

function staleOf(values: CompanyValues, wording: Wording, today: Date): string | null {
    const days = daysSince(values.kam_as_of, today);
    if (days === null || days <= STALE_AFTER_DAYS) {
        return null;
    }
    return filled(wording.words.stale, { date: wording.date(values.kam_as_of), days });
}

/** Return the limits in the viewer's language; as written where one of them is unknown here. */
function capsOf(summary: Summary, wording: Wording): string[] {
    const known = summary.capFacts.filter((cap) => wording.words.caps[cap.key]);
    return known.length && known.length === summary.capFacts.length
        ? known.map((cap) => capWords(cap, wording))
        : summary.caps;
}

function capWords(cap: Cap, wording: Wording): string {
    const words = wording.words;
    const dated = cap.on && filled(words.caps[cap.key] ?? '', { on: wording.date(cap.on) });
    const renewal = cap.renewal
        ? filled(words.capRenewal, { renewal: wording.date(cap.renewal) })
        : '';
    return `${dated || words.capsUndated[cap.key]}${renewal}.`;
}

function goalsOf(detail: Detail, wording: Wording): GoalEntry[] {
    const words = wording.words;
    return detail.goals.map((goal, at) => {
        const reached = STAGES.indexOf(goal.stage) + 1;
        const stage = words.stages[goal.stage] ?? goal.stage;
        return {
            key: `goal-${at}`,
            role: words.roles[goal.role] ?? goal.role,
            dots: '●'.repeat(reached) + '○'.repeat(STAGES.length - reached),
            note: [stage, wording.nameOf(goal.contact)].filter(Boolean).join(' · ')
        };
    });
}

function dataOf(summary: Summary, wording: Wording): string[] {
    const words = wording.words;
    const { known, activityKnown } = summary;
    return [
        known === null ? null : filled(words.known, { share: wording.share(known) }),
        activityKnown === null
            ? null
            : filled(words.activityKnown, { share: wording.share(activityKnown) }),
        activityKnown !== null && activityKnown < 0.5 ? words.noSilence : null
    ].filter((one) => one !== null);
}

function asOfWords(values: CompanyValues, detail: Detail | null, wording: Wording): string {
    const words = wording.words;
    const day = values.kam_as_of ?? detail?.asOf ?? null;
    const said = day ? filled(words.asOf, { date: wording.date(day) }) : words.noDate;
    const reasons = detail?.asOf ?? null;
    return reasons && wording.date(reasons) !== wording.date(day)
        ? `${said} · ${filled(words.detailAsOf, { date: wording.date(reasons) })}`
        : said;
}

/** A link opens only a web page: nothing else that a property may hold. */
function safeUrl(text: string | null): string | null {
    return text && /^https?:\/\//i.test(text) ? text : null;
}
