/** Everything that decides what is trained; the defaults gave the committed weights. */
export interface Recipe {
  seed: number;
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
}

export const DEFAULT_RECIPE: Recipe = {
  seed: 1,
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
};
