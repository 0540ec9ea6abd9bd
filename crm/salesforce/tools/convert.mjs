/**
 * Convert the project to the metadata format, as a deployment would, without an org or a network.
 * Prints one JSON document: the components found, and the files of the conversion.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import sdr from '@salesforce/source-deploy-retrieve';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const target = await mkdtemp(path.join(os.tmpdir(), 'kam-mdapi-'));
try {
    const found = sdr.ComponentSet.fromSource(path.join(project, 'force-app'));
    const components = found.toArray().map(({ type, fullName }) => `${type.name}:${fullName}`);
    await new sdr.MetadataConverter().convert(found, 'metadata', {
        type: 'directory',
        outputDirectory: target,
        genUniqueDir: false
    });
    const files = await readdir(target, { recursive: true });
    process.stdout.write(JSON.stringify({ components: components.sort(), files: files.sort() }));
} finally {
    await rm(target, { recursive: true });
}
