import { describeBus, systemClock } from './bus.contract.ts';
import { connectNatsBus } from './nats-bus.ts';
import { startTestNats } from './nats-for-tests.ts';

describeBus('the bus on a real nats-server', async () => {
  const nats = await startTestNats();
  const bus = await connectNatsBus({
    servers: nats.server.url, name: 'contract', clock: systemClock, telemetry: () => undefined, limits: { logBytesMax: nats.server.logBytesMax },
  });
  return {
    bus,
    async stop() {
      await bus.close(2_000);
      await nats.stop();
    },
  };
});
