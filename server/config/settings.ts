import { z } from 'zod';
import { API_SECRET_PREFIX } from '../../alerts/channels/config/secret-ref.ts';
import { parseAllowedHosts } from '../../alerts/egress/allowed-hosts.ts';
import { nearest } from '../../alerts/rules/nearest.ts';
import { TocsinError } from '../../core/errors.ts';

const ROLES = ['gateway', 'scorer', 'counter', 'notifier'] as const;
export type Role = (typeof ROLES)[number];
/** Files of alerts/rules/packs. */
const RULE_PACKS = ['retail', 'app', 'service'] as const;
export type RulePack = (typeof RULE_PACKS)[number];

/** One setting: how its text is read, and what docs/configuration.md says of it. */
interface Setting<T> {
  schema: z.ZodType<T, string | undefined>;
  /** Shown in the docs; the schema holds the value itself. */
  defaultText: string;
  about: string;
  secret?: true;
}

const text = (fallback: string) => z.string().trim().min(1).default(fallback);
const optionalText = z.string().trim().min(1).optional();
const integer = (fallback: number, min: number, max: number) =>
  z.string().optional().transform((value, context) => {
    if (value === undefined) return fallback;
    const number = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    context.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}` });
    return z.NEVER;
  });
const integerOrNone = (min: number, max: number) =>
  z.string().optional().transform((value, context): number | undefined => {
    if (value === undefined) return undefined;
    const number = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    context.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}` });
    return z.NEVER;
  });
const portOrOff = (fallback: number) =>
  z.string().optional().transform((value, context): number | 'off' => {
    if (value === undefined) return fallback;
    if (value.trim() === 'off') return 'off';
    const port = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (port <= 65_535) return port;
    context.addIssue({ code: 'custom', message: 'must be a whole number from 0 to 65535, or off' });
    return z.NEVER;
  });
const oneOf = <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }).default(fallback as never);
const url = (protocols: string[]) =>
  z.string().trim().refine((value) => value.split(',').every((part) => {
    try {
      return protocols.includes(new URL(part).protocol);
    } catch {
      return false;
    }
  }), { message: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}` }).optional();
const timeZone = (fallback: string) =>
  z.string().refine((value) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: value });
      return true;
    } catch {
      return false;
    }
  }, { message: 'must be an IANA time zone such as Asia/Shanghai' }).default(fallback);
const privateHosts = z.string().optional().transform((value, context) => {
  const parsed = parseAllowedHosts(value ?? '');
  if (parsed.ok) return parsed.hosts;
  context.addIssue({ code: 'custom', message: `must be a comma-separated list of hosts, addresses and networks such as 127.0.0.1, 10.0.0.0/8, hooks.intern, .corp.example, or *; ${parsed.entry} is none of these` });
  return z.NEVER;
});
const channelNames = (fallback: string) => z.string().default(fallback).transform((value, context): string[] => {
  const named = [...new Set(value.split(',').map((name) => name.trim()).filter(Boolean))];
  if (named.length > 0) return named;
  context.addIssue({ code: 'custom', message: 'must be a comma-separated list of channels, such as on-call' });
  return z.NEVER;
});
const roles = z.string().default(ROLES.join(',')).transform((value, context): Role[] => {
  const named = value.split(',').map((part) => part.trim()).filter(Boolean);
  const unknown = named.filter((part) => !ROLES.includes(part as Role));
  if (named.length === 0 || unknown.length > 0) {
    context.addIssue({ code: 'custom', message: `must be a comma-separated list of ${ROLES.join(', ')}${unknown.length ? `; ${unknown.join(', ')} is none of them` : ''}` });
    return z.NEVER;
  }
  return [...new Set(named)] as Role[];
});

const rulePacks = z.string().optional().transform((value, context): RulePack[] => {
  const named = (value ?? '').split(',').map((part) => part.trim()).filter(Boolean);
  const unknown = named.find((part) => !RULE_PACKS.includes(part as RulePack));
  if (unknown === undefined) return [...new Set(named)] as RulePack[];
  const close = nearest(unknown, RULE_PACKS);
  context.addIssue({ code: 'custom', message: `must be a comma-separated list of ${RULE_PACKS.join(', ')}; ${unknown} is none of them${close === null ? '' : `, did you mean ${close}?`}` });
  return z.NEVER;
});

const MiB = 1024 * 1024;

/** Every setting that the program reads, in the order of docs/configuration.md. */
export const SETTINGS = {
  TOCSIN_HTTP_PORT: { schema: integer(8080, 0, 65535), defaultText: '8080', about: 'Port of the HTTP API, the pages and `WS /live`. 0 takes a free one and prints it.' },
  TOCSIN_HTTP_HOST: { schema: text('127.0.0.1'), defaultText: '127.0.0.1', about: 'Address to listen on. Set `TOCSIN_AUTH_TOKEN` before you open it to a network.' },
  TOCSIN_PUBLIC_URL: { schema: url(['http:', 'https:']), defaultText: '`http://HOST:PORT`', about: 'Where people reach this server; links in pages start with it.' },
  TOCSIN_AUTH_TOKEN: { schema: optionalText, defaultText: 'none: open', about: 'Bearer token that calls which change something must carry. Reading, the wall and `WS /live` stay open to whoever reaches the port.', secret: true },
  TOCSIN_DATA_DIR: { schema: text('./data'), defaultText: './data', about: 'Folder of everything that is kept: the logs of the embedded nats-server, the embedded ClickHouse store, keys.' },
  TOCSIN_ROLES: { schema: roles, defaultText: ROLES.join(','), about: 'Parts that this process runs. Fewer than all of them needs `NATS_URL` and `CLICKHOUSE_URL`.' },
  TOCSIN_TIME_ZONE: { schema: timeZone('Asia/Shanghai'), defaultText: 'Asia/Shanghai', about: 'Zone of `createdAt` values without an offset, and of times in pages.' },
  TOCSIN_LANGUAGE: { schema: oneOf(['zh', 'en'], 'zh'), defaultText: 'zh', about: 'Language of pages on the console channel, and of the help, the results and the errors of commands: `zh` or `en`. Where it is not set, commands follow `LC_ALL` or `LANG`.' },
  TOCSIN_RULES_DIR: { schema: optionalText, defaultText: 'alerts/rules', about: 'Folder of rule files (`*.yaml`).' },
  TOCSIN_RULE_PACKS: { schema: rulePacks, defaultText: 'none', about: 'Built-in packs of rules that are in force as well, such as `retail,app,service`; see docs/rules.md.' },
  TOCSIN_CHANNELS_FILE: { schema: optionalText, defaultText: 'none', about: 'YAML file of channels; see docs/channels.md. The console, and the webhook below, are there without it.' },
  TOCSIN_SECRETS_DIR: { schema: optionalText, defaultText: '`secrets` in `TOCSIN_DATA_DIR`', about: 'Folder of the files that channels made over the API may name as `file:PATH`. Environment variables for them begin with `TOCSIN_SECRET_`.' },
  TOCSIN_ROUTING_FILE: { schema: optionalText, defaultText: 'alerts/routing.yaml, where there is one', about: 'Who is there, who is on call, who gets which incident; see docs/routing.md. Without one, the rule\'s own `notify` says who is paged.' },
  TOCSIN_HEARTBEAT_URL: { schema: url(['http:', 'https:']), defaultText: 'none', about: 'An outside monitor that rings when nothing comes: posted to only while feedback really goes all the way; see docs/incidents.md.', secret: true },
  TOCSIN_HEARTBEAT_SECONDS: { schema: integer(60, 5, 86_400), defaultText: '60', about: 'How often the heartbeat is sent.' },
  TOCSIN_HEARTBEAT_GRACE_SECONDS: { schema: integer(120, 0, 86_400), defaultText: '120', about: 'For so long after a start the log does not complain that heartbeats are withheld.' },
  TOCSIN_TROUBLE_NOTIFY: { schema: channelNames('on-call'), defaultText: 'on-call', about: 'Who is paged when Tocsin itself is in trouble, comma-separated: channels, `on-call` for the default ones, or targets of the routing file such as `team:ops`. See docs/troubles.md.' },
  TOCSIN_WEBHOOK_URL: { schema: url(['http:', 'https:']), defaultText: 'none', about: 'Pages are also posted here as JSON; see docs/webhook.md.', secret: true },
  TOCSIN_WEBHOOK_SECRET: { schema: optionalText, defaultText: 'none: unsigned', about: 'Key of the HMAC-SHA256 signature on webhook calls.', secret: true },
  TOCSIN_ALLOW_PRIVATE_HOSTS: { schema: privateHosts, defaultText: 'none', about: 'Hosts, addresses and networks that pages may be sent to though they are private, such as `127.0.0.1, 10.0.0.0/8, hooks.intern, .corp.example`; `*` allows all. Calls to other private, loopback, link-local and metadata addresses are refused.' },
  TOCSIN_LINK_KEY: { schema: optionalText, defaultText: 'made once, kept in NATS', about: 'Key of the signature on the acknowledge and silence links of pages. A new one ends all links.', secret: true },
  TOCSIN_LINK_SECONDS: { schema: integer(86_400, 1, 30 * 86_400), defaultText: '86400', about: 'The acknowledge and silence links of a page work for so long after it was decided, each once.' },
  TOCSIN_REASON_WAIT_MS: { schema: integer(500, 0, 10_000), defaultText: '500', about: 'Longest time that a page waits for the store to say what its items have in common; it goes out without that then and says so. 0: no page has it.' },
  TOCSIN_LATENESS_MAX_HOURS: { schema: integer(48, 1, 24 * 90), defaultText: '48', about: 'An item older than this when it arrives is stored and shown, and never fires a page.' },
  TOCSIN_BOARD_KEEP_DAYS: { schema: integer(8, 1, 400), defaultText: '8', about: 'What boards and `GET /v1/counts` count is held this long, so that counts of earlier days and weeks can be told: 8 for the week before, 29 for four weeks. About 12 bytes an item for each of three series.' },
  TOCSIN_DUPLICATES: { schema: oneOf(['on', 'off'], 'on'), defaultText: 'on', about: '`on`: the same customer\'s feedback said again is stored and not counted, texts that many customers copied are marked, missing fields are filled from what the customer said before; see docs/duplicates.md. `off`: nothing of it.' },
  TOCSIN_DUPLICATES_HORIZON_HOURS: { schema: integer(72, 1, 720), defaultText: '72', about: 'What a customer says again within this time after the first is a repeat.' },
  TOCSIN_DUPLICATES_ITEMS_MAX: { schema: integer(2 ** 20, 4_096, 2 ** 24), defaultText: '1048576', about: 'Texts remembered within the horizon, a power of two; at most 300 bytes each. A change holds for a counter that starts without a snapshot.' },
  TOCSIN_DUPLICATES_CAMPAIGN_CUSTOMERS: { schema: integer(5, 2, 64), defaultText: '5', about: 'As many different customers with one text make a campaign.' },
  TOCSIN_DUPLICATES_HISTORY_DAYS: { schema: integer(90, 1, 400), defaultText: '90', about: 'Tier, group, region and product that an item lacks are filled from what its customer said within this time.' },
  TOCSIN_BODY_BYTES_MAX: { schema: integer(16 * MiB, 1024, 256 * MiB), defaultText: '16777216', about: 'Largest request body; a larger one is answered 413.' },
  TOCSIN_BATCH_ITEMS_MAX: { schema: integer(10_000, 1, 100_000), defaultText: '10000', about: 'Most items in one request; more is answered 413.' },
  TOCSIN_ITEMS_WAITING_MAX: { schema: integer(100_000, 100, 10_000_000), defaultText: '100000', about: 'Most items that wait for the log at once; over it the gateway answers 429 with `Retry-After`.' },
  TOCSIN_BACKLOG_SECONDS_MAX: { schema: integer(5, 0, 3_600), defaultText: '5', about: 'When scorers and counter together would need longer than this for what waits before them, and it becomes more, new feedback is answered 429 with `Retry-After`, so that alerts stay early; for one that is away nothing is refused. 0: never.' },
  TOCSIN_SCORER_WORKERS: { schema: integer(1, 1, 64), defaultText: '1', about: 'Worker threads that run the model.' },
  TOCSIN_MODEL: { schema: optionalText, defaultText: 'fast', about: 'Model that scores: a folder of `models/weights`.' },
  TOCSIN_MODEL_DIR: { schema: optionalText, defaultText: 'none: `TOCSIN_MODEL`', about: 'Folder of a model elsewhere; goes before `TOCSIN_MODEL`.' },
  TOCSIN_TF_BACKEND: { schema: optionalText, defaultText: 'auto: the best that works', about: 'Runs the model on this TensorFlow.js backend: `tfjs-node-gpu`, `webgpu`, `tfjs-node`, `wasm` or `cpu`. All but the last two need `npm run setup:native`.' },
  TOCSIN_TAXONOMY_FILE: { schema: optionalText, defaultText: 'models/taxonomy.yaml', about: 'The company\'s own categories: names, seed words, patterns, owner.' },
  TOCSIN_MODEL_WATCH_SECONDS: { schema: integer(5, 0, 86_400), defaultText: '5', about: 'Model folder and taxonomy are looked at this often; what changed is loaded without a restart. 0: only on `POST /v1/model/reload` or SIGHUP.' },
  TOCSIN_MASK_KEY: { schema: optionalText, defaultText: 'made once, kept in the data folder', about: 'Key of the hash by which the same customer\'s phone is recognised without being kept.', secret: true },
  TOCSIN_LOG_LEVEL: { schema: oneOf(['debug', 'info', 'warn', 'error'], 'info'), defaultText: 'info', about: 'Least level that is logged: debug, info, warn or error.' },
  TOCSIN_LOG_FORMAT: { schema: oneOf(['auto', 'json', 'pretty'], 'auto'), defaultText: 'auto', about: '`json`, `pretty`, or `auto`: pretty on a terminal, JSON elsewhere.' },
  TOCSIN_RAW_LOG_BYTES_MAX: { schema: integer(4 * 1024 * MiB, MiB, 1024 * 1024 * MiB), defaultText: '4294967296', about: 'Size limit of the raw log; when it is full the gateway answers 429.' },
  TOCSIN_SCORED_LOG_BYTES_MAX: { schema: integer(16 * 1024 * MiB, MiB, 1024 * 1024 * MiB), defaultText: '17179869184', about: 'Size limit of the scored log; when it is full scoring waits.' },
  TOCSIN_STORE_SPOOL_BYTES_MAX: { schema: integer(4 * 1024 * MiB, 0, 1024 * 1024 * MiB), defaultText: '4294967296', about: 'While ClickHouse is away rows wait in compressed files in the data folder, up to this many bytes (some 100 a row), and counting and paging go on; beyond it counting waits as well. 0: nothing is put on disk.' },
  TOCSIN_RECONCILE_MINUTES: { schema: integer(10, 0, 10_080), defaultText: '10', about: 'The scored log is compared with ClickHouse this often, and lost rows are put back; 0: never.' },
  TOCSIN_SNAPSHOT_INTERVAL_SECONDS: { schema: integer(60, 1, 86_400), defaultText: '60', about: 'The states of the counter and of the incident desk are saved this often when something came in; less often where that would take more than a tenth of the time. A restart goes on from the newest snapshot.' },
  TOCSIN_INCIDENTS_BEGIN_ANEW: { schema: oneOf(['true', 'false'], 'false'), defaultText: 'false', about: '`true`: where the snapshots of the incident desk and the beginning of the incidents log are both lost, start with what is left of the log instead of refusing with `incidents_lost`.' },
  TOCSIN_SNAPSHOT_GENERATIONS: { schema: integer(3, 1, 20), defaultText: '3', about: 'Snapshots kept; where the newest is damaged the one before it is used.' },
  TOCSIN_SCORED_LOG_KEEP_HOURS: { schema: integer(168, 1, 87_600), defaultText: '168', about: 'Entries of the scored log older than this go once a snapshot holds what they came to and their rows are stored; sooner when the log is nearly full.' },
  TOCSIN_ALERT_LOG_KEEP_DAYS: { schema: integer(90, 1, 3_650), defaultText: '90', about: 'Alert events and delivery records older than this go, from the oldest on, up to the first of an alert that is still open.' },
  TOCSIN_DRAIN_MS_MAX: { schema: integer(10_000, 100, 600_000), defaultText: '10000', about: 'Longest graceful stop, in milliseconds.' },
  NATS_URL: { schema: url(['nats:', 'tls:']), defaultText: 'none: its own nats-server', about: 'Comma-separated NATS servers with JetStream (2.12 or newer, `sync_interval: always`).', secret: true },
  CLICKHOUSE_URL: { schema: url(['http:', 'https:']), defaultText: 'none: the embedded engine', about: 'ClickHouse over HTTP, with user and password in the URL.', secret: true },
  TOCSIN_CLICKHOUSE_HTTP_PORT: { schema: portOrOff(8123), defaultText: '8123', about: 'Port on which others read the embedded store over ClickHouse\'s HTTP interface, on loopback: Grafana, notebooks. 0 takes a free one, as happens where it is taken; `off`: none.' },
  TOCSIN_CLICKHOUSE_CLUSTER: { schema: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, { message: 'must be letters, digits, dots, hyphens and underscores' }).optional(), defaultText: 'none: one server', about: 'Cluster of the server\'s `system.clusters` over which the tables are spread and replicated.' },
  TOCSIN_RETENTION_DAYS: { schema: integer(1_096, 1, 36_500), defaultText: '1096', about: 'Stored items older than this go, a month\'s parts at a time; daily roll-ups stay, for they name nobody.' },
  TOCSIN_COLD_AFTER_DAYS: { schema: integerOrNone(1, 36_500), defaultText: 'none: one tier', about: 'Stored items older than this move to the volume `cold` of the storage policy. Needs `CLICKHOUSE_URL`.' },
  TOCSIN_CLICKHOUSE_STORAGE_POLICY: { schema: z.string().regex(/^[A-Za-z0-9_]{1,64}$/, { message: 'must be letters, digits and underscores' }).optional(), defaultText: 'the server\'s default', about: 'Storage policy of the tables of items, with a volume named `cold` where `TOCSIN_COLD_AFTER_DAYS` is set. Needs `CLICKHOUSE_URL`.' },
  TOCSIN_CLICKHOUSE_DATABASE: { schema: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, { message: 'must be lower-case letters, digits and underscores' }).default('tocsin'), defaultText: 'tocsin', about: 'Database name.' },
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
/** All settings, read once. */
export type Settings = Readonly<{ [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> }>;

/**
 * Reads every setting from the environment.
 * @throws TocsinError `invalid_setting` that names each bad variable, what it must be, and (unless secret) what it was;
 *   also for an unknown `TOCSIN_*` variable, which is most often a misspelt one.
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, Setting<unknown>][]) {
    const raw = env[name] === '' ? undefined : env[name];
    const result = setting.schema.safeParse(raw);
    if (result.success) {
      values[name] = result.data;
      continue;
    }
    const shown = setting.secret ? '' : ` (it is ${JSON.stringify(raw)})`;
    problems.push(`${name} ${result.error.issues[0]?.message ?? 'is not valid'}${shown}`);
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('TOCSIN_') && !name.startsWith('TOCSIN_TEST_') && !name.startsWith(API_SECRET_PREFIX) && name !== 'TOCSIN_CHROMIUM' && !(name in SETTINGS)) {
      problems.push(`${name} is not a setting; docs/configuration.md lists them all`);
    }
  }
  const settings = values as Settings;
  if (problems.length === 0 && settings.TOCSIN_ROLES.length < ROLES.length) {
    if (!settings.NATS_URL) problems.push('TOCSIN_ROLES names some roles only, so the others run elsewhere and NATS_URL must say where they meet');
    if (!settings.CLICKHOUSE_URL) problems.push('TOCSIN_ROLES names some roles only, so CLICKHOUSE_URL must name the store that they share');
  }
  if (problems.length > 0) {
    throw new TocsinError('invalid_setting', `the settings do not fit:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
  return Object.freeze(settings);
}
