import { parseWhere } from '../../alerts/rules/compile-where.ts';
import { WHERE_VARIABLES, type WhereVariableName } from '../../alerts/rules/where-variables.ts';
import type { GroupField, Rule } from '../../core/rule.ts';
import type { StoredField } from '../store/from-row.ts';

/** What of the stored item each variable of a `where` reads. */
const FIELDS_OF_VARIABLE: Record<WhereVariableName, readonly StoredField[]> = {
  complaint: ['complaint'],
  complaintProbability: ['complaintProbability'],
  sentiment: ['sentiment'],
  stars: ['stars'],
  severity: ['severity'],
  implicit: ['implicit'],
  categories: ['categories'],
  language: ['language'],
  text: ['text'],
  channel: ['channel'],
  product: ['product'],
  store: ['store'],
  region: ['region'],
  agent: ['agent'],
  rating: ['rating'],
  nps: ['nps'],
  waitSeconds: ['waitSeconds'],
  tags: ['tags'],
  // A scan is of one workspace, so it is known.
  workspace: [],
  attributes: ['attributes'],
  customer: ['customerTier', 'customerGroup', 'customerRegion'],
  legalThreat: ['text'],
  mediaThreat: ['text'],
  safetyRisk: ['text'],
  privacyRisk: ['text'],
  fraudRisk: ['text'],
  vip: ['customerTier'],
};

const FIELD_OF_GROUP: Record<GroupField, StoredField> = {
  category: 'categories', channel: 'channel', sentiment: 'sentiment', severity: 'severity', language: 'language', product: 'product',
  store: 'store', region: 'region', agent: 'agent', customerTier: 'customerTier', customerGroup: 'customerGroup', customer: 'customerId',
};

/** The stored fields that decide which items rules count and in which groups: the only ones that a run over history reads. */
export function neededFields(rules: readonly Asked[]): StoredField[] {
  const fields = new Set<StoredField>();
  for (const rule of rules) for (const field of ownFields(rule)) fields.add(field);
  for (const { where = '', groupBy } of rules.filter(({ kind }) => kind !== 'composite').flatMap((rule): Asked[] => (rule.kind === 'share' && typeof rule.of === 'object' ? [rule, rule.of] : [rule]))) {
    for (const field of groupBy) fields.add(FIELD_OF_GROUP[field]);
    if (where.trim() === '') continue;
    for (const name of variablesOf(parseWhere(where).ast)) for (const field of FIELDS_OF_VARIABLE[name]) fields.add(field);
  }
  return [...fields];
}

/** A rule, or what is to be filled of one. */
interface Asked {
  kind?: Rule['kind'];
  of?: string | { where: string; groupBy: readonly GroupField[] };
  /** Of a rule that watches for new topics. */
  terms?: string;
  where?: string | undefined;
  groupBy: readonly GroupField[];
}

/** What a rule reads of an item beside its condition and its groups. */
function ownFields({ kind, of, terms }: Asked): StoredField[] {
  if (kind === 'newTopic') return ['text', 'language', 'id', 'customerId', ...(terms === 'keywords' ? (['keywords'] as const) : [])];
  if (kind !== 'threshold') return [];
  return of === 'customers' ? ['customerId'] : of === 'probability' ? ['complaintProbability'] : [];
}

/** Every variable that an expression may read. A name that only a macro binds may be among them: that reads a field too many. */
function variablesOf(node: unknown, found = new Set<WhereVariableName>()): Set<WhereVariableName> {
  if (Array.isArray(node)) for (const each of node) variablesOf(each, found);
  else if (typeof node === 'object' && node !== null && 'op' in node && 'args' in node) {
    if (node.op === 'id' && typeof node.args === 'string' && Object.hasOwn(WHERE_VARIABLES, node.args)) found.add(node.args as WhereVariableName);
    else variablesOf(node.args, found);
  }
  return found;
}
