import type { CategoryId } from '../../core/category.ts';

/** The scripted surges that samples/phrases.*.yaml hold words for, and the category each belongs to. */
export const INCIDENT_CATEGORIES = {
  'late-parcels': 'logistics',
  'app-crash': 'app.crash',
  'double-charge': 'account.payment',
} as const satisfies Record<string, CategoryId>;

export type IncidentKind = keyof typeof INCIDENT_CATEGORIES;
export const INCIDENT_KINDS = Object.keys(INCIDENT_CATEGORIES) as IncidentKind[];

/** Extra complaints of one kind during [fromMs, toMs). */
export interface Incident {
  kind: IncidentKind;
  fromMs: number;
  toMs: number;
  /** Its items for each item of the ordinary traffic: 2 means that two of three items speak of it. Above zero. */
  intensity: number;
  /** Every customer of it is from here; absent: from anywhere. A name of samples/catalogue.yaml. */
  region?: string;
  /** App version that its texts name. */
  version?: string;
}

/** Sum of the intensities at a time. */
export function incidentLoad(incidents: readonly Incident[], atMs: number): number {
  let sum = 0;
  for (const incident of incidents) if (atMs >= incident.fromMs && atMs < incident.toMs) sum += incident.intensity;
  return sum;
}

/** The next time after `atMs` at which an incident starts or ends; Infinity when none does. */
export function nextIncidentEdgeMs(incidents: readonly Incident[], atMs: number): number {
  let edgeMs = Infinity;
  for (const { fromMs, toMs } of incidents) {
    if (fromMs > atMs) edgeMs = Math.min(edgeMs, fromMs);
    if (toMs > atMs) edgeMs = Math.min(edgeMs, toMs);
  }
  return edgeMs;
}
