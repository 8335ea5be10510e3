import type { AlertRecord, AlertWithTimeline } from '../../alerts/list/alert-record.ts';
import type { OpenedEvidence } from '../../alerts/links/action-link.ts';
import type { LinkAnswer } from '../../alerts/links/use-link.ts';
import type { ChannelTestAnswer } from '../../alerts/channels/test-channel.ts';
import type { RoutingBook } from '../../alerts/routing/book.ts';
import type { SilencePreview } from '../../alerts/silences/preview.ts';
import type { EndedIncident } from '../../alerts/incidents/ended-incident.ts';
import type { Incident, IncidentState } from '../../alerts/incidents/incident.ts';
import type { HistoryComparison } from '../../stream/compare/compare-history.ts';
import type { BacktestResult } from '../../stream/backtest/backtester.ts';
import type { IncidentJudgement, LabelledIncident } from '../../stream/backtest/judge-incidents.ts';
import type { CountsAnswer, CountsQuery } from '../../core/counts.ts';
import type { HealthReport } from '../../core/live.ts';
import type { Labels } from '../../core/label.ts';
import type { ModelStatus } from '../../core/model.ts';
import type { BookSection, Matcher, Operation, Silence } from '../../core/operation.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import type { PipelineStatus } from '../../core/pipeline.ts';
import type { Rule } from '../../core/rule.ts';
import type { Score } from '../../core/score.ts';
import type { ReplayResult } from '../../stream/dead-letter-box/dead-letter-box.ts';
import type { Letter } from '../../stream/dead-letter-box/read-letters.ts';
import type { ReconcileReport } from '../../stream/reconcile/reconciler.ts';
import type { Rejection } from '../admission/rejection.ts';
import type { BookedChannel } from '../channels/channel-book.ts';
import type { LabelAnswer } from '../labels/label-book.ts';
import type { Evidence } from './evidence-service.ts';
import type { Rules } from './rules-service.ts';
import type { ErasureAnswer } from './erasure-answer.ts';
import type { StoredFeedback } from './stored-feedback.ts';

/** What the gateway asks of the rest. Every method may reject with a TocsinError, whose code becomes the answer's. */
export interface GatewayServices {
  intake: FeedbackIntake;
  feedback: FeedbackSearch;
  labels: FeedbackLabels;
  exports: FeedbackExports;
  customers: Customers;
  scores: Scores;
  models: Models;
  comparisons: Comparisons;
  counts: Counts;
  status: Status;
  rules: Rules;
  channels: Channels;
  links: Links;
  backtests: Backtests;
  alerts: Alerts;
  desk: Desk;
  evidence: Evidence;
  deadLetters: DeadLetters;
  reconciliations: Reconciliations;
  health: Health;
  metrics: MetricsText;
}

export type BodyFormat = 'json' | 'ndjson';

/** Takes feedback; also behind the NATS subject for producers. */
export interface FeedbackIntake {
  /**
   * Resolves when every accepted item is on disk. Reads `body` before it returns its promise.
   * Rejects with `invalid_json`, `empty_batch`, `batch_too_large`, `overloaded` or `log_unavailable`.
   */
  take(body: Uint8Array, format: BodyFormat): Promise<IntakeAnswer>;
}

export interface IntakeAnswer {
  accepted: number;
  /** Of the accepted items, in the order in which they were sent. */
  ids: string[];
  /** `index` counts all items that were sent, from 0. */
  rejected: (Rejection & { index: number })[];
}

/** All of a search as a file. */
export interface FeedbackExports {
  /** The pieces of the file; rejects with `store_unavailable`, or `overloaded` when others are being made. */
  open(query: Omit<FeedbackQuery, 'limit' | 'cursor'> & { product?: string; region?: string; format: 'csv' | 'parquet' }): Promise<AsyncIterable<Uint8Array>>;
}

export interface Customers {
  /** Rejects with `store_unavailable`. */
  erase(workspace: string, customerId: string): Promise<ErasureAnswer>;
}

interface FeedbackQuery {
  workspace: string;
  /** Event time, milliseconds since the epoch; from inclusive, to exclusive. */
  fromMs?: number;
  toMs?: number;
  category?: string;
  sentiment?: string;
  channel?: string;
  /** Words that the masked text contains. */
  text?: string;
  /** 1 to 200. */
  limit: number;
  /** As answered before. A cursor that is none rejects with `invalid_request`. */
  cursor?: string;
}

export interface FeedbackSearch {
  /** Newest first. */
  search(query: FeedbackQuery): Promise<{ items: StoredFeedback[]; nextCursor: string | null }>;
  /** Null when there is none. */
  get(workspace: string, id: string): Promise<StoredFeedback | null>;
}

export interface FeedbackLabels {
  /** Rejects with `not_found`. */
  of(workspace: string, feedbackId: string): Promise<LabelAnswer>;
  /** Resolves when it is on disk. Rejects with `not_found`. */
  set(workspace: string, feedbackId: string, act: { by: string; labels: Labels }): Promise<LabelAnswer>;
  /** What holds of each labelled item, by its id, after `after`. */
  labelled(page: { workspace: string; after: string; limit: number }): Promise<({ feedbackId: string; text: string } & Labels)[]>;
}

export interface Scores {
  /** In the order of `texts`. */
  score(texts: string[]): Promise<{ model: string; results: Score[] }>;
}

export interface Models {
  status(): Promise<ModelStatus>;
  /** Rejects with `model_refused`. */
  reload(choice: { model?: string | undefined }): Promise<ModelStatus>;
}

export type ModelComparison = HistoryComparison & { model: string; durationMs: number };

export interface Comparisons {
  /** Rejects with `overloaded` while another one runs, `model_refused`, `request_timeout`, or `invalid_request` for a span that is too large. */
  run(question: { model?: string | undefined; taxonomy?: string | undefined; hours: number; workspace: string; keep?: boolean | undefined }): Promise<ModelComparison>;
}

export interface Status {
  get(): Promise<PipelineStatus>;
}

export interface Counts {
  count(query: CountsQuery): Promise<CountsAnswer>;
}

/** Links of cards. Reject with retryable errors only. */
export interface Links {
  show(token: string): Promise<LinkAnswer>;
  act(token: string, hours?: number): Promise<LinkAnswer>;
  /** A PNG; null for an address that was not made here. */
  picture(token: string): Uint8Array | null;
  /** Of which alert the evidence is. */
  evidence(token: string): OpenedEvidence;
}

export interface Channels {
  /** By id. */
  list(): Promise<BookedChannel[]>;
  /** Rejects with `not_found`. */
  get(id: string): Promise<BookedChannel>;
  /** Rejects with `invalid_channel` or `conflict`. */
  create(input: unknown): Promise<BookedChannel>;
  /** Rejects with `invalid_channel`, `not_found` or `conflict`. */
  replace(id: string, input: unknown): Promise<BookedChannel>;
  /** Rejects with `not_found` or `conflict`. */
  remove(id: string): Promise<void>;
  /** Rejects with `not_found` or `notifier_unavailable`. */
  test(id: string): Promise<ChannelTestAnswer>;
}

/** Times in milliseconds since the epoch; `fromMs` inclusive, `toMs` exclusive. */
export interface BacktestQuestion {
  rule: Rule;
  /** Among which those are that a composite names. */
  others?: readonly Rule[];
  workspace: string;
  /** 30 days before `toMs` when absent. */
  fromMs?: number;
  /** Now when absent. */
  toMs?: number;
  incidents?: readonly LabelledIncident[];
  source: 'store' | 'log';
  arrival: 'received' | 'created';
}

export interface Backtests {
  /** Rejects with `overloaded` while another one runs, `request_timeout`, or `invalid_request` for a span that is empty or too large. */
  run(question: BacktestQuestion): Promise<BacktestResult & { incidents?: IncidentJudgement; durationMs: number }>;
}

interface AlertQuery {
  workspace: string;
  state?: 'firing' | 'resolved';
  limit: number;
}

/** What people did about an alert; null until the desk has taken it in. */
export interface AlertIncident {
  id: string;
  state: IncidentState;
  acknowledgedBy: string | null;
  assignee: string | null;
  /** Why the alert was paged, or why not. */
  page: { reason: string; atMs: number } | null;
}

export interface Alerts {
  /** Newest first. */
  list(query: AlertQuery): Promise<(AlertRecord & { incident: AlertIncident | null })[]>;
  /** With its timeline; null when there is none. */
  get(alertId: string): Promise<(AlertWithTimeline & { incident: AlertIncident | null }) | null>;
  /** Oldest first; null when there is no such alert. */
  deliveries(alertId: string): Promise<DeliveryRecord[] | null>;
}

/** The incident desk: what it knows, and what people want of it. */
export interface Desk {
  /** Newest first; all states when none is named. */
  incidents(query: { workspace: string; state?: IncidentState | undefined; limit: number }): Incident[];
  /** By the id of the incident or of an alert in it. */
  incident(id: string): Incident | undefined;
  /** One that is over and that the desk may have forgotten, by the same ids; null when there was none. Rejects with `store_unavailable`. */
  past(id: string): Promise<EndedIncident | null>;
  /** Those that ended before a time, the latest end first. Rejects with `store_unavailable`. */
  pastList(query: { workspace: string; endedBeforeMs: number; limit: number }): Promise<EndedIncident[]>;
  /**
   * Resolves when the operation is durable, and decided or still waiting for it. The same `id` again is done once; one is made when absent.
   * Rejects with `not_found`, `conflict` or `invalid_request` as the desk decided, and with `log_unavailable` or `overloaded`.
   */
  submit(operation: Omit<Operation, 'id'> & { id?: string }): Promise<{ operationId: string; done: boolean; incidentId?: string }>;
  silences(): Silence[];
  /** What matchers match among the alerts that fire now. */
  preview(matchers: readonly Matcher[]): SilencePreview;
  /** The routing book in force. */
  book(): RoutingBook;
  isOfFile(section: BookSection, id: string): boolean;
  newId(): string;
}

export interface DeadLetters {
  /** Oldest first. */
  list(): Promise<Letter[]>;
  /** Rejects with `not_found`. */
  get(sequence: number): Promise<Letter>;
  /** Rejects with `not_found`, or `conflict` for one that cannot be replayed. */
  replay(sequence: number): Promise<ReplayResult>;
}

export interface Reconciliations {
  /** Null before the first comparison has ended. */
  latest(): Promise<ReconcileReport | null>;
}

export interface Health {
  report(): HealthReport;
}

export interface MetricsText {
  contentType: string;
  text(): Promise<string>;
}
