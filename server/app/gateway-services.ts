import type { ChannelTestAnswer } from '../../alerts/channels/test-channel.ts';
import type { AlertRecord } from '../../alerts/list/alert-record.ts';
import type { AlertList } from '../../alerts/list/alert-list.ts';
import type { IncidentBook } from '../../alerts/desk/incident-book.ts';
import type { Incident } from '../../alerts/incidents/incident.ts';
import type { DeliveryList } from '../../alerts/list/delivery-list.ts';
import type { CountsAnswer } from '../../core/counts.ts';
import type { Channel } from '../../core/feedback.ts';
import type { OpenAlert } from '../../core/live.ts';
import type { ModelStatus } from '../../core/model.ts';
import type { PipelineStatus } from '../../core/pipeline.ts';
import type { Score, Sentiment } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { ReconcileReport } from '../../stream/reconcile/reconciler.ts';
import type { Requests } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { readLabelledTexts, storedLabels } from '../../stream/store/labels.ts';
import { findFeedback, searchFeedback } from '../../stream/store/search.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import type { ChannelBook } from '../channels/channel-book.ts';
import type { StoredFeedback } from '../gateway/stored-feedback.ts';
import type { LabelBook, LabelSources } from '../labels/label-book.ts';
import type { AlertIncident, Alerts, Channels, Counts, FeedbackLabels, FeedbackSearch, Models, Reconciliations, Scores, Status } from '../gateway/services.ts';
import { ask } from './ask.ts';

/** A large model on a busy machine. */
const MODEL_LOADING_MS_MAX = 180_000;

export function countsOf(bus: Requests): Counts {
  return { count: (query) => ask<CountsAnswer>(bus, SUBJECTS.counts, query) };
}

export function scoresOf(bus: Requests): Scores {
  return { score: (texts) => ask<{ model: string; results: Score[] }>(bus, SUBJECTS.score, { texts }) };
}

export function labelSources(store: Store): LabelSources {
  return {
    textOf: async (workspace, id) => (await findFeedback(store, workspace, id))?.item.text ?? null,
    stored: (workspace, id) => storedLabels(store, workspace, id),
  };
}

export function labelsOf(book: LabelBook, store: Store): FeedbackLabels {
  return {
    of: (workspace, id) => book.of(workspace, id),
    set: (workspace, id, act) => book.set(workspace, id, act),
    labelled: (page) => readLabelledTexts(store, page),
  };
}

export function modelsOf(bus: Requests): Models {
  return {
    status: () => ask<ModelStatus>(bus, SUBJECTS.model, {}),
    reload: (choice) => ask<ModelStatus>(bus, SUBJECTS.modelReload, choice, MODEL_LOADING_MS_MAX),
  };
}

export function statusOf(bus: Requests): Status {
  return { get: () => ask<PipelineStatus>(bus, SUBJECTS.status, {}) };
}

export function reconciliationsOf(bus: Requests): Reconciliations {
  return { latest: () => ask<ReconcileReport | null>(bus, SUBJECTS.reconciliation, {}) };
}

/** A notifier's attempt may take its full time. */
const CHANNEL_TEST_TIMEOUT_MS = 20_000;

/** `entriesNaming`: what in the routing book leads to a channel, in words: it cannot be removed then. */
export function channelsOf(bus: Requests, book: ChannelBook, entriesNaming: (id: string) => string[]): Channels {
  return {
    list: () => book.list(),
    get: (id) => book.get(id),
    create: (input) => book.create(input),
    replace: (id, input) => book.replace(id, input),
    remove: (id) => book.remove(id, entriesNaming(id)),
    async test(id) {
      await book.get(id);
      const answer = await bus.request(SUBJECTS.channelTest, new TextEncoder().encode(id), CHANNEL_TEST_TIMEOUT_MS);
      return JSON.parse(new TextDecoder().decode(answer)) as ChannelTestAnswer;
    },
  };
}

/** Asks a notifier to send a lost page once more. @throws TocsinError `page_lost` where it is not delivered */
export async function pageAgain(bus: Requests, bytes: Uint8Array): Promise<void> {
  await bus.request(SUBJECTS.pageAgain, bytes, CHANNEL_TEST_TIMEOUT_MS);
}

export function feedbackOf(store: Store): FeedbackSearch {
  return {
    async search({ sentiment, channel, ...query }) {
      const { items, nextCursor } = await searchFeedback(store, {
        ...query,
        ...(sentiment === undefined ? {} : { sentiment: sentiment as Sentiment }),
        ...(channel === undefined ? {} : { channel: channel as Channel }),
      });
      return { items: items.map(toView), nextCursor: nextCursor ?? null };
    },
    async get(workspace, id) {
      const found = await findFeedback(store, workspace, id);
      return found === null ? null : toView(found);
    },
  };
}

/** A stored item as the API shows it: flat, times in RFC 3339, absent fields left out. */
export function toView({ item, score, model, createdAtMs, duplicateOf, campaignOf, filled }: StoredItem): StoredFeedback {
  const { idGiven: _idGiven, createdAtMs: _createdAtMs, receivedAtMs, ...given } = item;
  return {
    ...given,
    createdAt: new Date(createdAtMs).toISOString(),
    receivedAt: new Date(receivedAtMs).toISOString(),
    language: score.language,
    sentiment: score.sentiment,
    sentimentProbability: score.probabilities[score.sentiment],
    stars: score.stars,
    complaint: score.complaint,
    severity: score.severity,
    categories: score.categories.map(({ id }) => id),
    implicit: score.implicit,
    keywords: score.keywords,
    model,
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
    ...(campaignOf === undefined ? {} : { campaignOf }),
    ...(filled === undefined ? {} : { filled }),
  };
}

/** What an open alert's window holds now, where the live counts know it: the list itself knows the latest event only. */
export type OpenNow = (workspace: string, alertId: string) => OpenAlert | undefined;

export interface AlertSources {
  list: AlertList;
  deliveries: DeliveryList;
  incidents: Pick<IncidentBook, 'get'>;
}

export function alertsOf({ list, deliveries, incidents }: AlertSources, openNow: OpenNow): Alerts {
  const current = <T extends AlertRecord>(alert: T): T & { incident: AlertIncident | null } => {
    const now = alert.state === 'firing' ? openNow(alert.workspace, alert.alertId) : undefined;
    const counted = now === undefined ? alert : { ...alert, count: now.count, endsAtMs: now.endsAtMs, peak: Math.max(alert.peak, now.count) };
    return { ...counted, incident: incidentOfAlert(incidents.get(alert.alertId), alert.alertId) };
  };
  return {
    list: async (query) => list.list(query).map(current),
    async get(alertId) {
      const alert = list.get(alertId);
      return alert === undefined ? null : current(alert);
    },
    async deliveries(alertId) {
      if (list.get(alertId) === undefined) return null;
      const episodes = incidents.get(alertId)?.episodeIds ?? [alertId];
      return episodes.flatMap((episodeId) => [...deliveries.of(episodeId)]);
    },
  };
}

function incidentOfAlert(incident: Incident | undefined, alertId: string): AlertIncident | null {
  if (incident === undefined) return null;
  return {
    id: incident.id, state: incident.state, acknowledgedBy: incident.acknowledged?.by ?? null, assignee: incident.assignee,
    page: incident.members.get(alertId)?.page ?? null,
  };
}
