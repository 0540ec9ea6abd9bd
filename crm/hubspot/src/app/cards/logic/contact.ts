/** What the contact's card shows. */
import { number } from './document';
import { warmthDots } from './people';
import type { ContactValues } from './properties';
import type { Wording } from './wording';

export interface ContactView {
    /** Null where no part in decisions is known. */
    role: string | null;
    score: string | null;
    dots: string;
    band: string | null;
}

/** Return what to show of a contact whose KAM values can be read. */
export function contactView(values: ContactValues, wording: Wording): ContactView {
    const words = wording.words;
    const { kam_role: role, kam_strength_band: band } = values;
    const strength = number(values.kam_strength);
    return {
        role: role && (words.roles[role] ?? role),
        score: strength === null ? null : wording.number(Math.round(strength)),
        dots: warmthDots(band ?? ''),
        band: band && (words.bands[band] ?? band)
    };
}
