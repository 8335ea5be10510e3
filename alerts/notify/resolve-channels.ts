import { TocsinError } from '../../core/errors.ts';

/** Where pages go: the names that rules use under `notify`, and the channels that each means. */
export interface Routes {
  byName: ReadonlyMap<string, readonly string[]>;
  /** For a rule that names nobody, and for a name that is not known: a page must reach someone. */
  fallback: readonly string[];
}

export interface ResolvedChannels {
  /** Each once, in the order of their first mention. */
  channelIds: string[];
  unknownNames: string[];
}

/** Stands for the default channels. */
const DEFAULT_NAME = 'default';

/** The channels that an order's `notify` names mean. A channel's own id is a name as well. */
export function resolveChannels(names: readonly string[], routes: Routes, channelIds: ReadonlySet<string>): ResolvedChannels {
  const resolved = new Set<string>();
  const unknownNames: string[] = [];
  for (const name of names) {
    const meant = routes.byName.get(name) ?? (channelIds.has(name) ? [name] : undefined);
    if (meant === undefined && name !== DEFAULT_NAME) unknownNames.push(name);
    for (const id of meant ?? routes.fallback) resolved.add(id);
  }
  if (resolved.size === 0) for (const id of routes.fallback) resolved.add(id);
  return { channelIds: [...resolved], unknownNames };
}

/** @throws TocsinError `invalid_setting` when a route names a channel that does not exist, or the fallback is empty. */
export function checkRoutes(routes: Routes, channelIds: ReadonlySet<string>): void {
  if (routes.fallback.length === 0) {
    throw new TocsinError('invalid_setting', 'There is no default channel: a page whose rule names nobody would reach nobody.');
  }
  const named: [string, readonly string[]][] = [['the default', routes.fallback], ...routes.byName];
  for (const [name, ids] of named) {
    const unknown = ids.find((id) => !channelIds.has(id));
    if (unknown !== undefined) {
      throw new TocsinError('invalid_setting', `The route "${name}" names the channel "${unknown}", which is not configured.`);
    }
  }
}

/** @throws TocsinError `invalid_setting` for an id that cannot stand in a key or a metric, and for two channels with one id. */
export function checkChannels(channels: readonly { id: string }[]): void {
  const ids = new Set<string>();
  for (const { id } of channels) {
    if (!/^[\w.-]{1,64}$/u.test(id)) {
      throw new TocsinError('invalid_setting', `"${id.slice(0, 80)}" cannot be a channel's id: 1 to 64 letters, digits, "_", "-" or ".".`);
    }
    if (ids.has(id)) throw new TocsinError('invalid_setting', `Two channels have the id "${id}".`);
    ids.add(id);
  }
}
