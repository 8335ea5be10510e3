import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpPoster } from '../channels/http-post.ts';
import type { HttpPostResult } from '../channels/http-post.ts';
import { isAllowed, NO_HOSTS, parseAllowedHosts } from './allowed-hosts.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { Egress } from './egress.ts';
import { isPrivateAddress } from './private-address.ts';

const hosts = (text: string): AllowedHosts => {
  const parsed = parseAllowedHosts(text);
  if (!parsed.ok) throw new Error(parsed.entry);
  return parsed.hosts;
};

describe('a private address', () => {
  it.each([
    '127.0.0.1', '127.255.0.9', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.100.100.200', '0.0.0.0',
    '224.0.0.1', '255.255.255.255', '198.18.0.1', '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', 'fc00::', 'ff02::1',
    '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '64:ff9b::127.0.0.1', '::127.0.0.1', '2002:7f00:1::', '2001:db8::1', 'not-an-address', '',
  ])('%s is one', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.0.1', '223.255.255.254', '2606:4700::1111', '2400:3200::1', '::ffff:8.8.8.8', '64:ff9b::808:808'])('%s is none', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('allowed hosts', () => {
  it('are names, suffixes, addresses and networks', () => {
    const allowed = hosts('127.0.0.1, 10.0.0.0/8, Hooks.intern, .corp.example, fd00::/8');
    expect(isAllowed(allowed, '127.0.0.1', '127.0.0.1')).toBe(true);
    expect(isAllowed(allowed, 'any', '10.9.9.9')).toBe(true);
    expect(isAllowed(allowed, 'hooks.intern', '192.168.0.1')).toBe(true);
    expect(isAllowed(allowed, 'a.corp.example.', '192.168.0.1')).toBe(true);
    expect(isAllowed(allowed, 'any', 'fd12::1')).toBe(true);
    expect(isAllowed(allowed, 'evilcorp.example', '192.168.0.1')).toBe(false);
    expect(isAllowed(allowed, 'localhost', '127.0.0.2')).toBe(false);
    expect(isAllowed(hosts('*'), 'x', '127.0.0.2')).toBe(true);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/8/8', 'a b', 'http://x', '10.0.0.0/x', 'under/8'])('names the entry "%s" that is none', (entry) => {
    expect(parseAllowedHosts(`127.0.0.1,${entry}`)).toEqual({ ok: false, entry });
  });
});

describe('a call', () => {
  const closers: (() => void)[] = [];
  afterEach(() => closers.splice(0).forEach((close) => close()));

  async function listen(): Promise<{ port: number; calls: () => number }> {
    let calls = 0;
    const server = createServer((_request, response) => {
      calls += 1;
      response.end('ok');
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    closers.push(() => { server.closeAllConnections(); server.close(); });
    return { port: (server.address() as AddressInfo).port, calls: () => calls };
  }
  const call = (egress: Egress, url: string): Promise<HttpPostResult> =>
    new HttpPoster(1, egress).post({ url: new URL(url), headers: {}, body: 'x', timeoutMs: 5_000, signal: new AbortController().signal });
  const refused = { kind: 'no-answer', reason: 'the address is private; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it', why: 'private-address' };

  it.each(['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '0x7f000001', '017700000001', '127.1', '0', '１２７.0.0.1', '127.0.0.1.', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', 'localhost'])('to http://%s goes nowhere', async (host) => {
    const { port, calls } = await listen();
    expect(await call(new Egress(NO_HOSTS), `http://${host}:${port}/`)).toEqual(refused);
    expect(calls()).toBe(0);
  });

  it('to a name that stands for a public and a private address goes nowhere', async () => {
    const { port, calls } = await listen();
    const egress = new Egress(NO_HOSTS, async () => [{ address: '1.1.1.1', family: 4 }, { address: '127.0.0.1', family: 4 }]);
    expect(await call(egress, `http://rebound.example:${port}/`)).toEqual(refused);
    expect(calls()).toBe(0);
  });

  it.each(['::1', 'fd00:ec2::254', 'fe80::1', '::ffff:10.0.0.1', '64:ff9b::a9fe:a9fe', '2002:7f00:1::', '169.254.169.254', '100.100.100.200'])('to a name that stands for %s goes nowhere', async (address) => {
    const egress = new Egress(NO_HOSTS, async () => [{ address, family: address.includes(':') ? 6 : 4 }]);
    expect(await call(egress, 'http://inside.example:8080/')).toEqual(refused);
  });

  it('that is redirected goes no further, wherever to', async () => {
    let calls = 0;
    const inside = await listen();
    const server = createServer((_request, response) => {
      calls += 1;
      response.writeHead(307, { location: `http://127.0.0.2:${inside.port}/` }).end();
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    closers.push(() => { server.closeAllConnections(); server.close(); });
    const { port } = server.address() as AddressInfo;
    expect(await call(new Egress(hosts('127.0.0.1')), `http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'answer', status: 307 });
    expect([calls, inside.calls()]).toEqual([1, 0]);
  });

  it('goes to the address that was judged: the name is looked up once', async () => {
    const { port, calls } = await listen();
    let lookUps = 0;
    const egress = new Egress(hosts('hooks.example'), async () => {
      lookUps += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    });
    expect(await call(egress, `http://hooks.example:${port}/`)).toMatchObject({ kind: 'answer', status: 200 });
    expect([calls(), lookUps]).toEqual([1, 1]);
  });

  it('to an allowed address arrives', async () => {
    const { port, calls } = await listen();
    expect(await call(new Egress(hosts('127.0.0.0/8')), `http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'answer', status: 200 });
    expect(calls()).toBe(1);
  });

  it('says that a name does not exist', async () => {
    const egress = new Egress(NO_HOSTS, () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })));
    expect(await call(egress, 'http://nowhere.example/')).toEqual({ kind: 'no-answer', reason: 'host name not found', why: 'unknown-host' });
  });
});
