import type { OperationAct } from '../../core/operation.ts';
import type { Prng } from '../../server/play/prng.ts';
import { encodeJson } from '../../stream/frames/record.ts';
import { letters } from './sample-feedback.ts';
import { readJournal } from './read-journal.ts';
import type { World } from './world.ts';

const ACTS = ['acknowledge', 'acknowledge', 'assign', 'comment', 'resolve', 'merge', 'split', 'silence', 'remove-silence'] as const;

/** Somebody does something about an incident, now and then twice under one id, as a client does that got no answer. */
export async function operate(world: World): Promise<void> {
  const { random, bus } = world;
  const { state } = readJournal(world.journal);
  const incidents = [...state.open.values(), ...state.closed.values()];
  const act = draw(random, incidents.map(({ id, members }) => ({ id, alertIds: [...members.keys()] })), [...state.silences.keys()], world.time.nowMs());
  if (act === null) return;
  const id = letters(random, 16);
  world.trace(`somebody: ${act.kind}`);
  world.note(`person: ${act.kind}`);
  const bytes = encodeJson('operation', { id, actor: 'u1', way: 'api', act });
  const times = random.chance(0.2) ? 2 : 1;
  // The second one comes when the log may have forgotten the first one's message id.
  for (let time = 0; time < times; time += 1) world.time.after(time * random.between(1, 12_000), () => void bus.log('operations').append(bytes, `${id}-${time}`).catch(() => undefined));
}

function draw(random: Prng, incidents: { id: string; alertIds: string[] }[], silences: string[], nowMs: number): OperationAct | null {
  const kind = random.pick(ACTS);
  if (kind === 'silence') {
    return { kind, silence: { id: letters(random, 8), matchers: random.chance(0.5) ? [] : [{ field: 'rule', operator: '!=', value: 'r-1' }], author: 'u1', reason: 'maintenance', startsAtMs: nowMs, endsAtMs: nowMs + random.between(1_000, 60_000), createdAtMs: nowMs } };
  }
  if (kind === 'remove-silence') return silences.length === 0 ? null : { kind, silenceId: random.pick(silences) };
  if (incidents.length === 0) return null;
  const { id: target, alertIds } = random.pick(incidents);
  switch (kind) {
    case 'acknowledge':
      return { kind, target, forMs: random.between(1_000, 120_000) };
    case 'assign':
      return { kind, target, to: random.pick(['u1', 'auto']) };
    case 'comment':
      return { kind, target, text: letters(random, 20) };
    case 'resolve':
      return { kind, target };
    case 'merge':
      return { kind, target, into: random.pick(incidents).id };
    case 'split':
      return { kind, target, alertIds: alertIds.slice(0, 1) };
  }
}
