import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CHANNELS } from '../../core/feedback.ts';
import { createGenerator } from '../../server/play/generator.ts';
import { loadSampleData } from '../../server/play/sample-data.ts';
import { samplesFolder } from '../../server/play/samples-folder.ts';
import { defaultDataDir } from '../../models/train.ts';
import { MARKER_CHANNEL } from './subject.ts';

const FRAGMENTS_MAX = 5_000;
const SEED = 8;
const CUSTOMERS = 40_000;

export interface Fragments {
  /** Each is an item's JSON behind `{"id":"…",`. */
  all: string[];
  /** Where the texts come from, for the report. */
  origin: string;
  /** Mean length of an item in bytes of UTF-8, without its id. */
  bytesMean: number;
}

/** Texts of the replay file where it is there, else of the product's own generator; fields of the generator in both cases. */
export async function makeFragments(replayFile = join(defaultDataDir(), 'replay.jsonl.gz')): Promise<Fragments> {
  const texts = existsSync(replayFile) ? spread(await readTexts(replayFile)) : null;
  const generator = createGenerator({ seed: SEED, data: await loadSampleData(samplesFolder()), customers: CUSTOMERS, repeatShare: 0 });
  const all = Array.from({ length: FRAGMENTS_MAX }, (_, at) => {
    const { createdAt: _createdAt, id: _id, ...item } = generator.next(0);
    const channel = item.channel === MARKER_CHANNEL ? CHANNELS[0] : item.channel;
    return JSON.stringify({ ...item, channel, ...(texts === null ? {} : { text: texts[at % texts.length] }) }).slice(1);
  });
  const bytes = all.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
  return { all, origin: texts === null ? 'the product\'s generator' : `${texts.length} texts of the replay file`, bytesMean: Math.round(bytes / all.length) };
}

export async function writeFragments(path: string, fragments: readonly string[]): Promise<void> {
  await writeFile(path, JSON.stringify(fragments));
}

async function readTexts(file: string): Promise<string[]> {
  const lines = gunzipSync(await readFile(file)).toString('utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { text: string }).text).filter((text) => text.trim() !== '');
}

/** Every n-th, so that all parts of the file are met. */
function spread(texts: readonly string[]): string[] {
  const stride = Math.max(1, Math.floor(texts.length / FRAGMENTS_MAX));
  return texts.filter((_, at) => at % stride === 0).slice(0, FRAGMENTS_MAX);
}
