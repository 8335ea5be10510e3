import type { Silence } from '../../core/operation.ts';
import type { LocalText } from '../../core/rule.ts';
import { matchesAll } from '../silences/match-alert.ts';
import { silenceInWords } from '../silences/say-matchers.ts';
import { silencedBy } from '../silences/silenced-by.ts';
import { silentUntilMs } from '../silences/silence-times.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { note } from './incident.ts';
import type { Incident } from './incident.ts';

/** Puts a silence that begins to hold on the timeline of each open incident whose pages it mutes. */
export function noteSilence(state: DeskState, step: DeskStep, silence: Silence): void {
  const untilMs = silentUntilMs(silence, state.nowMs);
  if (untilMs === null) return;
  for (const incident of mutedBy(state, silence)) {
    note(incident, { atMs: state.nowMs, kind: 'silenced', by: silence.author, detail: saidOf(silence), silenceId: silence.id, ...(untilMs === Infinity ? {} : { untilMs }) });
    step.changed.add(incident.id);
  }
}

/** The same of one that somebody takes away before its time. */
export function noteSilenceRemoved(state: DeskState, step: DeskStep, silence: Silence, actor: string): void {
  if (silentUntilMs(silence, state.nowMs) === null) return;
  for (const incident of mutedBy(state, silence)) {
    note(incident, { atMs: state.nowMs, kind: 'silence-removed', by: actor, detail: saidOf(silence), silenceId: silence.id });
    step.changed.add(incident.id);
  }
}

function saidOf(silence: Silence): LocalText {
  const what = silenceInWords(silence);
  return { zh: `${what.zh}：${silence.reason}`, en: `${what.en}: ${silence.reason}` };
}

/** Those of which every alert that fires is silenced, at least one of them by this silence. */
function mutedBy({ open, silences, nowMs }: DeskState, { matchers }: Silence): Incident[] {
  return [...open.values()].filter(({ members }) => {
    const firing = [...members.values()].filter((member) => member.state === 'firing');
    return firing.some((member) => matchesAll(matchers, member)) && firing.every((member) => matchesAll(matchers, member) || silencedBy(silences.values(), member, nowMs) !== null);
  });
}
