import type { LocalText } from '../../core/rule.ts';
import { named, type NamedField } from './named.ts';
import type { PanelLanguage } from './panel.ts';

/** A choice at the top of a board: its query answers a text and the value behind it. */
export interface VariableQuery {
  label: LocalText;
  sql(language: PanelLanguage): string;
  /** Several may be chosen, or all. */
  isMulti: boolean;
  /** Chosen at first where one is. */
  first?: string;
}

const RECENT = 'time >= now() - INTERVAL 90 DAY';
const inWorkspace = (column: string, language: PanelLanguage, field?: NamedField): string => {
  const text = field === undefined ? column : named(field, column, language);
  return `SELECT DISTINCT ${text} AS __text, ${column} AS __value FROM tocsin.rollup_cross_day WHERE workspace = '$workspace' AND ${RECENT} AND ${column} != '' ORDER BY __text LIMIT 1000`;
};

export const VARIABLES: Readonly<Record<string, VariableQuery>> = {
  workspace: {
    label: { zh: '工作区', en: 'Workspace' },
    sql: () => 'SELECT DISTINCT workspace FROM tocsin.rollup_day ORDER BY workspace LIMIT 1000',
    isMulti: false,
    first: 'default',
  },
  channel: { label: { zh: '渠道', en: 'Channel' }, sql: (language) => inWorkspace('channel', language, 'channel'), isMulti: true },
  region: { label: { zh: '地区', en: 'Region' }, sql: (language) => inWorkspace('region', language), isMulti: true },
  customer_group: { label: { zh: '客户群', en: 'Customer group' }, sql: (language) => inWorkspace('customer_group', language), isMulti: true },
};
