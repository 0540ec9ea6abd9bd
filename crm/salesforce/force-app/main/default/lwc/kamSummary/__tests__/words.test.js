import { DICTIONARIES, filled, wordsFor } from '../labels';
import { daysSince, Wording } from '../wording';

/** Every text of a dictionary by its dotted name. */
function flat(words, prefix = '') {
    return Object.entries(words).flatMap(([name, text]) =>
        (typeof text === 'string' ? [[`${prefix}${name}`, text]] : flat(text, `${prefix}${name}.`))
    );
}

const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort();

describe('both languages', () => {
    it('say the same things', () => {
        expect(flat(DICTIONARIES.fr).map(([name]) => name)).toEqual(flat(DICTIONARIES.en).map(([name]) => name));
    });

    it.each(flat(DICTIONARIES.en))('have the same places: %s', (name, text) => {
        expect(places(Object.fromEntries(flat(DICTIONARIES.fr))[name])).toEqual(places(text));
    });

    it.each([
        ['fr', 'Santé'],
        ['fr-CA', 'Santé'],
        ['en-US', 'Health'],
        ['de', 'Health'],
        [undefined, 'Health']
    ])('follow the user: %s', (language, health) => {
        expect(wordsFor(language).health).toBe(health);
    });
});

describe('wording', () => {
    it('writes dates and numbers as the viewer does', () => {
        const wording = new Wording(wordsFor('fr'), 'fr-FR', {});
        expect(wording.date('2026-11-21')).toBe('21 nov. 2026');
        expect(wording.date('2026-11-01')).toBe('1er nov. 2026');
        expect(wording.number(9.44)).toBe('9,4');
        expect(wording.signed(-26)).toBe('−26');
    });

    it('keeps a day the same day in every time zone', () => {
        expect(new Wording(wordsFor('en'), 'en-GB', {}).date('2026-01-01')).toBe('1 Jan 2026');
        expect(daysSince('2026-11-20', new Date(2026, 10, 21, 0, 5))).toBe(1);
    });

    it('leaves an unknown place as it is', () => {
        expect(filled('{a} {b}', { a: 1 })).toBe('1 {b}');
    });
});
