import { z } from 'zod';
import { parseRule } from '../../../alerts/rules/parse-rule.ts';
import { readWrittenRule } from '../../../alerts/rules/read-written-rule.ts';
import { ruleSchema } from '../../../alerts/rules/rule-schema.ts';
import type { Rule } from '../../../core/rule.ts';
import { ALERT_SEVERITIES } from '../../../core/rule.ts';
import { JSON_TYPE, jsonReply, readJsonBody, type Operation, type Route, type RouteRequest } from '../route.ts';
import type { Backtests } from '../services.ts';
import type { Rules } from '../rules-service.ts';
import { warningsSchema } from './answer-schemas.ts';
import { faultView } from './fault-view.ts';
import { instant, workspace } from './query-fields.ts';
import { ruleText } from './rule-text.ts';

const epochMs = z.int().describe('Milliseconds since the epoch, UTC.');

const span = {
  workspace,
  from: instant.optional().describe('RFC 3339; alerts from this time on. 30 days before `to` when absent.'),
  to: instant.optional().describe('RFC 3339; alerts before this time. Now when absent.'),
  incidents: z.array(z.strictObject({ from: instant, to: instant, rule: z.string().max(64).optional(), group: z.record(z.string(), z.string()).optional() })).max(1_000, 'has more than 1,000 entries').optional()
    .describe('What really happened, as people labelled it: precision and recall are told against it.'),
  source: z.enum(['store', 'log']).default('store').describe('`store`: what ClickHouse holds. `log`: the scored log itself; slower.'),
  arrival: z.enum(['received', 'created']).default('received').describe('`received`: late items are late. `created`: as if each had arrived at its event time. For `store` only.'),
};
const spanSchema = z.strictObject(span);
/** The rule itself is checked by `parseRule`, which says what is wrong with it in its own words. */
const ruleAndSpanSchema = z.strictObject({ rule: z.unknown().describe('As a rule file writes it: an object, or a text in YAML.'), ...span });

export const alertSchema = z.object({
  ruleId: z.string(), workspace: z.string(), group: z.record(z.string(), z.string()), severity: z.enum(ALERT_SEVERITIES).describe('The highest that it reached.'),
  openedAtMs: epochMs, count: z.number().describe('Items in the window when it opened, or what the kind of the rule measures.'), firstItemAtMs: epochMs.nullable(), late: z.boolean(),
  escalated: z.array(z.object({ atMs: epochMs, severity: z.enum(ALERT_SEVERITIES), count: z.int() })),
  resolvedAtMs: epochMs.nullable().describe('Null where it is open at the end.'), peak: z.number(), pages: z.int().describe('Its opening and escalations that page somebody.'),
});

const answerSchema = z.object({
  fromMs: epochMs, toMs: epochMs,
  items: z.int().describe('Items gone through, those included that fill the windows before `from`.'),
  alerts: z.array(alertSchema).describe('In the order in which they opened.'),
  alertsNotListed: z.int(),
  summary: z.object({
    alerts: z.int(), byRule: z.record(z.string(), z.int()), escalations: z.int(), lateAlerts: z.int(), openAtEnd: z.int(), alertsPerWeek: z.number(), pagesPerWeek: z.number(),
    longestStorm: z.object({ alerts: z.int(), fromMs: epochMs, toMs: epochMs }).nullable().describe('Most alerts of which each opened within ten minutes of the one before.'),
    longestOpenMs: z.number().nullable(), mostAlertsInOneHour: z.int(), medianFirstItemToAlertMs: z.number().nullable(),
  }),
  incidents: z.object({ incidents: z.int(), found: z.int(), precision: z.number().nullable(), recall: z.number().nullable(), medianDelayMs: z.number().nullable() }).optional().describe('Where incidents were sent along.'),
  durationMs: z.number(),
});

const ERRORS = [
  'invalid_json', 'invalid_request', 'invalid_rule', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'overloaded', 'store_unavailable', 'log_unavailable', 'draining',
] as const;

/** What a rule would have done. One run at a time; it makes way for live work and is ended when it takes too long. */
export function backtestRoutes(backtests: Backtests, rules: Rules): Route[] {
  const answerOf = (schema: z.ZodType): Operation['answers'] => ({ 200: { description: 'The alerts that there would have been.', content: { [JSON_TYPE]: schema } } });
  const operation = (rest: Omit<Operation, 'tag'>): Operation => ({ tag: 'rules', ...rest });
  return [
    {
      method: 'POST',
      path: '/v1/rules/backtest',
      accepts: [JSON_TYPE],
      operation: operation({ answers: answerOf(answerSchema.extend({ warnings: warningsSchema })), id: 'backtest', summary: 'Run a rule over history, without making it', body: { [JSON_TYPE]: ruleAndSpanSchema.extend({ rule: z.union([ruleSchema, ruleText]) }) }, errors: ERRORS }),
      async handle(request) {
        const { rule, ...asked } = readJsonBody(ruleAndSpanSchema, request);
        const read = parseRule(readWrittenRule(rule));
        return jsonReply(200, { ...(await run(read, asked)), warnings: rules.warningsOf([read])[0]?.map(faultView) ?? [] });
      },
    },
    {
      method: 'POST',
      path: '/v1/rules/{id}/backtest',
      accepts: [JSON_TYPE],
      operation: operation({ answers: answerOf(answerSchema), id: 'backtestRule', summary: 'Run a rule in force over history', params: { id: 'Id of the rule.' }, body: { [JSON_TYPE]: spanSchema }, errors: ['not_found', ...ERRORS] }),
      async handle(request: RouteRequest) {
        const asked = readJsonBody(spanSchema, request);
        return jsonReply(200, await run((await rules.get(request.params[0] ?? '')).rule, asked));
      },
    },
  ];

  async function run(rule: Rule, { from, to, incidents, ...rest }: z.output<typeof spanSchema>): ReturnType<Backtests['run']> {
    // A composite is decided by others, which are counted with it.
    const others = rule.kind === 'composite' ? (await rules.list()).map((booked) => booked.rule).filter(({ id }) => id !== rule.id) : [];
    const labelled = incidents?.map(({ from: fromMs, to: toMs, ...of }) => ({ fromMs, toMs, ...of }));
    return backtests.run({ rule, others, ...(from === undefined ? {} : { fromMs: from }), ...(to === undefined ? {} : { toMs: to }), ...(labelled === undefined ? {} : { incidents: labelled }), ...rest });
  }
}
