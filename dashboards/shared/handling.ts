import type { ShownTexts } from './language.ts';
import { isFields } from './live-message.ts';

/** What people have done about an alert, as its incident says. Times in ms since the epoch. */
export interface Handling {
  acknowledged: { by: string; untilMs: number } | null;
  assignee: string | null;
  silenced: boolean;
  corrected: { atMs: number; detail: ShownTexts } | null;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** By alert, of `GET /v1/incidents`; null where it is no such answer. What cannot be read, and incidents that are over, are left out. */
export function parseHandling(answer: unknown): ReadonlyMap<string, Handling> | null {
  if (!isFields(answer) || !Array.isArray(answer['incidents'])) return null;
  const byAlert = new Map<string, Handling>();
  for (const incident of answer['incidents'] as unknown[]) {
    if (!isFields(incident) || incident['state'] === 'resolved' || !Array.isArray(incident['alertIds'])) continue;
    const { acknowledged, assignee, silenced, corrected } = incident;
    const handling: Handling = {
      acknowledged: isFields(acknowledged) && isText(acknowledged['by']) && typeof acknowledged['untilMs'] === 'number' ? { by: acknowledged['by'], untilMs: acknowledged['untilMs'] } : null,
      assignee: isText(assignee) ? assignee : null,
      silenced: silenced === true,
      corrected: correctionOf(corrected),
    };
    for (const alertId of incident['alertIds'] as unknown[]) if (isText(alertId)) byAlert.set(alertId, handling);
  }
  return byAlert;
}

function correctionOf(corrected: unknown): Handling['corrected'] {
  if (!isFields(corrected) || typeof corrected['atMs'] !== 'number' || !isFields(corrected['detail'])) return null;
  const { zh, en } = corrected['detail'];
  return isText(zh) && isText(en) ? { atMs: corrected['atMs'], detail: { zh, en } } : null;
}
