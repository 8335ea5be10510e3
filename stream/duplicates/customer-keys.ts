import type { FeedbackItem } from '../../core/feedback.ts';
import { TextHash } from '../windows/hash.ts';

/** How an item is traced to its sender. `exact`: not a person but an order or ticket, which joins equal texts only. */
export type SenderKind = 'customer' | 'exact' | 'none';

/**
 * Hashes of who sent an item, 64 bits each, as signed lanes; both lanes 0 where there is none. Ids and telephone numbers of
 * different workspaces never agree. One object is used again and again.
 */
export class CustomerKeys {
  kind: SenderKind = 'none';
  /** Of `customer.id`, else of the phone, else of the order, else of the ticket. */
  low = 0;
  high = 0;
  /** Of the phone where the item names an id too; of the ticket where it names an order and no customer. */
  otherLow = 0;
  otherHigh = 0;
  /** Of the workspace alone, 32 bits. */
  workspace = 0;
  readonly #hash = new TextHash();
  #workspaceName: string | null = null;

  read(item: FeedbackItem): void {
    const { customer, order, ticket } = item;
    if (item.workspace !== this.#workspaceName) {
      this.#workspaceName = item.workspace;
      this.workspace = this.#hash.start(item.workspace).finish().low;
    }
    this.kind = 'none';
    this.low = 0;
    this.high = 0;
    this.otherLow = 0;
    this.otherHigh = 0;
    if (customer !== undefined) {
      this.#add(item.workspace, 'id', customer.id);
      this.#add(item.workspace, 'phone', customer.phoneHash);
      if (this.low !== 0) this.kind = 'customer';
    }
    if (this.low !== 0) return;
    this.#add(item.workspace, 'order', order);
    this.#add(item.workspace, 'ticket', ticket);
    if (this.low !== 0) this.kind = 'exact';
  }

  /** 32 bits of a value that the item names, never 0; 0 where it names none. */
  ofValue(workspace: string, value: string | undefined): number {
    if (value === undefined || value === '') return 0;
    return this.#hash.start(workspace).text(value).finish().low >>> 0 || 1;
  }

  #add(workspace: string, kind: string, value: string | undefined): void {
    if (value === undefined || value === '') return;
    const { low, high } = this.#hash.start(workspace).text(kind).text(value).finish();
    if (this.low === 0) {
      this.low = low === 0 ? 1 : low;
      this.high = high;
    } else {
      this.otherLow = low === 0 ? 1 : low;
      this.otherHigh = high;
    }
  }
}
