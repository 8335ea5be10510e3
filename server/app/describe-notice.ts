import type { CounterNotice } from '../../stream/counter/notice.ts';

/** One sentence for an operator. */
export function describeNotice(notice: CounterNotice): string {
  switch (notice.kind) {
    case 'keys-over-limit':
      return `More than ${notice.keysMax} groups of ${notice.groupBy} came; further ones are counted together as "(over the key limit)".`;
    case 'ids-forgotten-early':
      return `More than ${notice.idsMax} ids came within their horizon; an id that comes again may count twice.`;
    case 'customers-forgotten-early':
      return `More than ${notice.customersMax} customers came within the longest window; a customer may be counted as two.`;
    case 'duplicates-forgotten-early':
      return `More than ${notice.itemsMax} texts came within the horizon of duplicates; what is said again late may count (TOCSIN_DUPLICATES_ITEMS_MAX).`;
    case 'rule-refused':
    case 'rule-not-filled':
      return `Rule ${notice.ruleId}: ${notice.message}.`;
    default:
      return `The counter met a limit or a rule that does not work: ${JSON.stringify(notice)}`;
  }
}
