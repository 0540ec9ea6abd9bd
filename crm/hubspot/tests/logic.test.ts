import { describe, expect, it } from 'vitest';
import red from '../preview/companies/red.json';
import { number, readSummary } from '../src/app/cards/logic/document';
import { ledgerOf } from '../src/app/cards/logic/ledger';
import { peopleOf } from '../src/app/cards/logic/people';
import { namedRecords } from '../src/app/cards/logic/records';
import { dayOf, daysSince, NO_NAMES, Wording } from '../src/app/cards/logic/wording';
import { wordsFor } from '../src/app/cards/logic/words';

const written = JSON.parse(red.properties.kam_summary_json) as Record<string, unknown>;
const read = (changes: Record<string, unknown> = {}) => {
    const { summary } = readSummary(JSON.stringify({ ...written, ...changes }));
    if (!summary) {
        throw new Error('no summary');
    }
    return summary;
};
const detailOf = (detail: Record<string, unknown>) => {
    const found = read({ detail }).detail;
    if (!found) {
        throw new Error('no detail');
    }
    return found;
};
const wording = (language = 'en', names = NO_NAMES) => new Wording(wordsFor(language), undefined, names);

describe('reading the document', () => {
    it('reads what the connector writes', () => {
        const { detail, ...head } = read();
        expect(head).toMatchObject({ health: 52, band: 'red', known: 0.6, activityKnown: 1, phase: 'renewal' });
        expect(head.capFacts).toEqual([{ key: 'champion_left', on: '2026-11-18', renewal: '2027-01-30' }]);
        expect(detail?.ledger[0]).toEqual({ key: 'development.revenue_trend', points: 15.3, most: 20 });
        expect(detail?.people[0]).toEqual({ id: null, role: 'internal_sponsor', band: 'strong', left: '2026-11-18' });
    });

    it.each(['', 'no json', 'null', '[]', '"text"', '7'])('takes %j for malformed', (json) => {
        expect(readSummary(json)).toEqual({ summary: null, problem: 'malformed' });
    });

    it.each([
        ['{"v":2}', 'newer'],
        ['{"v":0}', 'older'],
        ['{}', 'older']
    ])('tells whether %s is of a newer or an older form', (json, problem) => {
        expect(readSummary(json).problem).toBe(problem);
    });

    it.each([
        { signals: 'none', actions: { a: 1 }, health: [], detail: 5 },
        { signals: [null, 1, 'x', {}], actions: [null, 2], health: { value: {}, caps: [1, null] } },
        { detail: { ledger: [1, ['x'], [2, 3]], people: [null, 7], covers: [['a', 'b', 'c'], [0]], goals: [[]] } },
        { detail: { ledger: [['a', 'NaN', 'Infinity']], reply: [], unknown: [1, null], changes: {} } }
    ])('leaves out what is odd: %j', (odd) => {
        const summary = read(odd);
        expect(summary.signals.every((one) => one.kind)).toBe(true);
        expect(summary.detail?.ledger ?? []).toEqual(odd.detail ? [] : (summary.detail?.ledger ?? []));
    });

    it('keeps the place of an odd person, by which covers name people', () => {
        const detail = detailOf({ people: [7, ['12', 'legal', 'weak', null]], covers: [[1, '5', 'weak']] });
        expect(peopleOf(detail, wording()).map((one) => [one.name, one.covered])).toEqual([
            ['Other role', 'No contact with us is recorded'],
            ['Legal', 'Covered by a colleague (weak)']
        ]);
    });

    it.each([
        ['12.5', 12.5],
        [3, 3],
        ['', null],
        [' ', null],
        ['x', null],
        [null, null],
        [Infinity, null]
    ])('reads the number %j', (given, expected) => {
        expect(number(given)).toBe(expected);
    });

    it('names each record once, and nothing that is no id of HubSpot', () => {
        expect(namedRecords(read())).toEqual({
            contacts: ['100000009801', '100000009802'],
            deals: [],
            owners: ['70000002']
        });
        const odd = { signals: [{ kind: 'x', contact: '003KS1', opportunity: '12' }], actions: [], detail: null };
        expect(namedRecords(read(odd))).toEqual({ contacts: [], deals: ['12'], owners: [] });
    });
});

describe('dates', () => {
    it.each([
        ['2026-11-21', Date.UTC(2026, 10, 21)],
        ['2026-11-21T23:00:00Z', Date.UTC(2026, 10, 21)],
        [String(Date.UTC(2026, 10, 21)), Date.UTC(2026, 10, 21)],
        ['soon', null],
        ['', null],
        [null, null]
    ])('reads the day %j', (given, expected) => {
        expect(dayOf(given)).toBe(expected);
    });

    it('counts whole days up to the viewer’s own today', () => {
        expect(daysSince('2026-11-20', new Date(2026, 10, 21, 0, 5))).toBe(1);
        expect(daysSince('2026-11-21', new Date(2026, 10, 21, 23, 55))).toBe(0);
    });

    it.each([
        ['en-gb', '1 Nov 2026'],
        ['en-us', 'Nov 1, 2026'],
        ['no_such_locale!', 'Nov 1, 2026']
    ])('writes them as is usual in %s', (locale, expected) => {
        expect(new Wording(wordsFor('en'), locale, NO_NAMES).date('2026-11-01')).toBe(expected);
    });

    it('writes the first of a month as French does', () => {
        expect(new Wording(wordsFor('fr-ca'), 'fr-fr', NO_NAMES).date('2026-11-01')).toBe('1er nov. 2026');
    });
});

describe('people without a name', () => {
    it.each([
        ['12', 'economic_decider', 'the decision-maker (name not shown)'],
        [null, 'economic_decider', 'the decision-maker (known in another system)'],
        ['12', null, 'a person whose name is not shown'],
        [null, null, 'a person known in another system']
    ])('are told by their role, and why: %j as %j', (id, role, said) => {
        expect(wording().person(id, role)).toBe(said);
    });

    it('are not called nameless while their names are asked for', () => {
        const asking = wording('en', { ...NO_NAMES, pending: true });
        expect(asking.person('12', 'legal')).toBe('a legal adviser');
        expect(asking.unnamed('12')).toBeNull();
        expect(asking.unnamed(null)).toBe('in another system');
    });

    it('are not mixed up with a deal or an owner of the same number', () => {
        const names = { ...NO_NAMES, deals: { '12': 'Renewal' }, owners: { '12': 'Camille Martin' } };
        expect(wording('en', names).nameOf('12')).toBeUndefined();
    });
});

describe('the ledger', () => {
    it('adds up to the number it explains', () => {
        const summary = read();
        const ledger = summary.detail && ledgerOf(summary.detail, summary, wording());
        expect(ledger?.total).toBe('52');
        expect(ledger?.rows.at(-1)).toMatchObject({ points: '−26', limits: true, value: 26, most: 100 });
        expect(ledger?.reply).toBe(
            'What would help most: a reply from the decision-maker (name not shown), +9.4 points'
        );
    });

    it('says why its sum is not the number shown, where they differ', () => {
        const summary = read();
        const detail = detailOf({ ledger: [['development.pipeline', '54.6', '60']] });
        expect(ledgerOf(detail, summary, wording()).step).toContain('written anew');
        expect(ledgerOf(detail, { ...summary, health: 55.4 }, wording()).step).toBeNull();
    });

    it('calls a part that it does not know by its own name', () => {
        const detail = detailOf({ ledger: [['service.open_tickets', '4', '5']] });
        expect(ledgerOf(detail, read(), wording()).rows[0]?.label).toBe('open tickets');
    });

    it('explains no verdict where there is none', () => {
        const detail = detailOf({ ledger: [['a.b', '4', '5']], unknown: ['satisfaction.nps'] });
        const ledger = ledgerOf(detail, { ...read(), band: 'insufficient_data' }, wording('fr'));
        expect([ledger.rows, ledger.total, ledger.unknown]).toEqual([[], null, ['Enquête de satisfaction']]);
    });
});
