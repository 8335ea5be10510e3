import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BOOK_SECTIONS } from '../../core/operation.ts';
import { formatFileProblem } from '../yaml-list.ts';
import { bookSchema } from './book-schema.ts';
import { EMPTY_BOOK } from './book.ts';
import { scheduleGaps } from './check-book.ts';
import { parseRoutingFile } from './parse-routing-file.ts';
import { writeEntry } from './write-entry.ts';

const EXAMPLE = readFileSync(new URL('examples/routing.yaml', import.meta.url), 'utf8');
const CHANNELS = new Set(['console', 'on-call']);
const problemsOf = (yaml: string): string[] => parseRoutingFile(yaml, 'routing.yaml', CHANNELS).problems.map((problem) => formatFileProblem(problem, 'entry'));

describe('a routing file', () => {
  it('that comes with the program is right', () => {
    const { book, problems } = parseRoutingFile(EXAMPLE, 'routing.yaml', CHANNELS);
    expect(problems).toEqual([]);
    expect(book.routes.map(({ id }) => id)).toEqual(['critical', 'stores-of-the-east', 'everything-else']);
    expect(book.routes[1]).toMatchObject({ when: [{ field: 'region', operator: '=~', value: '华东|上海|浙江' }], waitMs: 30_000, hours: { fromMinute: 540, toMinute: 1_080, within: 'inside' } });
  });

  it('that is empty is the empty book', () => {
    expect(parseRoutingFile('', 'routing.yaml')).toEqual({ book: EMPTY_BOOK, problems: [] });
    expect(parseRoutingFile('{}', 'routing.yaml').book).toEqual(EMPTY_BOOK);
  });

  it('reads the same entries again from what is written of them', () => {
    const { book } = parseRoutingFile(EXAMPLE, 'routing.yaml');
    const written = Object.fromEntries(BOOK_SECTIONS.map((section) => [section, book[section].map((entry) => writeEntry(section, entry))]));
    expect(bookSchema.parse({ defaultTeam: book.defaultTeam, ...written })).toEqual(book);
  });

  it.each([
    ['an unknown channel', 'users:\n  - id: u1\n    notify: [dingtalkk]', 'routing.yaml:3:14: users[0].notify[0] names the channel dingtalkk, which is not configured (there are: console, on-call) (entry u1)'],
    ['a route to nobody', 'users:\n  - id: u1\nroutes:\n  - id: all\n    notify: [user:u1]', 'routing.yaml:5:5: routes[0].notify leads to nobody: none of its targets has a channel (entry all)'],
    ['a target that is not there', 'routes:\n  - id: all\n    notify: [team:care]', 'routing.yaml:3:14: routes[0].notify[0] names team:care, which is not there (entry all)'],
    ['a target of no known kind', 'routes:\n  - id: all\n    notify: [group:care]', 'routes[0].notify[0] is group:care, and a target is user:…'],
    ['a team of nobody', 'teams:\n  - id: care', 'routing.yaml:2:5: teams[0].members is empty and notify is too, so a page for the team reaches nobody (entry care)'],
    ['a manager that a team has not', 'teams:\n  - {id: care, notify: [console]}\nchains:\n  - id: up\n    steps: [{wait: 5m, notify: [manager:care]}]', 'names the manager of the team care, which has none'],
    ['an unknown default team', 'defaultTeam: care', 'routing.yaml:1:1: defaultTeam names the team care, which is not there'],
    ['an unknown chain', 'routes:\n  - {id: all, notify: [console], chain: up}', 'routes[0].chain names the chain up, which is not there'],
    ['inhibitions in a circle', 'inhibitions:\n  - {id: a, source: [rule=x], target: [rule=y]}\n  - {id: b, source: [rule=y], target: [rule=x]}', 'routing.yaml:2:13: inhibitions[0].source is part of a circle: alerts would hold each other back and nobody would be paged (entry a)'],
    ['an inhibition of itself', 'inhibitions:\n  - {id: a, source: [rule=x], target: [rule=x]}', 'is part of a circle'],
    ['an id twice', 'users:\n  - id: u1\n  - id: u1', 'routing.yaml:3:5: users[1].id u1 was used before'],
    ['a misspelt key', 'routes:\n  - id: all\n    notfy: [console]', 'routing.yaml:3:5: routes[0].notfy is not a key that is known here; did you mean notify? (entry all)'],
    ['a misspelt list', 'route: []', 'routing.yaml:1:1: route is not a key that is known here; did you mean routes?'],
    ['a field that is none', 'routes:\n  - id: all\n    when: [categry=logistics]', 'routes[0].when[0] "categry" is not a field to match; did you mean category?'],
    ['an expression that is none', 'routes:\n  - id: all\n    when: [\'region=~"(华"\']', 'routes[0].when[0] is no RE2 expression'],
    ['a matcher that is none', 'routes:\n  - id: all\n    when: [logistics]', 'routes[0].when[0] must be a matcher such as category=logistics'],
    ['a length of time that is none', 'chains:\n  - id: up\n    steps: [{wait: soon, notify: [console]}]', 'chains[0].steps[0].wait "soon" is not a length of time'],
    ['a time without its offset', 'schedules:\n  - id: s\n    overrides: [{user: u1, from: "2026-01-01 00:00:00", to: "2026-01-02T00:00:00Z"}]', 'schedules[0].overrides[0].from must be an RFC 3339 time'],
    ['a time of the day that is none', 'users:\n  - id: u1\n    quietHours: {from: "25:00", to: "08:00"}', 'users[0].quietHours.from must be a time of the day such as 09:30'],
    ['a time zone that is none', 'schedules:\n  - {id: s, timeZone: Asia/Nowhere}', 'schedules[0].timeZone must be an IANA time zone'],
    ['no map', '- id: u1', 'routing.yaml:1:1: the entry must hold lists'],
    ['no YAML', 'users: [', 'is not valid YAML'],
  ])('%s is an error that names file, line and key', (_name, yaml, sentence) => {
    expect(problemsOf(yaml).join('\n')).toContain(sentence);
  });

  it('with a gap in a schedule says when nobody is there and who takes over', () => {
    const { book } = parseRoutingFile(`
defaultTeam: care
users: [{id: u1, notify: [console]}]
teams: [{id: care, notify: [console]}]
schedules:
  - id: days
    rotations: [{users: [u1], every: 1d, startsAt: "2026-11-02T00:00:00+08:00", hours: {from: "09:00", to: "21:00"}}]
`, 'routing.yaml', CHANNELS);
    const fromMs = Date.parse('2026-11-23T12:00:00+08:00');
    const said = scheduleGaps(book, fromMs, 86_400_000).map(({ scheduleId, fromMs: from, toMs, team }) => `${scheduleId} ${new Date(from).toISOString()} ${new Date(toMs).toISOString()} ${team}`);
    expect(said).toEqual(['days 2026-11-23T13:00:00.000Z 2026-11-24T01:00:00.000Z care']);
  });
});
