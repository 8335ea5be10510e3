import { afterEach, describe, expect, it } from 'vitest';
import { egressTo } from '../egress/testing/egress-to.ts';
import { samplePages } from '../notify/sample-page.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { buildChannel } from './build-channel.ts';
import { checkChannel } from './config/check-channel.ts';
import { Secrets } from './secrets.ts';
import { answer, Receiver } from './testing/receiver.ts';
import type { Answer } from './testing/receiver.ts';
import type { SendOutcome } from './channel.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function sent(over: object, answers: Answer[] = [answer(200)], page: object = samplePages()[0]!): Promise<{ outcome: SendOutcome; received: Receiver['received'] }> {
  const receiver = await Receiver.start(answers);
  closers.push(() => receiver.stop());
  const checked = checkChannel({ id: 'hook', kind: 'webhook', url: 'env:HOOK', ...over });
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  const channel = buildChannel(checked.channel, 'anything', {
    clock: { nowMs: () => 0 }, egress: egressTo('127.0.0.1'), secrets: new Secrets({ env: { HOOK: `${receiver.url}/in?key=k3y-of-the-hook`, TOKEN: 'Bearer t0ken-of-mine' }, folder: '' }), sink: process.stderr, language: 'zh', times: new ZonedTime('UTC'),
  });
  return { outcome: await channel.send(page as Parameters<typeof channel.send>[0], 'k', new AbortController().signal), received: receiver.received };
}

describe('a webhook with a template', () => {
  it('sends what the template writes, with its headers', async () => {
    const { outcome, received } = await sent({ template: '{"msg": {{ summary.zh.line | json }}}', headers: { Authorization: 'env:TOKEN', 'X-Team': 'ops' } });
    expect(outcome).toEqual({ kind: 'delivered', detail: 'HTTP 200' });
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ msg: samplePages()[0]?.summary.zh.line });
    expect(received[0]?.headers).toMatchObject({ 'authorization': 'Bearer t0ken-of-mine', 'x-team': 'ops', 'content-type': 'application/json; charset=utf-8' });
  });

  it('that fails sends the page as JSON, and says so to the receiver and on the record', async () => {
    const { quotes: _none, ...page } = samplePages()[0]!;
    const { outcome, received } = await sent({ template: '{{#each quotes}}{{text}}{{/each}}', contentType: 'text/plain' }, [answer(200)], page);
    expect(outcome).toEqual({ kind: 'delivered', detail: 'HTTP 200; the template failed (line 1, column 1: quotes is not there), so the page was sent as JSON' });
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ version: 1 });
    expect(received[0]?.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-tocsin-template-error': 'line%201,%20column%201:%20quotes%20is%20not%20there' });
  });

  it('keeps what its headers hold out of the record when the receiver repeats it', async () => {
    const { outcome } = await sent({ headers: { Authorization: 'env:TOKEN' } }, [answer(400, 'bad "Bearer t0ken-of-mine" with k3y-of-the-hook')]);
    expect(outcome).toEqual({ kind: 'refused', detail: 'HTTP 400: bad "***" with ***', why: 'invalid-message' });
  });
});
