import type { Channel } from '../../../core/feedback.ts';
import type { FeedbackInput } from '../feedback-input.ts';
import { readChannelCell, readNumberCell, readRatingCell, readTimeCell, readYesCell, type DateOrder } from './read-cells.ts';
import type { NamedColumns, SheetField } from './name-columns.ts';

export type MappedRow = { kind: 'item'; item: FeedbackInput } | { kind: 'blank' } | { kind: 'unusable'; reason: string };

export interface RowReading {
  columns: NamedColumns;
  /** Of rows that name none; null: they are `api`, and a channel that is not known is for the server to refuse. */
  channel: Channel | null;
  dates: DateOrder;
  attributeCharsMax: number;
}

/** How the last row of a sheet that was made to be printed begins. */
const TOTALS = /^(?:合计|总计|小计|(?:grand |sub)?total)[：:]?$/iu;

/** Kept from an export of ours, where a cell that would begin like a formula has an apostrophe before it. */
const GUARDED = /^'(?=[=+\-@\t\r])/u;

/**
 * One row of a sheet as an item to post. Empty cells are not sent; a long cell of a column that is an attribute is cut.
 * Whether the fields fit is the server's to say. Pure.
 */
export function mapRow(cells: readonly string[], reading: RowReading): MappedRow {
  const { columns } = reading;
  const trimmed = cells.map((cell) => cell.trim().replace(GUARDED, ''));
  if (trimmed.every((cell) => cell === '')) return { kind: 'blank' };
  const width = columns.fields.length;
  if (trimmed.length !== width && (trimmed.length < width || trimmed.slice(width).some((cell) => cell !== ''))) {
    return { kind: 'unusable', reason: `has ${trimmed.length} cells, the first row has ${width}` };
  }
  if (trimmed.some((cell) => cell.includes('\ufffd'))) return { kind: 'unusable', reason: 'holds bytes that are no text in the encoding of the rest' };
  const values = new Map<SheetField, string>();
  const attributes: Record<string, string> = {};
  for (const [place, cell] of trimmed.slice(0, width).entries()) {
    if (cell === '') continue;
    const [field, attribute] = [columns.fields[place] ?? null, columns.attributes[place] ?? null];
    if (field !== null) values.set(field, cell);
    else if (attribute !== null) attributes[attribute] = cell.slice(0, reading.attributeCharsMax);
  }
  if (!values.has('text')) return { kind: 'unusable', reason: 'has no text' };
  if (TOTALS.test(trimmed.find((cell) => cell !== '') ?? '')) return { kind: 'unusable', reason: 'is a row of totals' };
  return toItem(values, attributes, reading);
}

function toItem(values: ReadonlyMap<SheetField, string>, attributes: Record<string, string>, { channel, dates }: RowReading): MappedRow {
  const item: Record<string, unknown> = { channel: channel ?? 'api' };
  const customer: Record<string, string> = {};
  for (const [field, cell] of values) {
    switch (field) {
      case 'createdAt': {
        const read = readTimeCell(cell, dates);
        if (!read.ok) return { kind: 'unusable', reason: read.reason };
        item['createdAt'] = read.value;
        break;
      }
      case 'channel': {
        const known = readChannelCell(cell);
        // With a channel for all of them, the sheet's own word is kept beside it.
        if (known === null && channel !== null) attributes['channel'] = cell;
        else item['channel'] = known ?? cell;
        break;
      }
      case 'rating':
        item['rating'] = readRatingCell(cell);
        break;
      case 'nps': case 'waitSeconds':
        item[field] = readNumberCell(cell);
        break;
      case 'resolved':
        item['resolved'] = readYesCell(cell);
        break;
      case 'tags':
        item['tags'] = cell.split(/[;;,,、|]/u).map((tag) => tag.trim()).filter((tag) => tag !== '');
        break;
      case 'customer.id': case 'customer.name': case 'customer.phone': case 'customer.tier': case 'customer.group': case 'customer.region':
        customer[field.slice('customer.'.length)] = cell;
        break;
      default:
        item[field] = cell;
    }
  }
  if (Object.keys(customer).length > 0) item['customer'] = customer;
  if (Object.keys(attributes).length > 0) item['attributes'] = attributes;
  return { kind: 'item', item: item as unknown as FeedbackInput };
}
