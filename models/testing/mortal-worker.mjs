// Speaks the scorer threads' messages without a model: answers the length of each text as its stars' place.
// A frame here is text in UTF-8: its answer is the same text in capitals, and `broken` cannot be read.
// The text `die` ends the thread, unless the file named in `modelDir` is there; it is written first, so it dies once.
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const version = workerData.model ?? 'mortal-1';
parentPort.on('message', ({ batch, inputs, frames }) => {
  const texts = inputs.map(({ text }) => text);
  const framed = frames.map(({ bytes }) => new TextDecoder().decode(bytes));
  const all = [...texts, ...framed];
  if (all.includes('always die')) process.exit(3);
  if (all.includes('die') && !existsSync(workerData.modelDir)) {
    writeFileSync(workerData.modelDir, 'died once');
    process.exit(3);
  }
  if (all.includes('hang')) return;
  if (all.includes('fail')) {
    parentPort.postMessage({ kind: 'failed', batch, error: { code: 'internal', message: 'this text fails' } });
    return;
  }
  parentPort.postMessage({
    kind: 'scored',
    batch,
    scores: texts.map((text) => ({ stars: text.length, keywords: [text, version] })),
    frames: framed.map((text) => (text === 'broken'
      ? { kind: 'unreadable', error: { code: 'frame_corrupt', message: 'it is broken' } }
      : { kind: 'scored', frame: { bytes: new TextEncoder().encode(`${version} ${text.toUpperCase()}`), items: 1, scoredAtMs: all.length } })),
  });
});
if (workerData.backend === 'refused') parentPort.postMessage({ kind: 'unusable', error: { code: 'model_corrupt', message: 'table.bin is wrong' } });
else parentPort.postMessage({ kind: 'ready', version, backend: 'none', textsMax: 256 });
