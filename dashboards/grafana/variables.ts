import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { DatasourceVariableBuilder, QueryVariableBuilder, VariableRefresh, VariableSort, type VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelLanguage } from '../queries/panel.ts';
import { VARIABLES, type VariableQuery } from '../queries/variables.ts';
import { DATA_SOURCE, PLUGIN_ID } from './clickhouse-query.ts';
import { WORDS } from './words.ts';

/** The choice of the data source, then the variables that a board names. */
export function renderVariables(names: readonly string[], language: PanelLanguage): Builder<VariableModel>[] {
  const source = new DatasourceVariableBuilder('datasource').label(WORDS.dataSource[language]).type(PLUGIN_ID).regex('').multi(false).includeAll(false);
  return [source, ...names.map((name) => variable(name, VARIABLES[name], language))];
}

function variable(name: string, query: VariableQuery | undefined, language: PanelLanguage): Builder<VariableModel> {
  if (!query) throw new Error(`There is no variable ${name}.`);
  const builder = new QueryVariableBuilder(name)
    .label(query.label[language])
    .datasource(DATA_SOURCE)
    .query(query.sql(language))
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled)
    .multi(query.isMulti)
    .includeAll(query.isMulti);
  return query.isMulti
    ? builder.current({ text: WORDS.all[language], value: '$__all', selected: true })
    : builder.current({ text: query.first ?? '', value: query.first ?? '', selected: true });
}
