/** Numbers, dates and names as the card writes them. */
import { filled } from './labels';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Return the instant of a `YYYY-MM-DD` day at midnight UTC, null for anything else. */
export function dayOf(text) {
    const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(text ?? '');
    return found ? Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) : null;
}

/** Return how many whole days lie between a day and the viewer's today. */
export function daysSince(text, today) {
    const day = dayOf(text);
    const now = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
    return day === null ? null : Math.round((now - day) / DAY_MS);
}

/** A text with its first letter raised. */
export const sentenceCase = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Words, numbers, dates and names for one viewer. */
export class Wording {
    /**
     * @param {object} words The dictionary.
     * @param {string} locale The viewer's locale, e.g. `fr-FR`.
     * @param {object} names Names by record id, as far as the viewer may see them.
     */
    constructor(words, locale, names) {
        this.words = words;
        this.names = names;
        this.dates = new Intl.DateTimeFormat(locale, {
            day: 'numeric',
            month: 'short',
            year: 'numeric',
            timeZone: 'UTC'
        });
        this.numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
        this.shares = new Intl.NumberFormat(locale, { style: 'percent' });
    }

    date(text) {
        const day = dayOf(text);
        const said = day === null ? this.words.noDate : this.dates.format(day);
        return this.words.language === 'fr' ? said.replace(/^1 /, '1er ') : said;
    }

    number(value) {
        return value === null || value === undefined ? '–' : this.numbers.format(value);
    }

    /** A number with its sign, a true minus before what is below zero. */
    signed(value) {
        const size = this.numbers.format(Math.abs(value));
        return value < 0 ? `−${size}` : `+${size}`;
    }

    share(value) {
        return value === null ? '–' : this.shares.format(value);
    }

    /** A person's name; without one, in plain words, their role and why there is no name. */
    person(id, role) {
        return sentenceCase(this.nameOf(id, role));
    }

    nameOf(id, role) {
        const name = this.names[id]?.name;
        if (name) {
            return name;
        }
        const words = this.words;
        const who = words.somebody[role];
        if (!who) {
            return id ? words.hiddenPerson : words.elsewherePerson;
        }
        return filled(words.unnamed, { who, why: id ? words.hiddenName : words.elsewhere });
    }

    /** Why somebody is not named, in two or three words: null where they are. */
    unnamed(id) {
        if (this.names[id]) {
            return null;
        }
        return id ? this.words.hiddenBrief : this.words.elsewhereBrief;
    }

    /** A colleague's name, or in plain words that there is none to show. */
    colleague(id) {
        return sentenceCase(this.names[id]?.name ?? this.words.hiddenColleague);
    }

    /** A sentence of the dictionary about a person and an opportunity. */
    sentence(text, { contact, role, opportunity }) {
        return sentenceCase(
            filled(text, {
                name: this.nameOf(contact, role),
                opportunity: this.names[opportunity]?.name ?? this.words.hiddenOpportunity
            })
        );
    }
}
