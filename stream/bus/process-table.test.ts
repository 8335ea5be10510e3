import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { commandLine, isAlive, startMark } from './process-table.ts';
import { eventually } from './test-tools.ts';

describe('the process table', () => {
  it('has this process alive, with its arguments and the time of its start', async () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(await commandLine(process.pid)).toContain('node');
    expect(await startMark(process.pid)).toMatch(/^\S/);
  });

  it('takes a process that is gone for dead', async () => {
    const gone = spawn('true');
    await once(gone, 'exit');
    expect(isAlive(gone.pid ?? 0)).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')('takes a process that has ended for dead, though its parent never looks at it', async () => {
    // The shell turns into `sleep`, which knows nothing of the child that the shell started; only then does that end.
    const parent = spawn('sh', ['-c', 'cat <&3 >/dev/null & echo $!; exec sleep 60 3<&-'], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    try {
      const [output] = (await once(parent.stdout!, 'data')) as [Buffer];
      const pid = Number(output.toString());
      await eventually('the shell to be gone', async () => (await commandLine(parent.pid!)) === 'sleep 60');
      expect(isAlive(pid)).toBe(true);
      (parent.stdio[3] as Writable).end();
      await eventually('a zombie', async () => / Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8')));
      expect(() => process.kill(pid, 0)).not.toThrow();
      expect(isAlive(pid)).toBe(false);
      expect(isAlive(parent.pid ?? 0)).toBe(true);
    } finally {
      parent.kill();
    }
  });
});
