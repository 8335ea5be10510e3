import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../notify/render-page.ts';
import { opened } from '../notify/testing/sample-events.ts';
import { ConsoleChannel } from './console-channel.ts';
import { ZonedTime } from '../notify/time-text.ts';

const PAGE = renderPage(opened(), 'k', { publicUrl: 'http://127.0.0.1:8080', times: new ZonedTime('Asia/Shanghai') });
const never = new AbortController().signal;

describe('the console channel', () => {
  it.each(['zh', 'en'] as const)('prints the page between two rules, in %s', async (language) => {
    const sink = new PassThrough();
    const channel = new ConsoleChannel({ id: 'console', language, sink });
    expect(await channel.send(PAGE, 'k', never)).toEqual({ kind: 'delivered', detail: 'written' });
    const rule = '━'.repeat(60);
    expect(String(sink.read())).toBe(`\n${rule}\n${PAGE.summary[language].text}\n${rule}\n`);
  });

  it('keeps the page for later when the pipe is closed', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.on('error', () => undefined);
    await new Promise((resolve) => { child.once('exit', resolve); });
    await new Promise<void>((resolve) => { child.stdin.write('x', () => resolve()); });
    const outcome = await new ConsoleChannel({ id: 'console', language: 'zh', sink: child.stdin }).send(PAGE, 'k', never);
    expect(outcome).toMatchObject({ kind: 'retry', fault: 'channel', detail: expect.stringMatching(/^cannot write: [A-Z_]+$/) as string });
  });

  it('does not wait for a stream that takes nothing once the notifier stops', async () => {
    const stop = new AbortController();
    const sending = new ConsoleChannel({ id: 'console', language: 'zh', sink: { write: () => false } }).send(PAGE, 'k', stop.signal);
    stop.abort();
    expect(await sending).toEqual({ kind: 'retry', detail: 'stopped', fault: 'channel' });
  });
});
