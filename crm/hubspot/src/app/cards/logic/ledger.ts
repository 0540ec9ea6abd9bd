/** Why the verdict is what it is: points of each part, what is unknown, what changed. */
import type { Detail, Line, Summary } from './document';
import { filled } from './words';
import type { Wording } from './wording';

export interface LedgerRow {
    key: string;
    label: string;
    points: string;
    /** What is filled of the bar, and the whole of it. */
    value: number;
    most: number;
    limits: boolean;
}

export interface LedgerView {
    title: string;
    /** Empty where there is no verdict to explain. */
    rows: LedgerRow[];
    total: string | null;
    /** Why the sum is not quite the number shown: that one moves in steps. */
    step: string | null;
    unknown: string[];
    changed: string | null;
    changes: string[];
    reply: string | null;
}

/** Return the reasons; below half of the weight known, only what is missing. */
export function ledgerOf(detail: Detail, summary: Summary, wording: Wording): LedgerView {
    const words = wording.words;
    const scored = summary.band !== 'insufficient_data' && detail.ledger.length > 0;
    const total = detail.ledger.reduce((sum, one) => sum + one.points, 0);
    const { reply } = detail;
    return {
        title: scored ? words.why : words.whyUnknown,
        rows: scored ? detail.ledger.map((line) => rowOf(line, wording)) : [],
        total: scored ? wording.number(total) : null,
        step: scored && isElsewhere(total, summary.health) ? words.stepNote : null,
        unknown: detail.unknown.map((key) => label(key, wording)),
        changed: scored && detail.changes.length ? changedWords(detail, wording) : null,
        changes: scored ? detail.changes.map((one) => changeWords(one, wording)) : [],
        reply:
            scored && reply && reply.points !== null
                ? wording.sentence(
                      filled(words.reply, { points: wording.signed(reply.points) }),
                      reply
                  )
                : null
    };
}

/** Whether two numbers differ to a reader, who sees whole points. */
const isElsewhere = (total: number, shown: number | null) =>
    shown !== null && Math.round(total) !== Math.round(shown);

function label(key: string, wording: Wording): string {
    return wording.words.families[key] ?? key.replace(/^.*\./, '').replaceAll('_', ' ');
}

function rowOf(line: Line, wording: Wording): LedgerRow {
    const limits = line.points < 0;
    const most = limits ? 100 : line.most || 100;
    return {
        key: line.key,
        label: label(line.key, wording),
        points: pointsWords(line, wording),
        value: Math.min(most, Math.abs(line.points)),
        most,
        limits
    };
}

function pointsWords(line: Line, wording: Wording): string {
    if (line.points < 0) {
        return wording.signed(line.points);
    }
    const points = wording.number(line.points);
    return line.most
        ? filled(wording.words.ledgerRow, { points, most: wording.number(line.most) })
        : points;
}

function changeWords(line: Line, wording: Wording): string {
    return `${label(line.key, wording)} ${wording.signed(line.points)}`;
}

function changedWords(detail: Detail, wording: Wording): string {
    const words = wording.words;
    if (detail.before === null || !detail.beforeAsOf) {
        return words.changed;
    }
    const before = wording.number(detail.before);
    const since = filled(words.before, { before, date: wording.date(detail.beforeAsOf) });
    return `${words.changed} (${since})`;
}
