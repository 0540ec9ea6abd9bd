/** Build the card as a plain web page: the component as it is, the platform's modules stubbed. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import lwc from '@lwc/rollup-plugin';
import replace from '@rollup/plugin-replace';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

const here = path.dirname(fileURLToPath(import.meta.url));
const component = path.join(here, '../force-app/main/default/lwc/kamSummary');
const STUBS = {
    '@salesforce/client/formFactor': 'export default globalThis.kamPreview.formFactor;',
    '@salesforce/i18n/lang': 'export default globalThis.kamPreview.language;',
    '@salesforce/i18n/locale': 'export default globalThis.kamPreview.locale;',
    'lightning/navigation': path.join(here, 'stubs/navigation.js'),
    'lightning/uiRecordApi': path.join(here, 'stubs/uiRecordApi.js')
};

const platform = {
    name: 'platform-stubs',
    resolveId(id) {
        if (!(id in STUBS)) {
            return null;
        }
        return STUBS[id].startsWith('export') ? `\0stub:${id}` : STUBS[id];
    },
    load(id) {
        return id.startsWith('\0stub:') ? STUBS[id.slice('\0stub:'.length)] : null;
    }
};

export async function build(target) {
    const bundle = await rollup({
        input: path.join(here, 'page.js'),
        plugins: [
            platform,
            lwc({
                rootDir: here,
                modules: [{ name: 'c/kamSummary', path: path.join(component, 'kamSummary.js') }, { npm: '@lwc/engine-dom' }]
            }),
            nodeResolve(),
            replace({ 'process.env.NODE_ENV': JSON.stringify('production'), preventAssignment: true })
        ]
    });
    await bundle.write({ file: target, format: 'iife' });
    await bundle.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    await build(path.join(here, 'build/card.js'));
}
