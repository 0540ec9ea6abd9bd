/**
 * Take the pictures of docs/salesforce-card.md: `node preview/screenshots.mjs [DIRECTORY]`.
 * Needs Chromium; CHROMIUM names it where it is not at /usr/bin/chromium.
 */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import puppeteer from 'puppeteer-core';

import { build } from './build.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(process.argv[2] ?? path.join(here, '../../../docs/images'));
const bundle = path.join(here, 'build/card.js');

/** The day of the bundled demo. */
const TODAY = '2026-11-21';
const DESK = { width: 760, formFactor: 'Large', language: 'en-US', locale: 'en-GB', today: TODAY };
const PHONE = { ...DESK, width: 375, formFactor: 'Small' };
const COLUMN = { ...DESK, width: 420 };
const FRENCH = { ...DESK, language: 'fr', locale: 'fr-FR' };

/** The same account with some of its fields changed. */
const withFields = (changes) => (given) => ({
    ...given,
    account: {
        ...given.account,
        fields: {
            ...given.account.fields,
            ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, { value }]))
        }
    }
});

/** The same account, one person of which the viewer may not see. */
const withoutOneName = (given) => ({
    ...given,
    names: Object.fromEntries(
        Object.entries(given.names).filter(
            ([id]) => id !== JSON.parse(given.account.fields.KAM_Summary_JSON__c.value).detail.people[1][0]
        )
    )
});

const same = (given) => given;
const PICTURES = [
    ['red', 'red', DESK, same],
    ['green', 'green', DESK, same],
    ['insufficient', 'insufficient', DESK, same],
    ['phone', 'red', PHONE, same],
    ['column', 'green', COLUMN, same],
    ['french', 'red', FRENCH, same],
    ['hidden-name', 'green', DESK, withoutOneName],
    ['stale', 'red', { ...DESK, today: '2026-12-09' }, same],
    ['malformed', 'red', DESK, withFields({ KAM_Summary_JSON__c: '{"v":1,' })],
    ['empty', 'red', DESK, (given) => emptied(given)]
];

function emptied(given) {
    const names = Object.keys(given.account.fields).filter((name) => name !== 'Name');
    return withFields(Object.fromEntries(names.map((name) => [name, null])))(given);
}

async function picture(browser, [name, account, viewer, changed]) {
    const text = await readFile(path.join(here, 'accounts', `${account}.json`), 'utf-8');
    const given = { ...changed(JSON.parse(text)), ...viewer };
    const page = await browser.newPage();
    await page.setViewport({ width: viewer.width, height: 100, deviceScaleFactor: 1.5 });
    await page.setContent(shell(given), { waitUntil: 'load' });
    await page.addScriptTag({ path: bundle });
    await page.waitForSelector('c-kam-summary');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await page.screenshot({ path: path.join(target, `salesforce-card-${name}.png`), fullPage: true });
    await page.close();
}

/** A page that says which viewer looks, on which day. */
function shell(given) {
    const data = JSON.stringify(given).replaceAll('<', '\\u003c');
    return `<!doctype html><html lang="${given.language}"><meta charset="utf-8">
        <title>KAM Summary</title>
        <style>body { background: #f3f3f3; font-family: "Liberation Sans", sans-serif; margin: 0; padding: 12px; }</style>
        <div id="card"></div>
        <script>
            globalThis.kamPreview = ${data};
            const Real = Date;
            const fixed = new Real(kamPreview.today + 'T12:00:00').getTime();
            globalThis.Date = class extends Real {
                constructor(...given) { super(...(given.length ? given : [fixed])); }
            };
        </script></html>`;
}

await mkdir(target, { recursive: true });
await build(bundle);
const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu']
});
try {
    for (const one of PICTURES) {
        await picture(browser, one);
    }
} finally {
    await browser.close();
}
