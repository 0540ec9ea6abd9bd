/** Numbers, dates and names as the card writes them. */
import { filled, type Words } from './words';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Names by record id, as far as the viewer may see them. Ids of two kinds may be equal. */
export interface Names {
    contacts: Readonly<Record<string, string>>;
    deals: Readonly<Record<string, string>>;
    owners: Readonly<Record<string, string>>;
    /** Whether some are still being asked for: nobody is called nameless before. */
    pending: boolean;
}

export const NO_NAMES: Names = { contacts: {}, deals: {}, owners: {}, pending: false };

/** What a sentence may speak of. */
export interface Subject {
    contact: string | null;
    role: string | null;
    opportunity?: string | null;
}

/**
 * Return the instant of a day at midnight UTC, null for anything else. HubSpot gives a date as
 * `YYYY-MM-DD` through its API, and as milliseconds to what runs on its pages.
 */
export function dayOf(text: string | null | undefined): number | null {
    const given = text ?? '';
    if (/^-?\d{9,}$/.test(given)) {
        return Math.floor(Number(given) / DAY_MS) * DAY_MS;
    }
    const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(given);
    return found ? Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) : null;
}

/** Return how many whole days lie between a day and the viewer's today. */
export function daysSince(text: string | null, today: Date): number | null {
    const day = dayOf(text);
    const now = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
    return day === null ? null : Math.round((now - day) / DAY_MS);
}

/** A text with its first letter raised. */
export const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Words, numbers, dates and names for one viewer. */
export class Wording {
    private readonly dates: Intl.DateTimeFormat;
    private readonly numbers: Intl.NumberFormat;
    private readonly shares: Intl.NumberFormat;

    /** A locale that the platform does not know falls back to the words' language. */
    constructor(
        readonly words: Words,
        locale: string | undefined,
        readonly names: Names
    ) {
        const spoken = knownLocale(locale) ?? words.language;
        const day = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
        this.dates = new Intl.DateTimeFormat(spoken, day);
        this.numbers = new Intl.NumberFormat(spoken, { maximumFractionDigits: 1 });
        this.shares = new Intl.NumberFormat(spoken, { style: 'percent' });
    }

    date(text: string | null): string {
        const day = dayOf(text);
        const said = day === null ? this.words.noDate : this.dates.format(day);
        return this.words.language === 'fr' ? said.replace(/^1 /, '1er ') : said;
    }

    number(value: number | null): string {
        return value === null ? '–' : this.numbers.format(value);
    }

    /** A number with its sign, a true minus before what is below zero. */
    signed(value: number): string {
        const size = this.numbers.format(Math.abs(value));
        return value < 0 ? `−${size}` : `+${size}`;
    }

    share(value: number): string {
        return this.shares.format(value);
    }

    /** A person's name, where there is one to show. */
    nameOf(id: string | null): string | undefined {
        return id === null ? undefined : this.names.contacts[id];
    }

    /** A person's name; without one, in plain words, their role and why there is no name. */
    person(id: string | null, role: string | null): string {
        const name = this.nameOf(id);
        if (name) {
            return name;
        }
        const words = this.words;
        const who = words.somebody[role ?? ''];
        if (who && id && this.names.pending) {
            return who;
        }
        if (!who) {
            return id ? words.hiddenPerson : words.elsewherePerson;
        }
        return filled(words.unnamed, { who, why: id ? words.hiddenName : words.elsewhere });
    }

    /** Why somebody is not named, in two or three words: null where they are. */
    unnamed(id: string | null): string | null {
        if (this.nameOf(id) || (id && this.names.pending)) {
            return null;
        }
        return id ? this.words.hiddenBrief : this.words.elsewhereBrief;
    }

    /** A colleague's name, or in plain words that there is none to show. */
    colleague(id: string | null): string {
        const name = id === null ? undefined : this.names.owners[id];
        return name ?? this.words.hiddenColleague;
    }

    /** A sentence of the dictionary about a person and an opportunity. */
    sentence(text: string, { contact, role, opportunity = null }: Subject): string {
        const deal = opportunity === null ? undefined : this.names.deals[opportunity];
        return sentenceCase(
            filled(text, {
                name: this.person(contact, role),
                opportunity: deal ?? this.words.hiddenOpportunity
            })
        );
    }
}

function knownLocale(locale: string | undefined): string | undefined {
    try {
        return Intl.DateTimeFormat.supportedLocalesOf((locale ?? '').replace('_', '-'))[0];
    } catch {
        return undefined;
    }
}
