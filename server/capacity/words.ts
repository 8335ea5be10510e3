import type { Measured } from './measured.ts';
import { BUSY_SHARE_MAX, CLICKHOUSE_DISK_BYTES_MAX, type Capacity, type LoadPlan, type PlannedPart } from './plan-capacity.ts';

export const CAPACITY_LANGUAGES = ['zh', 'en'] as const;
export type CapacityLanguage = (typeof CAPACITY_LANGUAGES)[number];

interface Words {
  head: readonly [part: string, count: string, cores: string, memory: string, disk: string];
  parts: Record<PlannedPart['part'], string>;
  rate(mean: string, peak: string): string;
  oneProcess(cores: number): string;
  several(cores: number): string;
  restsOn: string;
  assumptions(load: LoadPlan, measured: Measured): string[];
}

const HALF_FREE = Math.round((1 - BUSY_SHARE_MAX) * 100);
const DISK_TB = CLICKHOUSE_DISK_BYTES_MAX / 1e12;

const WORDS: Record<CapacityLanguage, Words> = {
  en: {
    head: ['part', 'how many', 'cores at the peak', 'memory', 'disk'],
    parts: { gateway: 'gateways', scorer: 'scorers', counter: 'counters (active)', nats: 'NATS servers', clickhouse: 'ClickHouse servers' },
    rate: (mean, peak) => `${mean} items/s on the mean, ${peak} in the busiest second.`,
    oneProcess: (cores) => `One process on one machine of ${cores} cores is enough: \`tocsin serve\` with its own nats-server and store.`,
    several: (cores) => `More than one process is needed (\`--roles\`, docs/ARCHITECTURE.md), on machines of ${cores} cores:`,
    restsOn: 'What this rests on:',
    assumptions: (load, measured) => [
      `The busiest second has ${load.peakFactor} × the mean of the day; ${HALF_FREE} % of each core stays free.`,
      `Processor time of one item: gateway ${measured.gatewayUs[load.sending]} µs (${load.sending === 'single' ? 'one item a request' : 'NDJSON of 100'}), scorer ${measured.scorerUs} µs on the CPU, counter ${measured.counterUs} µs and ${measured.counterUsPerRule} µs for each rule, nats-server ${measured.natsUs[load.sending]} µs, ClickHouse ${measured.storeUs} µs.`,
      `Memory of windows: ${measured.windowBytesPerItem} bytes an item and rule, ${measured.windowBytesPerKey} bytes a group and rule; every item is in every rule's window, which is the most there can be.`,
      `Disk: ${measured.storeBytesPerItem} bytes an item in ClickHouse, kept ${load.keepDays} days, at most ${DISK_TB} TB a server; ${measured.scoredBytesPerItem} bytes an item on the scored log, kept ${load.scoredLogKeepHours} hours.`,
      'One counter is active in an installation, on one core: a load that needs more of them needs several installations, each with workspaces of its own.',
      'At less than some 1,000 items/s an item costs more, since what is done once a second or once a frame falls on few: up to one core in all.',
      'Scoring on a GPU was not measured: it takes the scorer\'s share off the processors.',
      `Measured by \`npm run bench -- capacity\` on ${measured.on}; on other processors divide by how much faster their cores are.`,
    ],
  },
  zh: {
    head: ['组件', '数量', '高峰占用核数', '内存', '磁盘'],
    parts: { gateway: '网关', scorer: '打分进程', counter: '计数进程（活动）', nats: 'NATS 服务器', clickhouse: 'ClickHouse 服务器' },
    rate: (mean, peak) => `平均每秒 ${mean} 条，最忙的一秒 ${peak} 条。`,
    oneProcess: (cores) => `一台 ${cores} 核机器上的一个进程就够：直接运行 \`tocsin serve\`，自带 nats-server 和存储。`,
    several: (cores) => `需要多个进程（\`--roles\`，见 docs/ARCHITECTURE.md），每台机器 ${cores} 核：`,
    restsOn: '估算依据：',
    assumptions: (load, measured) => [
      `最忙的一秒是全天平均的 ${load.peakFactor} 倍；每个核留出 ${HALF_FREE} % 的余量。`,
      `每条反馈的处理器时间：网关 ${measured.gatewayUs[load.sending]} 微秒（${load.sending === 'single' ? '每个请求一条' : '每个请求 100 条 NDJSON'}），打分 ${measured.scorerUs} 微秒（CPU），计数 ${measured.counterUs} 微秒，每条规则另加 ${measured.counterUsPerRule} 微秒，nats-server ${measured.natsUs[load.sending]} 微秒，ClickHouse ${measured.storeUs} 微秒。`,
      `窗口内存：每条反馈每条规则 ${measured.windowBytesPerItem} 字节，每个分组每条规则 ${measured.windowBytesPerKey} 字节；按每条反馈都落在每条规则的窗口里计算，这是上限。`,
      `磁盘：ClickHouse 中每条 ${measured.storeBytesPerItem} 字节，保留 ${load.keepDays} 天，每台最多 ${DISK_TB} TB；已打分日志每条 ${measured.scoredBytesPerItem} 字节，保留 ${load.scoredLogKeepHours} 小时。`,
      '一套部署中只有一个活动的计数进程，占用一个核：需要更多计数进程时，请拆成多套部署，各自负责不同的工作区。',
      '每秒不足约 1,000 条时，每条的开销更大，因为每秒或每帧做一次的工作摊到的条数少：合计最多约 1 个核。',
      'GPU 打分没有测量；使用 GPU 时，打分这部分不再占用处理器。',
      `由 \`npm run bench -- capacity\` 在 ${measured.on} 上测得；换用其他处理器时，请按单核快慢折算。`,
    ],
  },
};

/** The plan as a person reads it. Pure. */
export function describeCapacity({ meanPerSecond, peakPerSecond, parts, fits }: Capacity, { load, measured, language }: { load: LoadPlan; measured: Measured; language: CapacityLanguage }): string {
  const words = WORDS[language];
  const rows: (readonly string[])[] = [words.head, ...parts.map(({ part, nodes, coresAtPeak, memoryBytes, diskBytes }) => [
    words.parts[part], nodes.toLocaleString('en-US'), coresAtPeak < 0.01 ? '< 0.01' : coresAtPeak.toFixed(2), bytes(memoryBytes), diskBytes === 0 ? '' : bytes(diskBytes),
  ])];
  const widths = words.head.map((_, column) => Math.max(...rows.map((row) => columns(row[column] ?? ''))));
  const pad = (cell: string, column: number): string => {
    const fill = ' '.repeat(Math.max(0, (widths[column] ?? 0) - columns(cell)));
    return column === 0 ? cell + fill : fill + cell;
  };
  return [
    words.rate(rate(meanPerSecond), rate(peakPerSecond)),
    fits === 'one-process' ? words.oneProcess(load.coresPerNode) : words.several(load.coresPerNode),
    '',
    ...rows.map((row) => row.map(pad).join('   ').trimEnd()),
    '',
    words.restsOn,
    ...words.assumptions(load, measured).map((each) => `  - ${each}`),
  ].join('\n');
}

/** The same for a program: what `--json` prints beside the plan. */
export function assumptionsOf(load: LoadPlan, measured: Measured, language: CapacityLanguage): string[] {
  return WORDS[language].assumptions(load, measured);
}

/** On a terminal a Chinese character takes two. */
function columns(text: string): number {
  return [...text].reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1), 0);
}

function rate(perSecond: number): string {
  return perSecond >= 100 ? Math.round(perSecond).toLocaleString('en-US') : String(Number(perSecond.toPrecision(2)));
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = count;
  let unit = 0;
  for (; value >= 1_000 && unit < units.length - 1; unit += 1) value /= 1_000;
  return `${value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(2))} ${units[unit]}`;
}
