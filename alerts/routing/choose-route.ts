import { matchesAll, valueOf } from '../silences/match-alert.ts';
import type { Matchable } from '../silences/match-alert.ts';
import { isWithin } from '../schedules/day-hours.ts';
import type { GatherField, Route, RoutingBook } from './book.ts';

/** The first route whose matchers and hours fit; null: the rule's own `notify` decides. */
export function chooseRoute(book: RoutingBook, alert: Matchable, nowMs: number): Route | null {
  return book.routes.find((route) => matchesAll(route.when, alert) && isOpen(route, nowMs)) ?? null;
}

function isOpen({ hours }: Route, nowMs: number): boolean {
  return hours === null || isWithin(hours, nowMs) === (hours.within === 'inside');
}

/** Alerts with the same key are one incident. Never across workspaces or routes. */
export function groupKeyOf(route: Route | null, alert: Matchable): string {
  const fields: readonly GatherField[] = route?.gatherBy ?? ['alert'];
  const parts = fields.includes('alert') ? [alert.ruleId, ...Object.entries(alert.group).flat()] : fields.flatMap((field) => [field, valueOf(field, alert)]);
  return JSON.stringify([alert.workspace, route?.id ?? null, ...parts]);
}
