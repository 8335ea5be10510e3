import { createHash } from 'node:crypto';
import type { Language, Score } from '../core/score.ts';
import { decideScore } from './decide-score.ts';
import type { ModelEngine } from './engine.ts';
import { openEngine } from './open-engine.ts';
import type { OperatingPoints } from './operating-points.ts';
import { readOperatingPoints } from './operating-points.ts';
import { resolveModelDir } from './package-root.ts';
import type { Taxonomy } from './taxonomy.ts';
import { matchTaxonomy, readTaxonomy } from './taxonomy.ts';
import { detectLanguage } from './text/language.ts';

export interface ScorerInput {
  text: string;
  /** 1 to 5, when the customer gave one. */
  rating?: number;
}

export interface ScorerOptions {
  /** A folder of models/weights by its name; `fast` when absent. */
  model?: string | undefined;
  /** A folder anywhere; goes before `model`. */
  modelDir?: string | undefined;
  /** Forces one TensorFlow.js backend; the best that starts when absent. */
  backend?: string | undefined;
  /** The company's own categories; models/taxonomy.yaml when absent. */
  taxonomyFile?: string | undefined;
}

/** Scores texts in the calling thread. Answers keep the order of the inputs; every text gets one, however odd it is. */
export interface Scorer {
  /** What decides: name and checksum of the weights, `+`, checksum of operating points and taxonomy; it stands on the scored log. */
  readonly version: string;
  /** Device, and why better ones were not taken: one line for the log. */
  readonly backend: string;
  /** Texts that go through the model together; larger requests are cut. */
  readonly textsMax: number;
  score(inputs: readonly ScorerInput[]): Promise<Score[]>;
  dispose(): void;
}

/** Language is told by the start of a long text. */
const LANGUAGE_CHARACTERS_MAX = 4_000;

class ModelScorer implements Scorer {
  readonly version: string;
  readonly backend: string;
  readonly textsMax: number;
  readonly #engine: ModelEngine;
  readonly #points: OperatingPoints;
  readonly #taxonomy: Taxonomy;

  constructor(engine: ModelEngine, points: OperatingPoints, taxonomy: Taxonomy) {
    const decisions = createHash('sha256').update(JSON.stringify([points, taxonomy.categories])).digest('hex');
    this.version = `${engine.version}+${decisions.slice(0, 8)}`;
    this.backend = engine.backend;
    this.textsMax = engine.textsMax;
    this.#engine = engine;
    this.#points = points;
    this.#taxonomy = taxonomy;
  }

  async score(inputs: readonly ScorerInput[]): Promise<Score[]> {
    const scores: Score[] = [];
    for (let from = 0; from < inputs.length; from += this.#engine.textsMax) {
      const batch = inputs.slice(from, from + this.#engine.textsMax);
      const texts = batch.map(({ text }) => text);
      const languages = texts.map(languageOf);
      const readings = await this.#engine.read(texts, languages);
      batch.forEach(({ text, rating }, at) => {
        const { probabilities, keywords, saysNothing } = readings[at]!;
        scores.push(decideScore({
          probabilities,
          points: this.#points,
          language: languages[at]!,
          keywords,
          saysNothing,
          ...(rating === undefined ? {} : { rating }),
          taxonomy: matchTaxonomy(this.#taxonomy, text),
        }));
      });
    }
    return scores;
  }

  dispose(): void {
    this.#engine.dispose();
  }
}

function languageOf(text: string): Language {
  return detectLanguage(text.length > LANGUAGE_CHARACTERS_MAX ? text.slice(0, LANGUAGE_CHARACTERS_MAX) : text);
}

/** Reads, checks and warms up a model. Throws `model_corrupt` (which file, what is wrong) or `invalid_setting` (backend, model, taxonomy). */
export async function loadScorer(options: ScorerOptions = {}): Promise<Scorer> {
  const modelDir = resolveModelDir(options);
  const points = readOperatingPoints(modelDir);
  const taxonomy = readTaxonomy(options.taxonomyFile);
  const scorer = new ModelScorer(await openEngine(modelDir, options.backend), points, taxonomy);
  await scorer.score([{ text: '还行,但下次不想再用了' }, { text: 'Works, I guess.' }]);
  return scorer;
}
