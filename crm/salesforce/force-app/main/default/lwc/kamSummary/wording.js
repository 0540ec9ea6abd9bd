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

const sentenceCase = (text) => text.charAt(0).toUpperCase() + text.slice(1);

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
        return day === null ? this.words.noDate : this.dates.format(day);
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

    /** A person's name, or in plain words why there is none. */
    person(id) {
        return sentenceCase(this.nameOf(id));
    }

    nameOf(id) {
        if (!id) {
            return this.words.elsewhere;
        }
        return this.names[id]?.name ?? this.words.hiddenName;
    }

    /** A colleague's name, or in plain words that there is none to show. */
    colleague(id) {
        return sentenceCase(this.names[id]?.name ?? this.words.hiddenColleague);
    }

    /** A sentence of the dictionary about a person and an opportunity. */
    sentence(text, { contact, opportunity }) {
        return sentenceCase(
            filled(text, {
                name: this.nameOf(contact),
                opportunity: this.names[opportunity]?.name ?? this.words.hiddenOpportunity
            })
        );
    }
}
