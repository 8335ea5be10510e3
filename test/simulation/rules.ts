import type { Prng } from '../../server/play/prng.ts';

/** A rule as the API takes it, of the kinds that fire in a run of minutes. */
export function drawRule(random: Prng, id: string): Record<string, unknown> {
  const atLeast = random.between(2, 8);
  return {
    id,
    title: { zh: `${id} 激增`, en: `${id} surges` },
    kind: 'threshold',
    ...(random.chance(0.7) ? { where: 'complaint' } : {}),
    groupBy: random.pick([['category'], ['category'], [], ['channel'], ['category', 'channel']]),
    window: random.pick(['1m', '1m', '1m', '1m', '2m']),
    atLeast,
    resolveBelow: random.between(1, atLeast),
    ...(random.chance(0.2) ? { for: random.pick(['1s', '5s', '20s']) } : {}),
    ...(random.chance(0.2) ? { keepFiringFor: random.pick(['2s', '15s']) } : {}),
    escalate: random.chance(0.5) ? [] : [{ atLeast: atLeast + random.between(1, 4), severity: 'critical', ...(random.chance(0.5) ? { notify: ['desk'] } : {}) }],
    notify: random.pick([['on-call'], ['on-call'], ['hook'], []]),
  };
}
