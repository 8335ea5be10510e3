import { FILLED_FIELDS } from '../../core/stored-item.ts';
import { BucketTable } from './bucket-table.ts';
import { Campaigns } from './campaigns.ts';
import type { CampaignLimits } from './campaigns.ts';
import { completeConfig } from './config.ts';
import type { DuplicateConfig } from './config.ts';
import type { CustomerKeys } from './customer-keys.ts';
import { CustomerHistory } from './history.ts';
import type { HistoryLimits } from './history.ts';
import { SketchCompare } from './near-equal.ts';
import type { DuplicateNotice } from './notice.ts';
import { Records } from './records.ts';
import { createReaders } from './readers.ts';
import type { Reader } from './readers.ts';
import { BANDS } from './sketch.ts';
import type { TextSketch } from './sketch.ts';

/** Two keys for each record that names a customer. */
export const SENDERS_PER_ITEM = 2;

/**
 * Everything that duplicate detection remembers: a function of the items linked so far, in their order, and of nothing else.
 * `link` and `fillFromHistory` change it in place; `encodeDuplicates` and `decodeDuplicates` make bytes of it and back.
 */
export interface DuplicateState {
  config: DuplicateConfig;
  /** Stream time, milliseconds since the epoch; never goes back. 0 before the first item. */
  nowMs: number;
  records: Records;
  /** Latest record of each sender. */
  senders: BucketTable;
  /** Latest record with each band's key. */
  bands: BucketTable;
  campaigns: Campaigns;
  history: CustomerHistory;
  told: Set<DuplicateNotice['kind']>;
  /** Of the item that was linked last: the number of its text's group, 0 where it has none or is a repeat. */
  group: number;
  /** Work space: items that were read ahead, and of the present one who sent it and what it says. */
  readers: Reader[];
  sketch: TextSketch;
  keys: CustomerKeys;
  isSketched: boolean;
  /** Keeps the compiler from leaving out looks that only bring memory nearer. */
  touched: number;
  compare: SketchCompare;
  /** By the place in FILLED_FIELDS: what the present item says, and what is known where it says nothing. */
  said: string[];
  known: string[];
}

/** What grows with the items. */
export type HeldDuplicates = Pick<DuplicateState, 'records' | 'senders' | 'bands' | 'campaigns' | 'history'>;

/** A state that holds `held`, or nothing. Throws `invalid_setting` for a limit out of range. */
export function createDuplicateState(config: Partial<DuplicateConfig> = {}, held?: HeldDuplicates): DuplicateState {
  const complete = completeConfig(config);
  const { records, senders, bands, campaigns, history } = held ?? nothingHeld(complete);
  const readers = createReaders();
  return {
    config: complete,
    nowMs: 0,
    records,
    senders,
    bands,
    campaigns,
    history,
    told: new Set(),
    group: 0,
    readers,
    sketch: readers[0]!.sketch,
    keys: readers[0]!.keys,
    isSketched: false,
    touched: 0,
    compare: new SketchCompare(),
    said: FILLED_FIELDS.map(() => ''),
    known: FILLED_FIELDS.map(() => ''),
  };
}

function nothingHeld(config: DuplicateConfig): HeldDuplicates {
  const records = new Records(config.itemsMax);
  return {
    records,
    senders: new BucketTable(records, config.itemsMax * SENDERS_PER_ITEM),
    bands: new BucketTable(records, config.itemsMax * BANDS),
    campaigns: new Campaigns(campaignLimits(config)),
    history: new CustomerHistory(historyLimits(config)),
  };
}

export function campaignLimits({ campaignCustomers, horizonMs, campaignsMax, campaignMembersMax }: DuplicateConfig): CampaignLimits {
  return { customers: campaignCustomers, horizonMs, groupsMax: campaignsMax, membersMax: campaignMembersMax };
}

export function historyLimits({ historyDays, historyCustomersMax, historyValuesMax }: DuplicateConfig): HistoryLimits {
  return { days: historyDays, customersMax: historyCustomersMax, valuesMax: historyValuesMax };
}

/**
 * Lets stream time pass: texts and groups older than the horizon are forgotten. `link` and `fillFromHistory` do it too; call it
 * on ticks, so that memory is given back when nothing arrives.
 */
export function advanceDuplicates(state: DuplicateState, nowMs: number): void {
  if (nowMs <= state.nowMs) return;
  state.records.retire(nowMs, state.config.horizonMs, nowMs - state.nowMs);
  state.campaigns.retire(nowMs);
  state.nowMs = nowMs;
}

/** Notices about limits that were met since the last call; each kind once for the life of the state. */
export function takeNotices(state: DuplicateState): DuplicateNotice[] {
  const { config, told } = state;
  const met: DuplicateNotice[] = [];
  if (state.records.forgottenEarly + state.senders.evicted > 0) met.push({ kind: 'duplicates-forgotten-early', itemsMax: config.itemsMax });
  if (state.campaigns.forgottenEarly > 0) met.push({ kind: 'campaigns-forgotten-early', campaignsMax: config.campaignsMax });
  if (state.campaigns.membersRefused > 0) met.push({ kind: 'campaign-members-over-limit', campaignMembersMax: config.campaignMembersMax });
  if (state.history.closedEarly > 0) met.push({ kind: 'histories-forgotten-early', historyCustomersMax: config.historyCustomersMax });
  if (state.history.valuesRefused > 0) met.push({ kind: 'history-values-over-limit', historyValuesMax: config.historyValuesMax });
  const fresh = met.filter(({ kind }) => !told.has(kind));
  for (const { kind } of fresh) told.add(kind);
  return fresh;
}

/** What the state costs, by what it is for. */
export function duplicateBytes(state: DuplicateState): { items: number; itemBytes: number; indexBytes: number; campaignMembers: number; campaignBytes: number; historyBytes: number } {
  return {
    items: state.records.size,
    itemBytes: state.records.bytes(),
    indexBytes: state.senders.bytes() + state.bands.bytes(),
    campaignMembers: state.campaigns.members,
    campaignBytes: state.campaigns.bytes(),
    historyBytes: state.history.bytes(),
  };
}
