/** Masked feedback as it is stored; fields that were not given are absent. */
export interface StoredFeedback {
  id: string;
  workspace: string;
  text: string;
  channel: string;
  /** RFC 3339, UTC. */
  createdAt: string;
  receivedAt: string;
  language: string;
  sentiment: string;
  sentimentProbability: number;
  stars: number;
  complaint: boolean;
  severity: string;
  categories: string[];
  implicit: boolean;
  duplicateOf?: string;
  campaignOf?: string;
  filled?: readonly string[];
  model: string;
  [field: string]: unknown;
}
