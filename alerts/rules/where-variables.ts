import type { ScoredItem } from '../../core/frame.ts';
import { CONDITION_WORDS, isVip, meetsCondition } from './named-conditions.ts';

/** Types as CEL names them. Every number is a double, so that an absent one can be NaN and no comparison with it holds. */
export type WhereType = 'bool' | 'double' | 'string' | 'list<string>' | 'map<string, dyn>' | 'customer';

interface WhereVariable {
  type: WhereType;
  read: (scored: ScoredItem) => unknown;
}

const NO_TEXTS: readonly string[] = [];
const NO_ATTRIBUTES = {};

/**
 * What a rule's `where` can speak of. An absent text is "", an absent number compares false with everything, an absent
 * attribute makes false whatever depends on it.
 */
export const WHERE_VARIABLES = {
  complaint: { type: 'bool', read: ({ score }) => score.complaint },
  complaintProbability: { type: 'double', read: ({ score }) => score.complaintProbability },
  sentiment: { type: 'string', read: ({ score }) => score.sentiment },
  stars: { type: 'double', read: ({ score }) => score.stars },
  severity: { type: 'string', read: ({ score }) => score.severity },
  implicit: { type: 'bool', read: ({ score }) => score.implicit },
  categories: { type: 'list<string>', read: ({ score }) => score.categories.map((category) => category.id) },
  language: { type: 'string', read: ({ score }) => score.language },
  text: { type: 'string', read: ({ item }) => item.text },
  channel: { type: 'string', read: ({ item }) => item.channel },
  product: { type: 'string', read: ({ item }) => item.product ?? '' },
  store: { type: 'string', read: ({ item }) => item.store ?? '' },
  region: { type: 'string', read: ({ item }) => item.region ?? '' },
  agent: { type: 'string', read: ({ item }) => item.agent ?? '' },
  rating: { type: 'double', read: ({ item }) => item.rating ?? NaN },
  nps: { type: 'double', read: ({ item }) => item.nps ?? NaN },
  waitSeconds: { type: 'double', read: ({ item }) => item.waitSeconds ?? NaN },
  tags: { type: 'list<string>', read: ({ item }) => item.tags ?? NO_TEXTS },
  workspace: { type: 'string', read: ({ item }) => item.workspace },
  attributes: { type: 'map<string, dyn>', read: ({ item }) => item.attributes ?? NO_ATTRIBUTES },
  customer: { type: 'customer', read: ({ item }) => item },
  legalThreat: { type: 'bool', read: ({ item }) => meetsCondition('legalThreat', item.text) },
  mediaThreat: { type: 'bool', read: ({ item }) => meetsCondition('mediaThreat', item.text) },
  safetyRisk: { type: 'bool', read: ({ item }) => meetsCondition('safetyRisk', item.text) },
  privacyRisk: { type: 'bool', read: ({ item }) => meetsCondition('privacyRisk', item.text) },
  fraudRisk: { type: 'bool', read: ({ item }) => meetsCondition('fraudRisk', item.text) },
  vip: { type: 'bool', read: isVip },
} as const satisfies Record<string, WhereVariable>;

export type WhereVariableName = keyof typeof WHERE_VARIABLES;

export const CUSTOMER_FIELDS = {
  tier: ({ item }: ScoredItem) => item.customer?.tier ?? '',
  group: ({ item }: ScoredItem) => item.customer?.group ?? '',
  region: ({ item }: ScoredItem) => item.customer?.region ?? '',
} as const;

/** All variables of one item, for the general evaluator. */
export function whereContext(scored: ScoredItem): Record<string, unknown> {
  const context: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(WHERE_VARIABLES)) {
    // Looking through a text for words costs more than all the rest, and few expressions ask for it.
    if (Object.hasOwn(CONDITION_WORDS, name)) Object.defineProperty(context, name, { enumerable: true, get: () => variable.read(scored) });
    else context[name] = variable.read(scored);
  }
  context['customer'] = { tier: CUSTOMER_FIELDS.tier(scored), group: CUSTOMER_FIELDS.group(scored), region: CUSTOMER_FIELDS.region(scored) };
  return context;
}
