import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';

/**
 * The SDK writes defaults of its own that not every Grafana from 11 on knows, and one that hides things: links and marks with a `placement`
 * stand in a menu of the board instead of above the panels. None of them is wanted; without them a board is of all versions.
 */
export function dropDefaults(dashboard: Dashboard): Dashboard {
  for (const link of dashboard.links ?? []) drop(link, 'placement');
  for (const mark of dashboard.annotations?.list ?? []) drop(mark, 'placement');
  for (const variable of dashboard.templating?.list ?? []) drop(variable, 'auto', 'auto_min', 'auto_count');
  for (const panel of dashboard.panels ?? []) if (panel.type === 'table') drop((panel as Panel).options as Record<string, unknown>, 'footer');
  return dashboard;
}

function drop<T extends object>(from: T, ...names: (keyof T)[]): void {
  for (const name of names) delete from[name];
}
