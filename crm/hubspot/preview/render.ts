/** Plain HTML for the tree that the vendor's testing renderer gives: one tag for each component. */
interface Node {
    nodeType: string;
    name?: string;
    text?: string | null;
    props?: Record<string, unknown>;
    childNodes?: readonly Node[];
}

type Draw = (props: Record<string, string>, inside: string, node: Node) => string;

const escape = (text: unknown) =>
    String(text ?? '').replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Return a component's words on its own line or inside another's. */
const wrapped = (tag: string, name: string): Draw => (props, inside) =>
    `<${tag} class="${[name, ...styles(props)].join(' ')}">${inside}</${tag}>`;

/** What a component's properties say of its looks, as classes: `gap-sm`, `variant-danger`. */
const STYLES = ['gap', 'direction', 'justify', 'align', 'wrap', 'variant', 'inline', 'hollow', 'compact', 'layout'];
const styles = (props: Record<string, string>) =>
    STYLES.filter((name) => props[name] !== undefined).map((name) => `${name}-${props[name]}`);

const DRAWN: Record<string, Draw> = {
    Flex: wrapped('div', 'flex'),
    Inline: wrapped('div', 'inline'),
    Tile: wrapped('div', 'tile'),
    Heading: wrapped('h3', 'heading'),
    Tag: wrapped('span', 'tag'),
    StatusTag: wrapped('span', 'status'),
    Table: wrapped('table', 'table'),
    TableHead: wrapped('thead', ''),
    TableBody: wrapped('tbody', ''),
    TableRow: wrapped('tr', ''),
    TableHeader: wrapped('th', ''),
    CrmActionLink: wrapped('a', 'link'),
    Link: (_props, inside) => `<a class="link">${inside} ↗</a>`,
    TableCell: (props, inside) =>
        `<td colspan="${props.colSpan ?? 1}" class="align-${props.align}">${inside}</td>`,
    AutoGrid: (props, inside) =>
        `<div class="grid gap-${props.gap}" style="grid-template-columns: repeat(auto-fit, minmax(min(100%, ${props.columnWidth}px), 1fr))">${inside}</div>`,
    Alert: (props, inside) =>
        `<div class="alert variant-${props.variant}"><strong>${escape(props.title)}</strong>${inside}</div>`,
    Accordion: (props) => `<div class="accordion"><span>›</span>${escape(props.title)}</div>`,
    DescriptionList: wrapped('dl', 'facts'),
    DescriptionListItem: (props, inside) =>
        `<div class="fact"><dt>${escape(props.label)}</dt><dd>${inside}</dd></div>`,
    List: (_props, _inside, node) =>
        `<ul>${(node.childNodes ?? []).map((one) => `<li>${toHtml(one)}</li>`).join('')}</ul>`,
    ProgressBar: (props) =>
        `<div class="bar variant-${props.variant}"><i style="width:${(100 * Number(props.value)) / Number(props.maxValue)}%"></i></div>`,
    EmptyState: (props, inside) => `<div class="empty"><h3>${escape(props.title)}</h3>${inside}</div>`,
    ErrorState: (props, inside) => `<div class="empty"><h3>${escape(props.title)}</h3>${inside}</div>`,
    LoadingSpinner: (props) => `<p class="empty">${escape(props.label)} …</p>`,
    Text: (props, inside, node) => {
        const format = (node.props?.format ?? {}) as Record<string, unknown>;
        const face = [`weight-${format.fontWeight ?? 'regular'}`, format.italic ? 'italic' : ''];
        return `<span class="text ${[...styles(props), ...face].join(' ')}">${inside}</span>`;
    }
};

/** Return the HTML of a node; a component that is not drawn here is an error, not a gap. */
export function toHtml(node: Node): string {
    if (!node.childNodes) {
        return escape(node.text);
    }
    const inside = node.childNodes.map(toHtml).join('');
    if (!node.name) {
        return inside;
    }
    const draw = DRAWN[node.name];
    if (!draw) {
        throw new Error(`the preview does not know how to draw ${node.name}`);
    }
    return draw((node.props ?? {}) as Record<string, string>, inside, node);
}
