/** Wire adapters that answer from `globalThis.kamPreview`, as the platform would. */
const asked = (config, needed) => needed.every((name) => config?.[name] !== undefined);

function adapter(needed, answer) {
    return class {
        constructor(dataCallback) {
            this.dataCallback = dataCallback;
            dataCallback({ data: undefined, error: undefined });
        }
        connect() {}
        disconnect() {}
        update(config) {
            if (asked(config, needed)) {
                this.dataCallback({ error: undefined, ...answer(config) });
            }
        }
    };
}

export const getRecord = adapter(['recordId'], () => ({ data: globalThis.kamPreview.account }));

export const getRecords = adapter(['records'], ({ records }) => ({
    data: {
        results: records
            .flatMap((group) => group.recordIds)
            .map((id) => {
                const name = globalThis.kamPreview.names[id];
                return name
                    ? { statusCode: 200, result: { id, fields: { Name: { value: name } } } }
                    : { statusCode: 404, result: [{ errorCode: 'NOT_FOUND' }] };
            })
    }
}));
