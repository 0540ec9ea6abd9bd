/** The card's dictionaries, and how places in a text are filled. */
import { EN } from './words.en';
import { FR } from './words.fr';

/** Words by key; the keys of what is written are open, those of the card are not. */
type Open<T> = {
    [Key in keyof T]: T[Key] extends string ? string : Readonly<Record<string, string>>;
};

export type Words = Readonly<Open<typeof EN>>;

export const DICTIONARIES: { en: Words; fr: Words } = { en: EN, fr: FR };

/** Return the words for a language such as `fr` or `fr-ca`; English for those we do not speak. */
export function wordsFor(language: string | undefined): Words {
    return (language ?? '').toLowerCase().startsWith('fr') ? DICTIONARIES.fr : DICTIONARIES.en;
}

/** Put values into the {places} of a text. */
export function filled(text: string, values: Record<string, string | number>): string {
    return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
