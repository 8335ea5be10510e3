import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import type { DiskState } from '../../stream/bus/disk-watch.ts';
import type { BusState } from '../../stream/ports.ts';
import { HealthBoard } from '../health/health-board.ts';
import { watchLog } from './watch-log.ts';

it('a log whose disk is full is not ready, and is ready again when it is connected and there is room', () => {
  const health = new HealthBoard({ nowMs: () => 0 });
  const states = new Subject<BusState>();
  let disk: (state: DiskState) => void = () => undefined;
  watchLog({ bus: { state: () => states }, onDisk: (listener) => (disk = listener) }, health);
  const log = (): object | undefined => health.report().parts.find(({ part }) => part === 'log');
  states.next('connected');
  expect(log()).toEqual({ part: 'log', ok: true });
  disk('full');
  expect(log()).toEqual({ part: 'log', ok: false, reason: 'the disk is full: the logs take nothing until there is room', reasonZh: '磁盘已满：腾出空间之前日志无法写入，反馈不被接收' });
  states.next('connected');
  expect(log()).toMatchObject({ ok: false });
  disk('unwritable');
  expect(log()).toMatchObject({ ok: false, reasonZh: '磁盘无法写入：恢复之前日志无法写入，反馈不被接收' });
  states.next('reconnecting');
  disk('usable');
  expect(log()).toEqual({ part: 'log', ok: false, reason: 'NATS is reconnecting', reasonZh: 'NATS 正在重连' });
  states.next('connected');
  expect(log()).toEqual({ part: 'log', ok: true });
});
