import { TocsinError } from '../../core/errors.ts';
import type { FeedbackIntake, IntakeAnswer } from '../../server/gateway/services.ts';
import type { SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

export interface Gateway {
  intake: FeedbackIntake;
  process: SimProcess;
}

/** One request to a gateway, which may not be there, or may die under it. Rejects for everything but a 202. */
export function postTo(gateway: Gateway | undefined, { time, random }: Pick<World, 'time' | 'random'>, { body, format }: { body: Uint8Array; format: 'json' | 'ndjson' }): Promise<IntakeAnswer> {
  const unreachable = (): TocsinError => new TocsinError('server_unreachable', 'The connection was refused or reset.', { retryable: true });
  return new Promise((resolve, reject) => {
    if (gateway === undefined || !gateway.process.isAlive) return reject(unreachable());
    const { process, intake } = gateway;
    const reset = process.death.subscribe(() => reject(unreachable()));
    const back = (act: () => void) => time.after(random.below(3), () => {
      reset.unsubscribe();
      act();
    });
    intake.take(body, format).then((answer) => back(() => {
      if (process.isAlive) resolve(answer);
    }), (error: unknown) => back(() => reject(error as Error)));
  });
}
