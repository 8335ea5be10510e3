import type { Channel, Customer } from '../../core/feedback.ts';

export type AttributeValue = string | number | boolean | null;

/** One item as a client posts it to `POST /v1/feedback`: before admission and masking. */
export interface FeedbackInput {
  id?: string;
  text: string;
  channel: Channel;
  /** RFC 3339. */
  createdAt?: string;
  workspace?: string;
  customer?: Customer;
  product?: string;
  order?: string;
  ticket?: string;
  agent?: string;
  store?: string;
  region?: string;
  /** 1 to 5, or its words such as 非常满意. */
  rating?: number | string;
  nps?: number;
  waitSeconds?: number;
  resolved?: boolean;
  tags?: string[];
  parentId?: string;
  attributes?: Record<string, AttributeValue>;
}
