import type { Prng } from '../../server/play/prng.ts';

/** Names of rules; those of composites come last, because they name the others. */
export const PLAIN_IDS = ['rule-a', 'rule-b', 'rule-c'] as const;
export const COMPOSITE_ID = 'joined';

type Written = Record<string, unknown>;

/** A rule as the API takes it, of any kind that counts or of the one that is wanted, that fires in a run of minutes. */
export function drawRule(random: Prng, id: string, wanted?: 'absence'): Written {
  const common = {
    id,
    title: { zh: `${id} 激增`, en: `${id} surges` },
    window: random.pick(['1m', '1m', '1m', '1m', '2m']),
    notify: random.pick([['on-call'], ['on-call'], ['hook'], []]),
  };
  const kind = wanted ?? random.pick(['threshold', 'threshold', 'threshold', 'threshold', 'severe', 'share', 'spike', 'absence', 'newTopic'] as const);
  switch (kind) {
    case 'threshold':
      return { ...common, ...threshold(random) };
    case 'severe': {
      const { window: coolDown, ...rest } = common;
      return { ...rest, kind, where: random.pick(['complaint', 'text.contains("崩溃")']), groupBy: groups(random), coolDown };
    }
    case 'share': {
      const groupBy = groups(random);
      return {
        ...common, kind, where: 'complaint', groupBy, atLeast: random.pick(['40%', '60%', '800/1000']), minVolume: random.between(1, 5), minCount: random.between(1, 4),
        ...(random.chance(0.5) ? { ofGroupBy: [] } : {}), ...holding(random),
      };
    }
    case 'spike':
      return {
        ...common, kind, ...where(random), groupBy: groups(random), against: random.pick(['3 days', '5 days', '3 weeks']), calendar: random.pick(['none', 'none', 'china']),
        method: random.pick(['poisson', 'robust-z']), sensitivity: random.pick([1, 2, 4]), times: random.pick([1, 2]), atLeast: random.between(1, 5), ...holding(random),
      };
    case 'absence':
      return {
        ...common, kind, ...where(random), groupBy: random.pick([['channel'], []]), fewerThan: random.between(1, 2),
        ...(random.chance(0.6) ? { normal: random.between(2, 9) } : { learn: '3d', normalAtLeast: 1 }), ...holding(random),
      };
    case 'newTopic':
      return { ...common, kind, ...where(random), atLeast: random.between(2, 4), times: random.pick([1, 2, 5]), memory: '1d', terms: random.pick(['text', 'keywords']) };
  }
}

/** One that joins the others, some of which may not be there. */
export function drawComposite(random: Prng): Written {
  const [a, b, c] = [random.pick(PLAIN_IDS), random.pick(PLAIN_IDS), random.pick(PLAIN_IDS)];
  const when = random.pick([`${a} and ${b}`, `${a} or ${b}`, `${a} and not ${b}`, `(${a} or ${b}) and not ${c}`]);
  return { id: COMPOSITE_ID, title: { zh: '同时发生', en: 'Both at once' }, kind: 'composite', when, groupBy: random.pick([[], ['channel']]), notify: ['on-call'], ...holding(random) };
}

function threshold(random: Prng): Written {
  const atLeast = random.between(2, 8);
  return {
    kind: 'threshold',
    ...where(random),
    groupBy: groups(random),
    ...(random.chance(0.4) ? { of: random.pick(['customers', 'probability']) } : {}),
    atLeast,
    resolveBelow: random.between(1, atLeast),
    ...holding(random),
    escalate: random.chance(0.5) ? [] : [{ atLeast: atLeast + random.between(1, 4), severity: 'critical', ...(random.chance(0.5) ? { notify: ['desk'] } : {}) }],
  };
}

function where(random: Prng): Written {
  return random.chance(0.7) ? { where: 'complaint' } : {};
}

function groups(random: Prng): string[] {
  return [...random.pick([['category'], ['category'], [], ['channel'], ['category', 'channel']])];
}

function holding(random: Prng): Written {
  return {
    ...(random.chance(0.2) ? { for: random.pick(['1s', '5s', '20s']) } : {}),
    ...(random.chance(0.2) ? { keepFiringFor: random.pick(['2s', '15s']) } : {}),
  };
}
