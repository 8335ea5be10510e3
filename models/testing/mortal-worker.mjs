// Speaks the scorer threads' messages without a model: answers the length of each text as its stars' place.
// The text `die` ends the thread, unless the file named in `modelDir` is there; it is written first, so it dies once.
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

parentPort.on('message', ({ batch, inputs }) => {
  const texts = inputs.map(({ text }) => text);
  if (texts.includes('always die')) process.exit(3);
  if (texts.includes('die') && !existsSync(workerData.modelDir)) {
    writeFileSync(workerData.modelDir, 'died once');
    process.exit(3);
  }
  if (texts.includes('hang')) return;
  if (texts.includes('fail')) {
    parentPort.postMessage({ kind: 'failed', batch, error: { code: 'internal', message: 'this text fails' } });
    return;
  }
  parentPort.postMessage({ kind: 'scored', batch, scores: texts.map((text) => ({ stars: text.length, keywords: [text] })) });
});
if (workerData.backend === 'refused') parentPort.postMessage({ kind: 'unusable', error: { code: 'model_corrupt', message: 'table.bin is wrong' } });
else parentPort.postMessage({ kind: 'ready', version: 'mortal-1', backend: 'none' });
