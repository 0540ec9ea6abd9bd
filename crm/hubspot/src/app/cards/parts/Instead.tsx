/** What stands in place of a card that has nothing to show yet. */
import { EmptyState, ErrorState, LoadingSpinner, Text } from '@hubspot/ui-extensions';

export const Loading = ({ label }: { label: string }) => (
    <LoadingSpinner label={label} showLabel={true} layout="centered" />
);

export const Empty = ({ title, text }: { title: string; text: string }) => (
    <EmptyState title={title} layout="vertical" imageName="target" flush={true}>
        <Text>{text}</Text>
    </EmptyState>
);

export const Unreadable = ({ title, text }: { title: string; text: string }) => (
    <ErrorState title={title} type="lock">
        <Text>{text}</Text>
    </ErrorState>
);
