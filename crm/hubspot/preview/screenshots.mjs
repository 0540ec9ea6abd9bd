/**
 * Take the pictures of docs/hubspot-card.md: `node preview/screenshots.mjs [DIRECTORY]`.
 * The cards render inside HubSpot only: what is drawn here is a preview, from the tree that the
 * vendor's testing renderer gives, in the manner of HubSpot's pages.
 * Needs Chromium; CHROMIUM names it where it is not at /usr/bin/chromium.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import puppeteer from 'puppeteer-core';
import { createServer } from 'vite';

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(process.argv[2] ?? path.join(here, '../../../docs/images'));

const server = await createServer({
    root: path.join(here, '..'),
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, ws: false }
});
const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu']
});
try {
    await mkdir(target, { recursive: true });
    const { pages } = await server.ssrLoadModule('/preview/pages.tsx');
    for await (const { name, width, html } of pages()) {
        const page = await browser.newPage();
        await page.setViewport({ width, height: 100, deviceScaleFactor: 1.5 });
        await page.setContent(html, { waitUntil: 'load' });
        await page.screenshot({ path: path.join(target, `hubspot-card-${name}.png`), fullPage: true });
        await page.close();
    }
} finally {
    await browser.close();
    await server.close();
}
