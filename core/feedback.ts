/** Where a piece of feedback came from. */
export const CHANNELS = [
  'app', 'mini-program', 'web', 'chat', 'phone', 'email', 'social', 'store', 'survey', 'offline', 'api',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Of feedback that names none. */
export const DEFAULT_WORKSPACE = 'default';

export interface Customer {
  id?: string;
  /** First character and two stars. */
  name?: string;
  /** Its middle hidden. */
  phone?: string;
  /** Keyed hash of the whole number, by which the same customer is known again. */
  phoneHash?: string;
  tier?: string;
  group?: string;
  region?: string;
}

/**
 * One admitted piece of feedback: validated, masked, with its defaults filled in.
 * It is what a frame carries; no field holds a raw phone, ID card, bank card or e-mail.
 */
export interface FeedbackItem {
  /** Given by the sender, else made by the gateway; unique within a workspace. */
  id: string;
  /** True when the sender gave the id, so that the same id may come again and must count once. */
  idGiven: boolean;
  workspace: string;
  text: string;
  channel: Channel;
  /** Event time, milliseconds since the epoch, UTC. Never later than `receivedAtMs`. */
  createdAtMs: number;
  /** When the gateway took it, milliseconds since the epoch, UTC. */
  receivedAtMs: number;
  customer?: Customer;
  product?: string;
  order?: string;
  ticket?: string;
  agent?: string;
  store?: string;
  region?: string;
  /** 1 (worst) to 5 (best). */
  rating?: number;
  /** Net promoter score, 0 to 10. */
  nps?: number;
  waitSeconds?: number;
  resolved?: boolean;
  tags?: string[];
  parentId?: string;
  attributes?: Record<string, string | number | boolean | null>;
}
