/** Why the verdict is what it is: the points of each part, what changed, what is not known. */
import {
    Flex,
    Inline,
    List,
    ProgressBar,
    Table,
    TableBody,
    TableCell,
    TableHead,
    TableHeader,
    TableRow,
    Tag,
    Text
} from '@hubspot/ui-extensions';
import type { LedgerRow, LedgerView } from '../logic/ledger';
import type { Words } from '../logic/words';
import { Section } from './Section';

export interface LedgerProps {
    ledger: LedgerView;
    words: Words;
    narrow: boolean;
}

const BOLD = { fontWeight: 'bold' } as const;

export function Ledger({ ledger, words, narrow }: LedgerProps) {
    return (
        <Section title={ledger.title} narrow={narrow}>
            {ledger.rows.length ? <Points ledger={ledger} words={words} narrow={narrow} /> : null}
            {ledger.step ? <Text variant="microcopy">{ledger.step}</Text> : null}
            {ledger.changed ? <Text format={BOLD}>{ledger.changed}</Text> : null}
            {ledger.changes.length ? (
                <List variant="unordered-styled">
                    {ledger.changes.map((change) => (
                        <Text key={change}>{change}</Text>
                    ))}
                </List>
            ) : null}
            {ledger.reply ? <Text>{ledger.reply}</Text> : null}
            {ledger.unknown.length ? (
                <Flex direction="column" gap="xs">
                    <Text format={BOLD}>{words.unknown}</Text>
                    <Inline gap="xs">
                        {ledger.unknown.map((part) => (
                            <Tag key={part}>{part}</Tag>
                        ))}
                    </Inline>
                    <Text variant="microcopy">{words.unknownNote}</Text>
                </Flex>
            ) : null}
        </Section>
    );
}

/** A narrow column has no room for bars: the numbers say the same. */
function Points({ ledger, words, narrow }: LedgerProps) {
    return (
        <Table density="condensed" flush={true} bordered={false}>
            <TableHead>
                <TableRow>
                    <TableHeader>{words.part}</TableHeader>
                    {narrow ? null : <TableHeader>{words.ledgerLegend}</TableHeader>}
                    <TableHeader align="right">{words.points}</TableHeader>
                </TableRow>
            </TableHead>
            <TableBody>
                {ledger.rows.map((row) => (
                    <PointsRow key={row.key} row={row} narrow={narrow} />
                ))}
                <TableRow>
                    <TableCell colSpan={narrow ? 1 : 2}>
                        <Text format={BOLD}>{words.total}</Text>
                    </TableCell>
                    <TableCell align="right">
                        <Text format={BOLD}>{ledger.total}</Text>
                    </TableCell>
                </TableRow>
            </TableBody>
        </Table>
    );
}

function PointsRow({ row, narrow }: { row: LedgerRow; narrow: boolean }) {
    return (
        <TableRow>
            <TableCell>{row.label}</TableCell>
            {narrow ? null : (
                <TableCell>
                    <ProgressBar
                        aria-label={`${row.label}: ${row.points}`}
                        value={row.value}
                        maxValue={row.most}
                        variant={row.limits ? 'danger' : 'success'}
                    />
                </TableCell>
            )}
            <TableCell align="right">{row.points}</TableCell>
        </TableRow>
    );
}
