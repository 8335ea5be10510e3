import {
  AnnotationQueryBuilder, DashboardBuilder, DashboardCursorSync, DashboardLinkBuilder, DashboardLinkType, RowBuilder, TimePickerBuilder, type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { alertAnnotation } from '../queries/annotations.ts';
import type { Board, PanelLanguage } from '../queries/panel.ts';
import { clickHouseQuery, DATA_SOURCE } from './clickhouse-query.ts';
import { dropDefaults } from './drop-defaults.ts';
import { renderPanel } from './render-panel.ts';
import { renderVariables } from './variables.ts';
import { WORDS } from './words.ts';

const TAG = 'tocsin';
/** Where the console is, as a reader's browser reaches it; the links of the boards lead there. */
const CONSOLE_URL = 'http://localhost:8080/';
const REFRESH_CHOICES = ['10s', '30s', '1m', '5m', '15m', '1h'];

/** Names a board within Grafana: the same for ever, or links from elsewhere break. */
export function uidOf(board: Pick<Board, 'id'>, language: PanelLanguage): string {
  return `tocsin-${board.id}-${language}`;
}

/** A board as the JSON that Grafana 11 and later load by provisioning. */
export function renderBoard(board: Board, language: PanelLanguage): Dashboard {
  const builder = new DashboardBuilder(board.title[language])
    .uid(uidOf(board, language))
    .description(board.description[language])
    .tags([TAG, `${TAG}-${language}`, ...board.tags])
    .timezone('browser')
    .weekStart('monday')
    .time({ from: board.from, to: 'now' })
    .refresh(board.refresh)
    .timepicker(new TimePickerBuilder().refreshIntervals(REFRESH_CHOICES))
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .links(links(language))
    .annotation(alerts(language))
    .variables(renderVariables(board.variables, language));
  for (const { title, panels } of board.sections) {
    builder.withRow(new RowBuilder(title[language]));
    for (const panel of panels) builder.withPanel(renderPanel(panel, language));
  }
  return dropDefaults(numbered(builder.build()));
}

function links(language: PanelLanguage): DashboardLinkBuilder[] {
  return [
    new DashboardLinkBuilder(WORDS.otherBoards[language]).type(DashboardLinkType.Dashboards).tags([`${TAG}-${language}`]).asDropdown(true).keepTime(true).includeVars(true),
    new DashboardLinkBuilder(WORDS.console[language]).type(DashboardLinkType.Link).icon('external link').url(CONSOLE_URL).targetBlank(true),
    new DashboardLinkBuilder(WORDS.wall[language]).type(DashboardLinkType.Link).icon('external link').url(`${CONSOLE_URL}wall?lang=${language}`).targetBlank(true),
  ];
}

function alerts(language: PanelLanguage): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(WORDS.alerts[language])
    .datasource(DATA_SOURCE)
    .enable(true)
    .hide(false)
    .iconColor('#b877d9')
    .target(clickHouseQuery(alertAnnotation(language), 'table', 'Anno'));
}

/** Panels get their numbers in reading order, so that a board whose source did not change gives the same file. */
function numbered(dashboard: Dashboard): Dashboard {
  let number = 0;
  for (const panel of dashboard.panels ?? []) panel.id = number += 1;
  return dashboard;
}
