/**
 * Read the project as `hs project upload` would, and build each card as HubSpot's builder does,
 * without an account or a network: `node tools/check.mjs [PROJECT]`.
 * Prints one JSON document: the components by uid, and the size of each card's bundle.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { translate } from '@hubspot/project-parsing-lib/translate';
import { remoteBuild } from '@hubspot/ui-extensions-dev-server/build';

const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const project = path.resolve(process.argv[2] ?? home);
const { srcDir, platformVersion } = JSON.parse(
    await readFile(path.join(project, 'hsproject.json'), 'utf-8')
);

const { intermediateRepresentation } = await translate(
    { projectSourceDir: path.join(project, srcDir), platformVersion, accountId: 1 },
    { skipValidation: true }
);
const nodes = Object.values(intermediateRepresentation.intermediateNodesIndexedByUid);
const components = Object.fromEntries(nodes.map((one) => [one.uid, one.componentType]));

const target = await mkdtemp(path.join(os.tmpdir(), 'kam-cards-'));
const bundles = {};
try {
    for (const { config } of nodes.filter((one) => one.config?.entrypoint)) {
        const entryPoint = path.join(home, srcDir, config.entrypoint);
        const { name } = path.parse(entryPoint);
        await remoteBuild({ root: path.dirname(entryPoint), entryPoint, outputDir: target, logLevel: 'error' });
        bundles[name] = (await stat(path.join(target, `${name}.js`))).size;
    }
} finally {
    await rm(target, { recursive: true });
}
process.stdout.write(JSON.stringify({ components, bundles }));
