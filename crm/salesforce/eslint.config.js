const js = require('@eslint/js');
const jest = require('eslint-plugin-jest');
const lwc = require('@salesforce/eslint-config-lwc');

const component = (config) => ({ ...config, files: ['force-app/**/lwc/**/*.js'] });

module.exports = [
    { ignores: ['node_modules/', 'preview/build/'] },
    ...lwc.configs.recommended.map(component),
    {
        files: ['force-app/**/__tests__/**/*.js'],
        ...jest.configs['flat/recommended'],
        rules: {
            ...jest.configs['flat/recommended'].rules,
            // A test plays the platform: it answers for the wires, and tries hostile links.
            '@lwc/lwc/no-unexpected-wire-adapter-usages': 'off',
            'no-script-url': 'off'
        }
    },
    {
        files: ['**/*.mjs', 'preview/**/*.js'],
        ...js.configs.recommended,
        languageOptions: {
            globals: { document: 'readonly', globalThis: 'readonly', process: 'readonly', setTimeout: 'readonly' }
        }
    }
];
