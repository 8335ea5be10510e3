import type { GroupKey } from '../../core/alert.ts';
import type { Matcher } from '../../core/operation.ts';
import type { Incident } from '../incidents/incident.ts';
import { matchesAll } from './match-alert.ts';

export interface SilencePreview {
  matching: number;
  /** At most `PREVIEW_MAX`. */
  alerts: { alertId: string; incidentId: string; ruleId: string; group: GroupKey; severity: string; workspace: string }[];
}

const PREVIEW_MAX = 100;

/** Which of the alerts that fire now a silence with these matchers would hold back. */
export function previewMatchers(incidents: Iterable<Incident>, matchers: readonly Matcher[]): SilencePreview {
  const preview: SilencePreview = { matching: 0, alerts: [] };
  for (const { id, members } of incidents) {
    for (const member of members.values()) {
      if (member.state !== 'firing' || !matchesAll(matchers, member)) continue;
      preview.matching += 1;
      const { alertId, ruleId, group, severity, workspace } = member;
      if (preview.alerts.length < PREVIEW_MAX) preview.alerts.push({ alertId, incidentId: id, ruleId, group, severity, workspace });
    }
  }
  return preview;
}
