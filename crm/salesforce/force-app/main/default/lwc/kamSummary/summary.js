/** The JSON that kam-connector writes, read with suspicion: whatever is odd is left out. */

/** The form of the document that this card knows. */
const KNOWN_VERSION = 1;

const list = (value) => (Array.isArray(value) ? value : []);
const text = (value) => (typeof value === 'string' && value ? value : null);

/** Return a number from a number or its decimal text, null for anything else. */
export function number(value) {
    if (typeof value === 'string' && value.trim() !== '') {
        value = Number(value);
    }
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * Return `{ summary, problem }` for a JSON text. `problem` is 'malformed' when it is no JSON,
 * 'newer' when another version wrote it, and null when `summary` can be shown.
 */
export function readSummary(json) {
    let raw;
    try {
        raw = JSON.parse(json);
    } catch {
        return { summary: null, problem: 'malformed' };
    }
    if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
        return { summary: null, problem: 'malformed' };
    }
    if (raw.v !== KNOWN_VERSION) {
        return { summary: null, problem: 'newer' };
    }
    return { summary: asSummary(raw), problem: null };
}

/** Return all record ids that a summary names, by kind, each once. */
export function namedRecords(summary) {
    const contacts = new Set();
    const users = new Set();
    const opportunities = new Set();
    const detail = summary.detail;
    for (const one of [...summary.signals, ...summary.actions]) {
        contacts.add(one.contact);
        opportunities.add(one.opportunity);
    }
    for (const person of detail?.people ?? []) {
        contacts.add(person.id);
    }
    for (const cover of detail?.covers ?? []) {
        users.add(cover.user);
    }
    for (const goal of detail?.goals ?? []) {
        contacts.add(goal.contact);
    }
    contacts.add(detail?.reply?.contact);
    const known = (ids) => [...ids].filter(Boolean);
    return { contacts: known(contacts), users: known(users), opportunities: known(opportunities) };
}

function asSummary(raw) {
    const health = raw.health ?? {};
    return {
        health: number(health.value),
        band: text(health.band),
        known: number(health.known),
        activityKnown: number(health.activity_known),
        caps: list(health.caps).filter(text),
        capFacts: list(health.cap_facts).filter((cap) => text(cap?.key)),
        relationship: number(raw.relationship),
        coverage: number(raw.coverage),
        phase: text(raw.phase),
        signals: list(raw.signals)
            .filter((one) => text(one?.kind))
            .map((one) => ({
                kind: one.kind,
                severity: text(one.severity) ?? 'info',
                on: text(one.on) ?? text(one.since),
                contact: text(one.contact),
                role: text(one.role),
                opportunity: text(one.opportunity)
            })),
        actions: list(raw.actions)
            .filter((one) => one && typeof one === 'object')
            .map((one) => ({
                id: text(one.id),
                kind: text(one.kind),
                due: text(one.due),
                severity: text(one.severity) ?? 'info',
                contact: text(one.contact),
                role: text(one.role),
                opportunity: text(one.opportunity)
            })),
        detail: raw.detail && typeof raw.detail === 'object' ? asDetail(raw.detail) : null
    };
}

function asDetail(raw) {
    const pairs = (rows) => list(rows).filter((row) => Array.isArray(row) && text(row[0]));
    const lines = (rows) =>
        pairs(rows)
            .map((row) => ({ key: row[0], points: number(row[1]), most: number(row[2]) }))
            .filter((line) => line.points !== null);
    return {
        asOf: text(raw.as_of),
        before: number(raw.before),
        beforeAsOf: text(raw.before_as_of),
        ledger: lines(raw.ledger),
        changes: lines(raw.changes),
        unknown: list(raw.unknown).filter(text),
        reply: Array.isArray(raw.reply)
            ? { contact: text(raw.reply[0]), points: number(raw.reply[1]), role: text(raw.reply[2]) }
            : null,
        goals: pairs(raw.goals).map(([role, stage, contact]) => ({
            role,
            stage: text(stage) ?? 'missing',
            contact: text(contact)
        })),
        people: list(raw.people)
            .map((row) => (Array.isArray(row) ? row : []))
            .map(([id, role, band, left]) => ({
                id: text(id),
                role: text(role) ?? 'other',
                band: text(band) ?? 'dormant',
                left: left === true ? true : text(left)
            })),
        covers: list(raw.covers)
            .filter((row) => Array.isArray(row) && Number.isInteger(row[0]) && text(row[2]))
            .map(([place, user, band]) => ({ place, user: text(user), band }))
    };
}
