import { spawnSync } from 'node:child_process';

/** A published package that scores sentiment, run by its own language when it is installed. */
export interface Peer {
  name: string;
  language: 'zh' | 'en';
  /** Reads a JSON array of texts, writes a JSON array of numbers between −1 and 1. */
  program: string;
  /** Scores between are neutral, where the rows have three classes. */
  neutralBand: number;
}

export const PEERS: readonly Peer[] = [
  {
    name: 'snownlp', language: 'zh', neutralBand: 0.2,
    program: 'import sys,json\nfrom snownlp import SnowNLP\nprint(json.dumps([SnowNLP(t).sentiments*2-1 if t.strip() else 0 for t in json.load(sys.stdin)]))',
  },
  {
    name: 'VADER', language: 'en', neutralBand: 0.05,
    program: 'import sys,json\nfrom vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer\na=SentimentIntensityAnalyzer()\nprint(json.dumps([a.polarity_scores(t)["compound"] for t in json.load(sys.stdin)]))',
  },
];

const PEER_TIMEOUT_MS = 600_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Scores by a peer, or null when python or the package is not there. */
export function askPeer(peer: Peer, texts: readonly string[], python = 'python3'): number[] | null {
  const answer = spawnSync(python, ['-c', peer.program], {
    input: JSON.stringify(texts), encoding: 'utf8', timeout: PEER_TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX,
  });
  if (answer.status !== 0) return null;
  const scores = JSON.parse(answer.stdout) as number[];
  return scores.length === texts.length ? scores : null;
}

/** 0 negative, 1 neutral, 2 positive. */
export function peerGuess(score: number, peer: Peer, isPair: boolean): number {
  if (isPair) return score < 0 ? 0 : 2;
  return Math.abs(score) <= peer.neutralBand ? 1 : score < 0 ? 0 : 2;
}
