import { describe, expect, it } from 'vitest';
import { faultInChinese } from './error-in-chinese.ts';
import { parseRoutingFile } from '../../alerts/routing/parse-routing-file.ts';

const HAN = /\p{Script=Han}/u;

describe('what is wrong in routing, schedules and silences', () => {
  it('is said in Chinese of a whole file', () => {
    const { problems } = parseRoutingFile(`
defaultTeam: nobody
users: [{id: u 1}, {id: u2, notfy: [desk]}]
teams: [{id: t1}, {id: t1, manager: u9}]
schedules: [{id: s, timeZone: Mars, rotations: [{users: [u2], every: 5, startsAt: noon}]}]
chains: [{id: c, steps: []}]
routes: [{id: r, when: [catgory=x, 'region=~"("'], wait: 9x, gatherBy: [shop], hours: {from: 25:00, to: 1}}]
inhibitions: [{id: i, source: [], target: [rule=a], sharedAtLeast: 3}]
`, 'routing.yaml', new Set(['desk']));
    expect(problems.length).toBeGreaterThan(10);
    for (const { message } of problems) expect(faultInChinese(message), message).toMatch(HAN);
  });
});
