import { describe, expect, it } from 'vitest';
import { ALL, expandQuery, type Fill } from './expand-query.ts';

const FILL: Fill = { fromMs: 1_760_000_000_500, toMs: 1_760_086_400_500, intervalMs: 60_000, variables: { channel: ALL, region: ['华东', "O'Brien"], workspace: 'default' } };

describe('queries as the data source sends them', () => {
  it.each([
    ['$__timeFilter(created_at)', 'created_at >= toDateTime(1760000000) AND created_at <= toDateTime(1760086400)'],
    ['$__timeFilter_ms(created_at)', 'created_at >= fromUnixTimestamp64Milli(1760000000500) AND created_at <= fromUnixTimestamp64Milli(1760086400500)'],
    ['$__dateFilter(day)', "day >= toDate('2025-10-09') AND day <= toDate('2025-10-10')"],
    ['$__fromTime, $__toTime', 'toDateTime(1760000000), toDateTime(1760086400)'],
    ['$__timeInterval(minute)', 'toStartOfInterval(toDateTime(minute), INTERVAL 60 second)'],
    ['$__interval_s', '60'],
    ["workspace = '$workspace'", "workspace = 'default'"],
    ['region IN (${region:singlequote})', "region IN ('华东','O\\'Brien')"],
    ['${region:csv}', "华东,O'Brien"],
    ['$__conditionalAll(channel IN (${channel:singlequote}), $channel)', '1=1'],
    ['$__conditionalAll(region IN (${region:singlequote}), $region)', "region IN ('华东','O\\'Brien')"],
  ])('%s', (sql, expected) => {
    expect(expandQuery(sql, FILL)).toBe(expected);
  });

  it('leaves unknown macros and variables for ClickHouse to refuse', () => {
    expect(expandQuery('$__nothing(x) $shop', FILL)).toBe('$__nothing(x) $shop');
  });

  it('refuses "All" where the data source would put in a list', () => {
    expect(() => expandQuery('channel IN (${channel:singlequote})', FILL)).toThrow('outside of $__conditionalAll');
  });
});
