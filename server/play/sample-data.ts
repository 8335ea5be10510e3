import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { CATEGORY_IDS } from '../../core/category.ts';
import { TocsinError } from '../../core/errors.ts';
import { SENTIMENTS } from '../../core/score.ts';
import { createPhraseBanks, type PhraseBank, type Writing } from './phrase-bank.ts';
import { catalogueSchema, phrasesSchema, type Catalogue, type Sample } from './sample-schemas.ts';

/** What the generator draws from; one load serves any number of generators. */
export interface SampleData {
  samples: Sample[];
  catalogue: Catalogue;
  banks: Record<Writing, PhraseBank>;
}

/**
 * Reads the sample feedback, the phrases and the catalogue.
 * @param folder the product's `samples` folder
 * @throws TocsinError `input_unreadable` naming the file and what is wrong in it
 */
export async function loadSampleData(folder: string): Promise<SampleData> {
  const [samples, zh, en, catalogue] = await Promise.all([
    readSamples(join(folder, 'feedback.jsonl')),
    readYaml(join(folder, 'phrases.zh.yaml'), phrasesSchema),
    readYaml(join(folder, 'phrases.en.yaml'), phrasesSchema),
    readYaml(join(folder, 'catalogue.yaml'), catalogueSchema),
  ]);
  return { samples, catalogue, banks: createPhraseBanks(samples, { zh, en }) };
}

async function readSamples(file: string): Promise<Sample[]> {
  const lines = (await read(file)).split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const sample = JSON.parse(line) as Sample;
    const { sampleCategory, sampleSentiment } = sample.attributes;
    if (!CATEGORY_IDS.includes(sampleCategory) || !SENTIMENTS.includes(sampleSentiment)) {
      throw new TocsinError('input_unreadable', `${file}, line ${index + 1}: sampleCategory or sampleSentiment is unknown`);
    }
    return sample;
  });
}

async function readYaml<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>> {
  const result = schema.safeParse(parse(await read(file)));
  if (!result.success) throw new TocsinError('input_unreadable', `${file}: ${z.prettifyError(result.error)}`);
  return result.data;
}

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new TocsinError('input_unreadable', `${file} cannot be read: ${cause.code ?? cause.message}`, { cause });
  });
}
