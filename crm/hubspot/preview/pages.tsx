/** The pictures' pages: which company, seen by whom, on which day. */
import { readFileSync } from 'node:fs';
import { type Company, playHost, show, type Viewer } from '../tests/host';
import { wordsFor } from '../src/app/cards/logic/words';
import { toHtml } from './render';

/** The day of the bundled demo. */
const TODAY = '2026-11-21';
const TAB = 780;
const SIDEBAR = 340;

const held = (name: string) =>
    JSON.parse(readFileSync(new URL(`companies/${name}.json`, import.meta.url), 'utf-8')) as Company;
const STYLE = readFileSync(new URL('style.css', import.meta.url), 'utf-8');
const FRENCH = { locale: 'fr-fr', language: 'fr' };

interface Picture {
    company: Company;
    viewer?: Viewer;
    today?: string;
    width?: number;
    card?: 'company' | 'contact';
}

const contact = (properties: Record<string, string>): Company => ({
    properties,
    contacts: {},
    deals: {},
    owners: {}
});

const PICTURES: Record<string, Picture> = {
    red: { company: held('red') },
    green: { company: held('green') },
    insufficient: { company: held('insufficient') },
    french: { company: held('red'), viewer: FRENCH },
    sidebar: { company: held('red'), viewer: { narrow: true }, width: SIDEBAR },
    stale: { company: held('amber'), today: '2026-12-09' },
    malformed: {
        company: { ...held('red'), properties: { ...held('red').properties, kam_summary_json: '{"v":1,' } }
    },
    empty: { company: contact({}) },
    contact: {
        company: contact({ kam_role: 'economic_decider', kam_strength: '62', kam_strength_band: 'strong' }),
        card: 'contact',
        width: SIDEBAR
    }
};

/** Yield each picture's page once its card has found the names. */
export async function* pages() {
    for (const [name, picture] of Object.entries(PICTURES)) {
        const { company, viewer = {}, today = TODAY, card = 'company', width = TAB } = picture;
        const restore = fixedDay(today);
        playHost(company, viewer);
        const renderer = show(card, company, viewer);
        await new Promise((resolve) => setTimeout(resolve, 100));
        const words = wordsFor(viewer.language);
        const title = card === 'company' ? words.title : `${words.contactRole} · ${words.warmth}`;
        yield { name, width, html: shell(title, toHtml(renderer.getRootNode())) };
        restore();
    }
}

function shell(title: string, card: string): string {
    return `<!doctype html><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style>
        <div class="frame"><header><h1>${title}</h1><small>preview, not HubSpot's own drawing</small></header>
        <main>${card}</main></div>`;
}

/** Let the card believe that today is another day. */
function fixedDay(day: string): () => void {
    const Real = globalThis.Date;
    const now = new Real(`${day}T12:00:00`).getTime();
    globalThis.Date = class extends Real {
        constructor(...given: [string | number | Date] | []) {
            super(...((given.length ? given : [now]) as [number]));
        }
    } as DateConstructor;
    return () => {
        globalThis.Date = Real;
    };
}
