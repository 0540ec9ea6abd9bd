/** The JSON that kam-connector writes, read with suspicion: whatever is odd is left out. */

/** The form of the document that this card knows. */
const KNOWN_VERSION = 1;

export interface About {
    contact: string | null;
    role: string | null;
    opportunity: string | null;
}

export interface Signal extends About {
    kind: string;
    severity: string;
    on: string | null;
}

export interface Action extends About {
    id: string | null;
    kind: string | null;
    due: string | null;
    severity: string;
}

export interface Line {
    key: string;
    points: number;
    /** The most that the line's weight allows; null where it was not said. */
    most: number | null;
}

export interface Person {
    id: string | null;
    role: string;
    band: string;
    /** The day somebody left, true when no day is known, null while they are there. */
    left: string | true | null;
}

export interface Cover {
    /** The place of the covered person among the people. */
    place: number;
    user: string | null;
    band: string;
}

export interface Goal {
    role: string;
    stage: string;
    contact: string | null;
}

export interface Detail {
    asOf: string | null;
    before: number | null;
    beforeAsOf: string | null;
    ledger: Line[];
    changes: Line[];
    unknown: string[];
    reply: { contact: string | null; points: number | null; role: string | null } | null;
    goals: Goal[];
    people: Person[];
    covers: Cover[];
}

export interface Cap {
    key: string;
    on: string | null;
    renewal: string | null;
}

export interface Summary {
    health: number | null;
    band: string | null;
    /** Shares from 0 to 1. */
    known: number | null;
    activityKnown: number | null;
    caps: string[];
    capFacts: Cap[];
    relationship: number | null;
    coverage: number | null;
    phase: string | null;
    signals: Signal[];
    actions: Action[];
    detail: Detail | null;
}

/** Why there is no summary: no JSON at all, or a form that this card does not know. */
export type Problem = 'malformed' | 'newer' | 'older';

export type Read = { summary: Summary; problem: null } | { summary: null; problem: Problem };

type Odd = Record<string, unknown>;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | null =>
    typeof value === 'string' && value ? value : null;
const isObject = (value: unknown): value is Odd =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): Odd[] => list(value).filter(isObject);
const rows = (value: unknown): unknown[][] => list(value).filter(Array.isArray) as unknown[][];

/** Return a number from a number or its decimal text, null for anything else. */
export function number(value: unknown): number | null {
    const given = typeof value === 'string' && value.trim() ? Number(value) : value;
    return typeof given === 'number' && Number.isFinite(given) ? given : null;
}

/** Return the summary that a JSON text holds, or why it cannot be shown. */
export function readSummary(json: string): Read {
    let raw: unknown;
    try {
        raw = JSON.parse(json);
    } catch {
        raw = null;
    }
    if (!isObject(raw)) {
        return { summary: null, problem: 'malformed' };
    }
    if (raw.v !== KNOWN_VERSION) {
        const version = number(raw.v);
        return { summary: null, problem: version !== null && version > KNOWN_VERSION ? 'newer' : 'older' };
    }
    return { summary: asSummary(raw), problem: null };
}

function asSummary(raw: Odd): Summary {
    const health = isObject(raw.health) ? raw.health : {};
    return {
        health: number(health.value),
        band: text(health.band),
        known: number(health.known),
        activityKnown: number(health.activity_known),
        caps: list(health.caps).filter((one): one is string => text(one) !== null),
        capFacts: objects(health.cap_facts).flatMap((one) => {
            const key = text(one.key);
            return key ? [{ key, on: text(one.on), renewal: text(one.renewal) }] : [];
        }),
        relationship: number(raw.relationship),
        coverage: number(raw.coverage),
        phase: text(raw.phase),
        signals: objects(raw.signals).flatMap(asSignal),
        actions: objects(raw.actions).map(asAction),
        detail: isObject(raw.detail) ? asDetail(raw.detail) : null
    };
}

const about = (one: Odd): About => ({
    contact: text(one.contact),
    role: text(one.role),
    opportunity: text(one.opportunity)
});

function asSignal(one: Odd): Signal[] {
    const kind = text(one.kind);
    const severity = text(one.severity) ?? 'info';
    return kind ? [{ kind, severity, on: text(one.on) ?? text(one.since), ...about(one) }] : [];
}

function asAction(one: Odd): Action {
    return {
        id: text(one.id),
        kind: text(one.kind),
        due: text(one.due),
        severity: text(one.severity) ?? 'info',
        ...about(one)
    };
}

function asDetail(raw: Odd): Detail {
    const reply = Array.isArray(raw.reply) ? (raw.reply as unknown[]) : null;
    return {
        asOf: text(raw.as_of),
        before: number(raw.before),
        beforeAsOf: text(raw.before_as_of),
        ledger: rows(raw.ledger).flatMap(asLine),
        changes: rows(raw.changes).flatMap(asLine),
        unknown: list(raw.unknown).filter((one): one is string => text(one) !== null),
        reply: reply
            ? { contact: text(reply[0]), points: number(reply[1]), role: text(reply[2]) }
            : null,
        goals: rows(raw.goals).flatMap(([role, stage, contact]) => {
            const named = text(role);
            return named
                ? [{ role: named, stage: text(stage) ?? 'missing', contact: text(contact) }]
                : [];
        }),
        // A cover names its person by place: an odd row keeps its place.
        people: list(raw.people).map((row) => asPerson(Array.isArray(row) ? row : [])),
        covers: rows(raw.covers).flatMap(([place, user, band]) => {
            const warmth = text(band);
            return typeof place === 'number' && Number.isInteger(place) && warmth
                ? [{ place, user: text(user), band: warmth }]
                : [];
        })
    };
}

function asLine([key, points, most]: unknown[]): Line[] {
    const named = text(key);
    const value = number(points);
    return named && value !== null ? [{ key: named, points: value, most: number(most) }] : [];
}

function asPerson([id, role, band, left]: unknown[]): Person {
    return {
        id: text(id),
        role: text(role) ?? 'other',
        band: text(band) ?? 'dormant',
        left: left === true ? true : text(left)
    };
}
