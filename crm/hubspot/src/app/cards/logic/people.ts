/** The people of an account: who covers whom, and how warm. */
import type { Cover, Detail, Person } from './document';
import { filled } from './words';
import { sentenceCase, type Wording } from './wording';

/** How warm a tie is, from 0 (no contact) to 4: one dot each. */
const WARMTH: Readonly<Record<string, number>> = {
    trusted: 4,
    strong: 4,
    developing: 3,
    weak: 2,
    dormant: 1
};
const MOST = 4;

export interface PersonEntry {
    key: string;
    /** The contact's id where the viewer sees the name, so that it can be opened. */
    opens: string | null;
    name: string;
    role: string;
    /** Filled and empty dots, from cold to warm. */
    dots: string;
    warmth: string;
    left: boolean;
    covered: string;
}

/** Return the people, warmest first, each with who covers them. */
export function peopleOf(detail: Detail, wording: Wording): PersonEntry[] {
    return detail.people.map((person, place) => {
        const covers = detail.covers.filter((one) => one.place === place);
        const name = wording.nameOf(person.id);
        const role = wording.words.roles[person.role] ?? wording.words.roles.other ?? person.role;
        return {
            key: `person-${place}`,
            opens: name ? person.id : null,
            name: name ?? role,
            role: name ? role : sentenceCase(wording.unnamed(person.id) ?? role),
            dots: person.left ? '' : warmthDots(person.band),
            warmth: stateOf(person, wording),
            left: person.left !== null,
            covered: coveredWords(covers, wording, person.left !== null)
        };
    });
}

/** Return the dots of a band; none for one that is no contact at all. */
export function warmthDots(band: string): string {
    const warmth = WARMTH[band] ?? 0;
    return warmth ? '●'.repeat(warmth) + '○'.repeat(MOST - warmth) : '';
}

function stateOf(person: Person, wording: Wording): string {
    const words = wording.words;
    if (person.left === null) {
        return words.bands[person.band] ?? person.band;
    }
    return person.left === true
        ? words.leftUndated
        : filled(words.left, { date: wording.date(person.left) });
}

function coveredWords(covers: Cover[], wording: Wording, left: boolean): string {
    const words = wording.words;
    if (!covers.length) {
        return words.notCovered;
    }
    if (left) {
        const who = covers.map((one) => wording.colleague(one.user)).join(', ');
        return `${words.wasCoveredBy} ${who}`;
    }
    const who = covers.map(
        (one) => `${wording.colleague(one.user)} (${words.bands[one.band] ?? one.band})`
    );
    return `${words.coveredBy} ${who.join(', ')}`;
}
