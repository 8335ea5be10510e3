import { z } from 'zod';
import type { GroupField, ShareRule } from '../../../core/rule.ts';
import { normalizeWhere } from '../compile-where.ts';
import { formatDuration } from '../duration.ts';
import { checkHold, commonJson, commonOf, commonShape, count, groupBy, holdJson, holdShape, msOf, refuseIn, where, window } from '../rule-parts.ts';

const SHARE = 'a share is written as 12%, 0.5% or 8/1000';
const VOLUME_MIN_DEFAULT = 50;
const COUNT_MIN_DEFAULT = 5;
const RESOLVE_PART = 0.8;

interface Share {
  share: number;
  per: 100 | 1000;
}

/** Null for a text that is no share above 0 and up to 1. */
function parseShare(text: string): Share | null {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  const thousand = /^(\d+(?:\.\d+)?)\s*(?:\/|per)\s*1,?000$/.exec(text.trim());
  const share = percent !== null ? { share: Number(percent[1]) / 100, per: 100 as const } : thousand !== null ? { share: Number(thousand[1]) / 1000, per: 1000 as const } : null;
  return share !== null && share.share > 0 && share.share <= 1 ? share : null;
}

function writeShare(share: number, per: 100 | 1000): string {
  const value = String(Number((share * per).toPrecision(12)));
  return per === 100 ? `${value}%` : `${value}/1000`;
}

const share = z.string(`must be a share: ${SHARE}`).superRefine((text, context) => {
  if (parseShare(text) === null) context.addIssue({ code: 'custom', message: `"${text}" is not a share above 0 and up to all: ${SHARE}` });
});

const shape = {
  ...commonShape,
  kind: z.literal('share'),
  of: where.optional().describe('CEL: what the share is of; absent: all feedback'),
  ofGroupBy: groupBy.optional().describe('Fields of groupBy by which the items of `of` are grouped as well; absent: all of them but category'),
  window: window.describe('1m to 90d'),
  atLeast: share.describe('Such as 12% or 8/1000'),
  resolveBelow: share.optional().describe('An open alert ends below this share; default 80 % of the one that fires'),
  minVolume: count.default(VOLUME_MIN_DEFAULT).describe('With fewer items of `of` in the window it does not fire'),
  minCount: count.default(COUNT_MIN_DEFAULT).describe('With fewer matching items in the window it does not fire'),
  ...holdShape,
};

/** Matching items per hundred or thousand of others. */
export const shareSchema = z.strictObject(shape).superRefine((rule, context) => {
  const refuse = refuseIn(context);
  const [fires, resolves] = [parseShare(rule.atLeast), parseShare(rule.resolveBelow ?? rule.atLeast)];
  if (fires !== null && resolves !== null && resolves.share > fires.share) refuse('resolveBelow', `is ${rule.resolveBelow}, above the share of ${rule.atLeast} that fires: the alert would end as soon as it opened`);
  const foreign = rule.ofGroupBy?.findIndex((field) => !rule.groupBy.includes(field)) ?? -1;
  if (foreign >= 0) refuse(['ofGroupBy', foreign], `${rule.ofGroupBy![foreign]} is not in groupBy: a group of the rule would not know which of these groups it is of`);
  if (normalizeWhere(rule.where) === '') refuse('where', 'is missing: without it every item matches, and the share is always all');
  else if (normalizeWhere(rule.where) === normalizeWhere(rule.of)) refuse('of', 'is the same as where: the share is always all');
  checkHold(rule, refuse);
});

export type ShareDocument = z.output<typeof shareSchema>;

export function shareOf(document: ShareDocument): ShareRule {
  const { share: shareAtLeast, per } = parseShare(document.atLeast)!;
  const resolves = document.resolveBelow === undefined ? shareAtLeast * RESOLVE_PART : parseShare(document.resolveBelow)!.share;
  return {
    ...commonOf(document),
    kind: 'share',
    of: { where: normalizeWhere(document.of), groupBy: document.ofGroupBy ?? document.groupBy.filter((field: GroupField) => field !== 'category') },
    windowMs: msOf(document.window),
    shareAtLeast,
    resolveShareBelow: Number(resolves.toPrecision(12)),
    volumeMin: document.minVolume,
    per,
    fireAt: document.minCount,
    resolveBelow: 1,
  };
}

export function shareJson(rule: ShareRule) {
  return {
    ...commonJson(rule),
    kind: rule.kind,
    ...(rule.of.where === '' ? {} : { of: rule.of.where }),
    ofGroupBy: rule.of.groupBy,
    window: formatDuration(rule.windowMs),
    atLeast: writeShare(rule.shareAtLeast, rule.per),
    resolveBelow: writeShare(rule.resolveShareBelow, rule.per),
    minVolume: rule.volumeMin,
    minCount: rule.fireAt,
    ...holdJson(rule),
  };
}

export const shareKeys = Object.keys(shape);
