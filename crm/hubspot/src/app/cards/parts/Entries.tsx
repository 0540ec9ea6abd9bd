/** A list of next actions or of risks, gravest first. */
import { Flex, Heading, Inline, Tag, Text, Tile } from '@hubspot/ui-extensions';
import type { Entry } from '../logic/entries';

export interface EntriesProps {
    title: string;
    entries: Entry[];
    /** What to say when there is none. */
    none: string;
}

export function Entries({ title, entries, none }: EntriesProps) {
    return (
        <Tile compact={true}>
            <Flex direction="column" gap="sm">
                <Heading>{title}</Heading>
                {entries.map((entry) => (
                    <OneEntry key={entry.key} entry={entry} />
                ))}
                {entries.length ? null : <Text variant="microcopy">{none}</Text>}
            </Flex>
        </Tile>
    );
}

function OneEntry({ entry }: { entry: Entry }) {
    const { severity, when, late } = entry;
    return (
        <Flex direction="column" gap="flush">
            <Text format={{ fontWeight: 'demibold' }}>{entry.text}</Text>
            <Inline gap="xs" align="center">
                {severity ? (
                    <Tag variant={severity.tone} inline={true}>
                        {severity.word}
                    </Tag>
                ) : null}
                {when ? (
                    <Text
                        variant="microcopy"
                        inline={true}
                        format={{ fontWeight: late ? 'bold' : 'regular' }}
                    >
                        {when}
                    </Text>
                ) : null}
            </Inline>
        </Flex>
    );
}
