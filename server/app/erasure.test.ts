import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { findFeedback } from '../../stream/store/search.ts';
import { temporaryStore, type TemporaryStore } from '../../stream/store/testing/embedded-store.ts';
import { storedItem } from '../../stream/store/testing/items.ts';
import { customerRoute } from '../gateway/routes/customer-route.ts';
import { JSON_TYPE } from '../gateway/route.ts';
import { startTestGateway, type TestGateway } from '../gateway/testing/test-gateway.ts';
import { customersOf } from './store-services.ts';

const ERASED_AT_MS = Date.UTC(2026, 4, 1, 8);
const LOG_ID = 'scored.0';

describe('DELETE /v1/customers/{id}', () => {
  let temporary: TemporaryStore;
  let server: TestGateway;
  beforeEach(async () => {
    temporary = await temporaryStore();
    server = await startTestGateway({ services: (empty) => ({ ...empty, customers: customersOf(temporary.store, { nowMs: () => ERASED_AT_MS }) }) });
  });
  afterEach(async () => {
    server.gateway.stop();
    await temporary.dispose();
  });

  it('is taken for a customer of whom nothing is stored yet, and what comes is erased; it says what it has found, and the same when it is repeated', async () => {
    const schema = customerRoute(customersOf(temporary.store, { nowMs: () => 0 })).operation?.answers[200]?.content?.[JSON_TYPE];
    const erase = async (): Promise<unknown> => {
      const answer = await fetch(`${server.url}/v1/customers/c-7`, { method: 'DELETE' });
      expect(answer.status).toBe(200);
      return schema!.parse(await answer.json());
    };
    const said = (items: number): object => ({
      items, alertEvents: 0, pages: 0, acceptedUpTo: '2026-05-01T08:00:00.000Z',
      detail: {
        zh: `${items} 条反馈、0 个告警事件和 0 次通知中已没有这位客户的任何内容。2026-05-01T08:00:00.000Z 之前已接收但尚未入库的，入库时即抹除。`,
        en: `${items} items, 0 alert events and 0 pages hold nothing of this customer any more. What was accepted up to 2026-05-01T08:00:00.000Z and is not stored yet is erased when it is stored.`,
      },
    });
    const store = async (id: string, index: number, receivedAtMs: number): Promise<void> => {
      await new ClickHouseWriter(temporary.store).insert([storedItem({ sequence: index, item: { id, text: '快递丢了', customer: { id: 'c-7' }, receivedAtMs } })], LOG_ID, `${LOG_ID}:${index}-${index}`);
    };
    expect(await erase()).toEqual(said(0));
    await store('on-its-way', 1, ERASED_AT_MS - 1);
    await store('later', 2, ERASED_AT_MS + 1);
    const texts = await Promise.all(['on-its-way', 'later'].map(async (id) => (await findFeedback(temporary.store, 'default', id))?.item.text));
    expect(texts).toEqual(['[erased]', '快递丢了']);
    expect(await erase()).toEqual(said(1));
    expect(await erase()).toEqual(said(0));
  });
});
