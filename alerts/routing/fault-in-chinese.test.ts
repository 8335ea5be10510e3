import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inChinese as ruleFaultInChinese } from '../rules/fault-in-chinese.ts';
import { routingFaultInChinese } from './fault-in-chinese.ts';
import { parseRoutingFile } from './parse-routing-file.ts';

const HAN = /\p{Script=Han}/u;
/** Whatever begins like the sentence of a fault. */
const FAULT = /(['`])((?:must|is|has|names|leads|stands|cannot|"\$\{text\}" is|\$\{written\} was) (?:(?!\1).)+)\1/gu;
const FILES = ['fields.ts', 'book-schema.ts', 'check-book.ts', 'parse-routing-file.ts', '../silences/read-silence.ts', '../silences/silence-times.ts', '../silences/match-alert.ts', '../../server/gateway/routes/incident-schemas.ts', '../../server/gateway/routes/silence-routes.ts', '../../server/gateway/routes/book-routes.ts'];

describe('what is wrong in routing, schedules and silences', () => {
  const written = FILES.flatMap((file) => [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(FAULT)].map(([, , text = '']) => text.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/gu, 'X').replaceAll("\\'", "'")));

  it('is written in many sentences, all of which are found', () => expect(written.length).toBeGreaterThan(50));

  it.each(written.filter((text) => !text.startsWith('is X,') && !text.includes('${')))('%s: is said in Chinese', (text) => {
    const said = routingFaultInChinese(text) ?? ruleFaultInChinese(text);
    expect(said).toMatch(HAN);
    expect(said.startsWith('有误:')).toBe(false);
  });

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
    for (const { message } of problems) expect(routingFaultInChinese(message) ?? ruleFaultInChinese(message), message).toMatch(/^(?!有误).*\p{Script=Han}/u);
  });
});
