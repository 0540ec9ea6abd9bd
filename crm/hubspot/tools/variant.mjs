/**
 * Make a variant of the project to upload: `npm run variant -- [--webhooks URL] [--oauth URL]`.
 *
 * --webhooks  the app tells of changes: https://YOUR.HOST/webhooks/NAME, to the letter the
 *             connection's webhook_url
 * --oauth     people sign in with a browser: http://localhost:8484/callback
 * --to        where to put it (standard: upload)
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { values: asked } = parseArgs({
    options: {
        webhooks: { type: 'string' },
        oauth: { type: 'string' },
        to: { type: 'string', default: path.join(home, 'upload') }
    }
});

async function changed(from, to, change) {
    const document = JSON.parse(await readFile(from, 'utf-8'));
    change(document.config);
    await mkdir(path.dirname(to), { recursive: true });
    await writeFile(to, `${JSON.stringify(document, null, 2)}\n`);
}

if (asked.webhooks && !/^https:\/\/[^/]+\/webhooks\/[\w-]+$/.test(asked.webhooks)) {
    process.exitCode = 2;
    console.error(`not an address of ours: ${asked.webhooks}; it is https://YOUR.HOST/webhooks/NAME`);
} else {
    const app = path.join(asked.to, 'src/app');
    await rm(path.join(asked.to, 'src'), { recursive: true, force: true });
    const kept = (source) => !/(^|[/\\])(node_modules|dist)$/.test(source);
    for (const part of ['hsproject.json', 'src']) {
        await cp(path.join(home, part), path.join(asked.to, part), { recursive: true, filter: kept });
    }
    if (asked.webhooks) {
        const file = 'webhooks/webhooks-hsmeta.json';
        await changed(path.join(home, file), path.join(app, file), (config) => {
            config.settings.targetUrl = asked.webhooks;
        });
    }
    if (asked.oauth) {
        const file = path.join(app, 'app-hsmeta.json');
        await changed(file, file, ({ auth }) => {
            auth.type = 'oauth';
            auth.redirectUrls = [asked.oauth];
            auth.requiredScopes = ['oauth', ...auth.requiredScopes];
        });
    }
    console.log(`cd ${path.relative(process.cwd(), asked.to) || '.'} && hs project upload`);
}
