import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { egressTo } from '../egress/testing/egress-to.ts';
import { ZonedTime } from '../notify/time-text.ts';
import type { SendOutcome } from './channel.ts';
import { EmailChannel } from './email-channel.ts';
import type { EmailChannelOptions } from './email-channel.ts';
import { SmtpServer } from './testing/smtp-server.ts';
import type { SmtpScript } from './testing/smtp-server.ts';
import { drawPng } from '../pictures/draw-png.ts';
import { pictureOfPage } from '../pictures/picture-of-page.ts';
import { HOSTILE, PAGES, REASONED_INSIDE } from './testing/robot-pages.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

function channelTo(port: number, over: Partial<EmailChannelOptions> = {}): EmailChannel {
  return new EmailChannel({
    id: 'mail', language: 'zh', times: new ZonedTime('Asia/Shanghai'), egress: egressTo('127.0.0.1'), to: ['duty@shop.example', 'boss@shop.example'], from: 'Tocsin <tocsin@shop.example>',
    host: '127.0.0.1', port, tls: 'none', timeoutMs: 2_000, ...over,
  });
}

async function server(script: SmtpScript = {}): Promise<SmtpServer> {
  const started = await SmtpServer.start(script);
  closers.push(() => started.stop());
  return started;
}
const send = (channel: EmailChannel, page = PAGES.opened): Promise<SendOutcome> => channel.send(page, 'a-1041-0:mail', new AbortController().signal);

/** Parts of a mail, decoded. */
function parts(data: string): { headers: string; text: string; html: string } {
  const boundary = /boundary="([^"]+)"/u.exec(data)?.[1] ?? '';
  const [headers = '', ...bodies] = data.split(`--${boundary}`);
  const decode = (part: string | undefined): string => {
    const [head = '', ...body] = (part ?? '').trim().split('\r\n\r\n');
    const joined = body.join('\r\n\r\n');
    if (/base64/iu.test(head)) return Buffer.from(joined, 'base64').toString();
    return Buffer.from(joined.replace(/=\r\n/gu, '').replace(/=([0-9A-F]{2})/gu, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString();
  };
  return { headers, text: decode(bodies[0]), html: decode(bodies[1]) };
}

describe('a page by mail', () => {
  it('goes to every recipient as text and HTML, in the thread of its alert', async () => {
    const smtp = await server();
    expect(await send(channelTo(smtp.port))).toEqual({ kind: 'delivered', detail: '2 of 2 recipients' });
    const [mail] = smtp.mails;
    expect(mail?.to).toEqual([expect.stringContaining('duty@shop.example'), expect.stringContaining('boss@shop.example')]);
    const { headers, text, html } = parts(mail?.data ?? '');
    expect(headers).toContain('References: <');
    expect(headers).toContain('Auto-Submitted: auto-generated');
    await expect(`${text.trimEnd()}\n`.replaceAll('\r\n', '\n')).toMatchFileSnapshot('kinds/golden/email-opened-zh.txt');
    await expect(`${html.trimEnd()}\n`.replaceAll('\r\n', '\n')).toMatchFileSnapshot('kinds/golden/email-opened-zh.html');
  });

  it('has the same message id on each attempt, and each alert a thread of its own', async () => {
    const smtp = await server();
    const channel = channelTo(smtp.port, { language: 'en' });
    await send(channel);
    await send(channel);
    await channel.send(PAGES.resolved, 'other:mail', new AbortController().signal);
    const header = (index: number, name: string): string => new RegExp(`^${name}: (.*)$`, 'mu').exec(smtp.mails[index]?.data ?? '')?.[1]?.trim() ?? '';
    expect(header(0, 'Message-ID')).toBe(header(1, 'Message-ID'));
    expect(header(2, 'Message-ID')).not.toBe(header(0, 'Message-ID'));
    expect(header(2, 'References')).toBe(header(0, 'References'));
    await expect(`${parts(smtp.mails[2]?.data ?? '').text.trimEnd()}\n`.replaceAll('\r\n', '\n')).toMatchFileSnapshot('kinds/golden/email-resolved-en.txt');
  });

  it('shows how the items came, in a picture that is part of the mail', async () => {
    const smtp = await server();
    await send(channelTo(smtp.port), REASONED_INSIDE);
    const data = smtp.mails[0]?.data ?? '';
    expect(data).toMatch(/Content-Id: <trend@tocsin>/iu);
    const [, encoded = ''] = /Content-Type: image\/png[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/u.exec(data) ?? [];
    expect(Buffer.from(encoded, 'base64').equals(drawPng(pictureOfPage(REASONED_INSIDE, 'zh', new ZonedTime('Asia/Shanghai'))!))).toBe(true);
    expect(data.replace(/=\r\n/gu, '')).toContain('src=3D"cid:trend@tocsin"');
  });

  it('holds what a customer wrote as text', async () => {
    const smtp = await server();
    await send(channelTo(smtp.port), HOSTILE);
    expect(parts(smtp.mails[0]?.data ?? '').html).not.toContain('<script>');
  });

  it('signs in, and says that the login is wrong without naming it', async () => {
    const login = { user: 'robot-of-shop', password: 'p4ssw0rd-of-shop' };
    const smtp = await server();
    await send(channelTo(smtp.port, { login }));
    expect(smtp.mails[0]?.login).toBe('robot-of-shop:p4ssw0rd-of-shop');
    const refusing = await server({ auth: '535 5.7.8 robot-of-shop p4ssw0rd-of-shop not accepted' });
    expect(await send(channelTo(refusing.port, { login }))).toEqual({ kind: 'retry', fault: 'setup', detail: 'SMTP 535: 535 5.7.8 *** *** not accepted', why: 'login-refused' });
  });

  const cases: [string, SmtpScript, object][] = [
    ['421 of the greeting', { greeting: '421 too busy' }, { kind: 'retry', fault: 'channel' }],
    ['451 of the sender', { mail: '451 greylisted, come back' }, { kind: 'retry', fault: 'page' }],
    ['552 of the body', { body: '552 message too large' }, { kind: 'refused', detail: 'SMTP 552: 552 message too large' }],
    ['554 of the body', { body: '554 spam' }, { kind: 'refused' }],
    ['550 of every recipient', { rcpt: '550 no such user' }, { kind: 'refused' }],
    ['550 of one recipient', { rcpt: (to) => (to.includes('boss') ? '550 no such user' : null) }, { kind: 'delivered', detail: '1 of 2 recipients; the server refuses the others' }],
    ['silence', { greeting: '' }, { kind: 'retry', fault: 'channel' }],
  ];
  it.each(cases)('answered by %s', async (_name, script, expected) => {
    const smtp = await server(script);
    expect(await send(channelTo(smtp.port, { timeoutMs: 400 }))).toMatchObject(expected);
  });

  it('is not sent past a certificate that nobody signed', async () => {
    const smtp = await server();
    expect(await send(channelTo(smtp.port, { tls: 'starttls' }))).toMatchObject({ kind: 'retry', fault: 'channel', detail: 'certificate is self-signed' });
    expect(smtp.mails).toEqual([]);
  });

  it('is kept while the connection breaks off, nobody listens, or it is stopped', async () => {
    const resetting = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => { resetting.listen(0, '127.0.0.1', resolve); });
    const { port } = resetting.address() as { port: number };
    expect(await send(channelTo(port))).toMatchObject({ kind: 'retry', fault: 'channel' });
    await new Promise((resolve) => { resetting.close(resolve); });
    expect(await send(channelTo(port))).toMatchObject({ kind: 'retry', fault: 'channel', detail: 'connection refused' });
    const silent = await server({ greeting: '' });
    expect(await channelTo(silent.port).send(PAGES.opened, 'k', AbortSignal.timeout(30))).toEqual({ kind: 'retry', fault: 'channel', detail: 'stopped', why: 'stopped' });
  });

  it('goes to no private address that nothing allows', async () => {
    const smtp = await server();
    expect(await send(channelTo(smtp.port, { egress: egressTo('') }))).toMatchObject({ kind: 'retry', fault: 'setup', detail: expect.stringContaining('private') });
  });

  it('gathers several pages into one mail', async () => {
    const smtp = await server();
    await channelTo(smtp.port, { language: 'en' }).sendDigest([PAGES.opened, PAGES.escalated], 'digest', new AbortController().signal);
    expect(parts(smtp.mails[0]?.data ?? '').text).toContain('[DIGEST] 2 pages: CRITICAL 1 · WARNING 1');
  });
});
