/** A pass after the epochs over a chosen part of the training rows, in small even steps. */
export interface LastPass {
  /** Share of the learning rates that it begins with; from there they fall in a straight line. */
  rate: number;
  /** Share of the made-up texts. */
  phrasesShare: number;
  /** Share of all other rows, but for the sources of `rowsShareOf`. */
  rowsShare: number;
  /** Small sets of real feedback, labelled with care, take part with more. */
  rowsShareOf: Record<string, number>;
}

/** Everything that decides what is trained; the defaults gave the committed weights. */
export interface Recipe {
  seed: number;
  /** One in so many of the made-up texts takes part. */
  phrasesOneIn: number;
  epochs: number;
  vocabularyMax: number;
  /** Texts that a feature must stand in to be learned. */
  textsMin: number;
  dimensions: number;
  pools: number;
  hidden: number;
  embeddingRate: number;
  denseRate: number;
  featureDropout: number;
  hiddenDropout: number;
  batch: number;
  lastPass: LastPass;
}

export const DEFAULT_RECIPE: Recipe = {
  seed: 1,
  phrasesOneIn: 1,
  epochs: 3,
  vocabularyMax: 120_000,
  textsMin: 3,
  dimensions: 64,
  pools: 4,
  hidden: 96,
  embeddingRate: 0.035,
  denseRate: 0.001,
  featureDropout: 0.4,
  hiddenDropout: 0.2,
  batch: 32,
  lastPass: {
    rate: 0.3, phrasesShare: 1, rowsShare: 0.1,
    rowsShareOf: { jd_laptop: 1, twitter_us_airline: 0.6, appstore_zh_stars: 0.5, waimai_10k: 0.4, zh_restaurant_opinion: 0.5, acos_quads: 0.5 },
  },
};
