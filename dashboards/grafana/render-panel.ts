import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode, BigValueColorMode, BigValueGraphMode, GraphDrawStyle, LegendDisplayMode, LegendPlacement, ReduceDataOptionsBuilder, SortOrder, StackingConfigBuilder,
  StackingMode, TooltipDisplayMode, VisibilityMode, VizLegendOptionsBuilder, VizOrientation, VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode, type DynamicConfigValue, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { ColumnLook, Level, PanelLanguage, PanelQuery } from '../queries/panel.ts';
import { statSql } from '../queries/stat-sql.ts';
import { clickHouseQuery, DATA_SOURCE } from './clickhouse-query.ts';
import { WORDS } from './words.ts';

const PLAIN_COLOR = '#5794f2';

/** One panel as Grafana's JSON wants it. */
export function renderPanel(panel: PanelQuery, language: PanelLanguage): Builder<Panel> {
  switch (panel.kind) {
    case 'line':
    case 'bars':
      return overTime(panel, language);
    case 'stat':
      return stat(panel, language);
    case 'rank':
      return rank(panel, language);
    case 'table':
      return table(panel, language);
    case 'annotation':
      throw new Error(`${panel.id}: an annotation is no panel.`);
  }
}

function overTime(panel: PanelQuery, language: PanelLanguage): Builder<Panel> {
  const isBars = panel.kind === 'bars';
  const builder = new TimeSeriesBuilder()
    .drawStyle(isBars ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineWidth(isBars ? 1 : 2)
    .fillOpacity(isBars ? 70 : 8)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false)
    .min(0)
    .stacking(new StackingConfigBuilder().mode(isBars ? StackingMode.Normal : StackingMode.None).group('A'))
    .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true).calcs([]))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .withTarget(clickHouseQuery(panel.sql(language), 'timeseries'));
  return dressed(builder, panel, language);
}

function stat(panel: PanelQuery, language: PanelLanguage): Builder<Panel> {
  const builder = new StatBuilder()
    .graphMode(BigValueGraphMode.None)
    .colorMode(panel.levels ? BigValueColorMode.Value : BigValueColorMode.None)
    .orientation(VizOrientation.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('/.*/').values(false))
    .withTarget(clickHouseQuery(statSql(panel, language), 'table'));
  return dressed(builder, panel, language);
}

function rank(panel: PanelQuery, language: PanelLanguage): Builder<Panel> {
  const builder = new BarGaugeBuilder()
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .showUnfilled(true)
    .min(0)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs([]).fields('').values(true))
    .withTarget(clickHouseQuery(panel.sql(language), 'table'));
  return dressed(builder, panel, language);
}

function table(panel: PanelQuery, language: PanelLanguage): Builder<Panel> {
  const builder = new TableBuilder().showHeader(true).filterable(false).withTarget(clickHouseQuery(panel.sql(language), 'table'));
  return dressed(builder, panel, language);
}

type AnyBuilder = TimeSeriesBuilder | StatBuilder | BarGaugeBuilder | TableBuilder;

/** What all panels have: words, data source, levels, names of columns. */
function dressed(builder: AnyBuilder, panel: PanelQuery, language: PanelLanguage): AnyBuilder {
  builder.title(panel.title[language]).description(panel.description[language]).noValue(panel.noData[language]).datasource(DATA_SOURCE).span(panel.width).height(panel.height);
  if (panel.unit !== undefined) builder.unit(panel.unit);
  builder.thresholds(thresholds(panel.levels));
  for (const [column, look] of Object.entries(panel.columns ?? {})) builder.overrideByName(column, properties(look, language));
  if (panel.kind === 'stat' && panel.levels) builder.overrideByName('state', [{ id: 'displayName', value: WORDS.state[language] }]);
  return builder;
}

function thresholds(levels: readonly Level[] | undefined): ThresholdsConfigBuilder {
  const steps = levels?.map(({ from, color }) => ({ value: from ?? null, color })) ?? [{ value: null, color: PLAIN_COLOR }];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

function properties({ name, unit, link, widthPx }: ColumnLook, language: PanelLanguage): DynamicConfigValue[] {
  return [
    { id: 'displayName', value: name[language] },
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(widthPx === undefined ? [] : [{ id: 'custom.width', value: widthPx }]),
    ...(link === undefined ? [] : [{ id: 'links', value: [{ title: link.title[language], url: link.url, targetBlank: true }] }]),
  ];
}
