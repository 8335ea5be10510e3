import { FindingsGatherer } from '../../alerts/reason/gather-findings.ts';
import { TrustWatch } from '../../alerts/reason/trust-watch.ts';
import type { DeliveryContext } from '../../alerts/notify/deliver-page.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { Bus, Requests } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { readGroupItems } from '../../stream/store/reason-items.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { AppContext } from './app-context.ts';
import { ask } from './ask.ts';

/** What pages say beyond their order: what the items have in common, and how far the numbers can be trusted. */
export function watchReasons({ settings, clock }: AppContext, { bus, store, rules }: { bus: Bus; store: Store; rules: RuleBook }): NonNullable<DeliveryContext['reason']> & { stop(): void } {
  const found = findingsOf({ bus, store, rules, waitMsMax: settings.TOCSIN_REASON_WAIT_MS });
  const dead = bus.log('dead');
  const trust = new TrustWatch({ bus, clock, deadLetters: async () => (await dead.info()).entries });
  trust.start();
  return {
    findings: (order) => found.findings(order),
    trust: (workspace) => trust.of(workspace),
    stop() {
      found.stop();
      trust.stop();
    },
  };
}

/** What the items of alerts have in common, by the conditions that are in force. */
export function findingsOf({ bus, store, rules, waitMsMax }: { bus: Requests; store: Store; rules: RuleBook; waitMsMax: number }): { findings: FindingsGatherer['of']; stop(): void } {
  const whereOf = new Map<string, string | null>();
  const following = rules.sets().subscribe((set) => {
    whereOf.clear();
    for (const rule of set) whereOf.set(rule.id, 'where' in rule ? rule.where ?? null : null);
  });
  const gatherer = new FindingsGatherer({ source: { stored: (query) => readGroupItems(store, query), unstored: (query) => ask<StoredItem[]>(bus, SUBJECTS.unstoredItems, query, waitMsMax) }, whereOf: (ruleId) => whereOf.get(ruleId), timers: systemTimers, waitMsMax });
  return { findings: (question) => gatherer.of(question), stop: () => following.unsubscribe() };
}
