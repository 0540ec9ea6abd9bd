import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DICTIONARIES as SALESFORCE } from '../../salesforce/force-app/main/default/lwc/kamSummary/labels.js';
import { DICTIONARIES } from '../src/app/cards/logic/words';

type Tree = { [key: string]: string | Tree };

const flat = (words: object, prefix = ''): Array<[string, string]> =>
    Object.entries(words as Tree).flatMap(([key, value]) =>
        typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`)
    );
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort();

/** Where the CRMs differ: what a record and a right are called, and why a name is not shown. */
const OWN = ['emptyText', 'unreadable', 'unreadableText', 'malformed', 'hiddenName', 'hiddenPerson'];
const LANGUAGES = ['en', 'fr'] as const;

describe('the words', () => {
    it('are the same in both languages, place by place', () => {
        const shape = (words: object) => flat(words).map(([key, text]) => [key, places(text)]);
        expect(shape(DICTIONARIES.fr)).toEqual(shape(DICTIONARIES.en));
    });

    it.each(LANGUAGES)('say in %s what the card in Salesforce says', (language) => {
        const there = new Map(flat(SALESFORCE[language]));
        const both = flat(DICTIONARIES[language]).filter(([key]) => there.has(key) && !OWN.includes(key));
        expect(both.length).toBeGreaterThan(90);
        expect(both).toEqual(both.map(([key]) => [key, there.get(key)]));
    });

    it.each(LANGUAGES)('know in %s every kind that the card in Salesforce knows', (language) => {
        const open = ['band', 'phases', 'families', 'caps', 'capsUndated', 'actionKinds', 'severities', 'signalKinds', 'bands', 'roles', 'somebody', 'stages'] as const;
        const kinds = (words: object) => open.map((name) => Object.keys((words as Record<string, object>)[name] ?? {}));
        expect(kinds(DICTIONARIES[language])).toEqual(kinds(SALESFORCE[language]));
    });

    it('are all used', () => {
        const parts = ['logic/view', 'logic/entries', 'logic/ledger', 'logic/people', 'logic/contact', 'logic/wording'];
        const components = ['CompanySummary', 'ContactSummary', 'Entries', 'Ledger', 'People', 'Verdict', 'names'];
        const files = [...parts.map((name) => `${name}.ts`), ...components.map((name) => `parts/${name}.tsx`)];
        const text = files
            .map((name) => readFileSync(new URL(`../src/app/cards/${name}`, import.meta.url), 'utf-8'))
            .join('\n');
        const byProblem = ['malformed', 'newer', 'older'];
        const unused = Object.keys(DICTIONARIES.en).filter(
            (key) => !byProblem.includes(key) && !text.includes(`words.${key}`)
        );
        expect(unused).toEqual([]);
    });
});
