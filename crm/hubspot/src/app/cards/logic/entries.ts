/** Next actions and risks, in the viewer's words. */
import type { Summary } from './document';
import type { CompanyValues } from './properties';
import { filled } from './words';
import { daysSince, type Wording } from './wording';

export interface Entry {
    key: string;
    text: string;
    /** Null where no severity is known. */
    severity: { word: string; tone: 'error' | 'warning' | 'info' } | null;
    when: string | null;
    late: boolean;
}

const TONES = { critical: 'error', warning: 'warning', info: 'info' } as const;

/** Return the open actions, most urgent first as they were written. */
export function actionsOf(
    values: CompanyValues,
    summary: Summary | null,
    wording: Wording,
    today: Date
): Entry[] {
    if (!summary) {
        const title = values.kam_next_action;
        return title
            ? [{ key: 'action', text: title, severity: null, ...due(values.kam_next_action_due, wording, today) }]
            : [];
    }
    return summary.actions.map((one, at) => {
        const known = wording.words.actionKinds[one.kind ?? ''];
        const written = at === 0 ? values.kam_next_action : null;
        return {
            key: `action-${one.id ?? at}`,
            text: known ? wording.sentence(known, one) : (written ?? wording.words.otherAction),
            severity: severityOf(one.severity, wording),
            ...due(one.due, wording, today)
        };
    });
}

/** Return the open signals, gravest first as they were written. */
export function risksOf(values: CompanyValues, summary: Summary | null, wording: Wording): Entry[] {
    const words = wording.words;
    if (!summary) {
        const text = values.kam_risk;
        return text ? [{ key: 'risk', text, severity: null, when: null, late: false }] : [];
    }
    return summary.signals.map((one, at) => ({
        key: `risk-${at}`,
        text: wording.sentence(words.signalKinds[one.kind] ?? words.otherSignal, one),
        severity: severityOf(one.severity, wording),
        when: one.on ? filled(words.since, { date: wording.date(one.on) }) : null,
        late: false
    }));
}

function due(day: string | null, wording: Wording, today: Date): Pick<Entry, 'when' | 'late'> {
    const late = (daysSince(day, today) ?? 0) > 0;
    const said = late ? wording.words.overdue : wording.words.due;
    return { when: day ? filled(said, { date: wording.date(day) }) : null, late };
}

function severityOf(severity: string, wording: Wording): Entry['severity'] {
    const known = severity in TONES ? (severity as keyof typeof TONES) : 'info';
    return { word: wording.words.severities[known] ?? known, tone: TONES[known] };
}
