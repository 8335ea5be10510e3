import { TocsinError } from '../../core/errors.ts';
import type { PipelineStatus } from '../../core/pipeline.ts';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import type { Notifier } from '../../alerts/notify/notifier.ts';
import { EMPTY_BOOK, type RoutingBook } from '../../alerts/routing/book.ts';
import { Prng } from '../../server/play/prng.ts';
import { RuleBook } from '../../server/rules/rule-book.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import type { LogName } from '../../stream/ports.ts';
import type { BatchWriter } from '../../stream/store/batch-writer.ts';
import { MemorySpool } from '../../stream/store/memory-spool.ts';
import { MemoryWriter } from '../../stream/store/memory-writer.ts';
import { breakHistory, breakKey, breakLog, breakWriter, type Breakage } from './breakages.ts';
import { Clients, WORKSPACES } from './clients.ts';
import { Faults, type ScorerMood } from './faults.ts';
import type { IncidentDesk } from '../../alerts/desk/incident-desk.ts';
import { drawNodes, isDesk, startCounter, startDesk, startGateway, startNotifier, startScorer, type CounterNode, type NodeName, type NodeParts } from './nodes.ts';
import { collectJournal, readJournal } from './read-journal.ts';
import { memoryHistory } from './memory-history.ts';
import { postTo, type Gateway } from './post-to.ts';
import { Receiver } from './receiver.ts';
import { SimBus } from './sim-bus.ts';
import { simSnapshots } from './sim-snapshots.ts';
import { breakBook, drawBook, type Life } from './routing-book.ts';
import { SimProcess } from './sim-process.ts';
import { drawSpan, type Span } from './span.ts';
import { VirtualTime } from './virtual-time.ts';

/** Two minutes before a month ends, so that batches fall into two partitions of the store. */
const START_MS = Date.UTC(2026, 2, 31, 23, 58);
const TRACE_LINES_MAX = 2_000;

/** The whole server on in-memory doubles, with those who use it. */
export class World {
  readonly random: Prng;
  readonly time: VirtualTime;
  readonly bus: MemoryBus;
  readonly faults: Faults;
  readonly writer: MemoryWriter;
  readonly receivers: readonly Receiver[];
  readonly clients: Clients;
  readonly rules: RuleBook;
  readonly journal: ReturnType<typeof collectJournal>;
  readonly violations: string[] = [];
  /** Whether everything runs in one process, which dies as one. */
  readonly isOneProcess: boolean;
  readonly scorerMoods: Record<string, ScorerMood> = {};
  counter: CounterNode | undefined;
  readonly #processes = new Map<NodeName, SimProcess>();
  readonly #gateways = new Map<string, Gateway>();
  readonly #acked = new Map<LogName, Set<number>>();
  readonly #trace: string[] = [];
  readonly broken: Breakage | undefined;
  #notifier: Notifier | undefined;
  readonly desks = new Map<NodeName, IncidentDesk>();
  readonly nodes: readonly NodeName[];
  readonly book: RoutingBook;
  readonly life: Life;
  readonly span: Span;
  #status: PipelineStatus | undefined;
  #keysMade = 0;
  #sleepsUntilMs = 0;
  /** How often each thing happened that a life is there to meet, by name. */
  readonly happened = new Map<string, number>();
  restarts = 0;

  constructor(seed: number, broken?: Breakage, life: Life = 'plain') {
    this.broken = broken;
    this.span = drawSpan(seed, life);
    const random = (this.random = new Prng(seed));
    const fork = (): Prng => new Prng(random.uint32());
    this.time = new VirtualTime(START_MS, fork());
    this.faults = new Faults(fork(), (what) => this.note(what));
    this.bus = new MemoryBus({ clock: this.time, timers: this.time, takeBackAfterMs: this.span.ackWaitMs, duplicateWindowMs: this.span.duplicateWindowMs });
    const poisoned = random.chance(0.3) ? random.unit() * 0.1 : 0;
    this.writer = new MemoryWriter((row) => poisoned > 0 && row.item.ticket!.charCodeAt(0) < 97 + 26 * poisoned);
    const refusing = random.chance(0.3);
    const desk = new Receiver('desk', this, (page) => refusing && page.event !== 'resolved' && page.alertId.charCodeAt(1) % 2 === 0);
    this.receivers = [new Receiver('hook', this, () => false), desk];
    this.journal = collectJournal(this.bus);
    this.rules = new RuleBook([], this.bus.keyValue('rules'));
    this.isOneProcess = random.chance(0.3);
    this.nodes = drawNodes(random, this.isOneProcess);
    this.book = life === 'plain' ? EMPTY_BOOK : drawBook(fork(), this.nodes.includes('incidents-2') ? 'two' : 'one');
    this.life = life;
    this.clients = new Clients({ time: this.time, random: fork(), post: (body, format) => postTo(this.#gateways.get(this.random.pick(['gateway-1', 'gateway-2'])), this, { body, format }), trace: (line) => this.trace(line), fail: (message) => this.violate(message) });
  }

  start(): void {
    for (const name of this.nodes) this.#start(name);
  }

  kill(name: NodeName, why: string): void {
    for (const each of this.isOneProcess ? this.nodes : [name]) this.#processes.get(each)?.die(why);
  }

  killAll(why: string): void {
    for (const name of this.nodes) this.kill(name, why);
  }

  /** Nothing runs for so long. */
  sleep(forMs: number): void {
    this.#sleepsUntilMs = this.time.nowMs() + forMs;
    this.killAll('asleep');
  }

  /** As an operator does: what is under way is finished, then it is started again. */
  async restartNotifier(): Promise<void> {
    const process = this.#processes.get('notifier');
    const notifier = this.#notifier;
    if (notifier === undefined || process === undefined || this.isOneProcess) return;
    this.trace('notifier: is stopped');
    await notifier.stop(2_000);
    process.die('stopped');
  }

  /** Everybody is alive, or will be within moments, and nothing goes wrong any more. */
  calm(): void {
    this.faults.end();
    for (const receiver of this.receivers) receiver.mood = 'well';
    for (const name of Object.keys(this.scorerMoods)) this.scorerMoods[name] = 'well';
    this.bus.faults.reconnect();
  }

  /** What is still on its way, in words; null when there is nothing. */
  async waitsFor(alerts: 'open-alerts' | 'no-alert' = 'no-alert'): Promise<string | null> {
    if (this.clients.requestsOpen > 0) return `${this.clients.requestsOpen} requests are not answered`;
    for (const name of this.nodes) if (this.#processes.get(name)?.isAlive !== true) return `${name} is down`;
    const raw = await this.bus.log('raw').info();
    if (raw.entries > 0) return `${raw.entries} frames are not scored`;
    const { counter } = this;
    if (counter === undefined || !counter.isCaughtUp) return 'the counter reads back';
    // The answer takes its way over the network, so it is there at the next look.
    const status = this.#status;
    void counter.flow.status().then((answer) => {
      if (this.counter === counter) this.#status = answer;
    }, () => undefined);
    if (status === undefined) return 'the counter has not said how far it is';
    if (status.uncountedEntries > 1) return `${status.uncountedEntries} entries are not counted`;
    if (status.unstoredRows > 0) return `${status.unstoredRows} rows are not stored`;
    const open = WORKSPACES.reduce((sum, workspace) => sum + counter.flow.board(workspace).openAlerts.length, 0);
    if (open > 0 && alerts === 'no-alert') return `${open} alerts are open`;
    const undecided = await this.#undecided(alerts);
    if (undecided !== null) return undecided;
    const { lastSequence } = await this.bus.log('incidents').info();
    const told = this.#acked.get('incidents')?.size ?? 0;
    return told < lastSequence ? `${lastSequence - told} entries of the incidents log are not delivered` : null;
  }

  async #undecided(alerts: 'open-alerts' | 'no-alert'): Promise<string | null> {
    for (const name of this.nodes.filter(isDesk)) {
      const desk = this.desks.get(name);
      if (desk?.state === undefined) return 'an incident desk reads back';
      if (desk.waiting !== 0) return 'an incident desk has something to write';
      if (desk.state.open.size > 0 && alerts === 'no-alert') return `${desk.state.open.size} incidents are open`;
    }
    const { place } = readJournal(this.journal);
    for (const log of ['alerts', 'operations'] as const) {
      const { lastSequence } = await this.bus.log(log).info();
      if (place[log] < lastSequence) return `${lastSequence - place[log]} entries of the ${log} log are not decided`;
    }
    return null;
  }

  trace(line: string): void {
    this.#trace.push(`+${((this.time.nowMs() - START_MS) / 1_000).toFixed(3)} s ${line}`);
    if (this.#trace.length > TRACE_LINES_MAX) this.#trace.shift();
  }

  /** What happened last, oldest first. */
  get traced(): string[] {
    return [...this.#trace];
  }

  /** Counts one more of what a life is there to meet. */
  note(what: string): void {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1);
  }

  violate(message: string): void {
    this.violations.push(message);
    this.trace(`VIOLATION: ${message}`);
  }

  #start(name: NodeName): void {
    const random = new Prng(this.random.uint32());
    const process = new SimProcess({
      name, time: this.time, random,
      diesAtCall: !this.faults.isOver && random.chance(0.25) ? random.between(1, this.span.fatalCallMax) : undefined,
      onDeath: (why) => this.#onDeath(name, why),
    });
    this.#processes.set(name, process);
    this.trace(`${name}: starts`);
    const { time, faults, span } = this;
    const bus = new SimBus({
      bus: this.bus, process, faults, time, ackWaitMs: this.span.ackWaitMs,
      onAcked: (log, sequence) => this.#acked.set(log, (this.#acked.get(log) ?? new Set()).add(sequence)),
      onHeld: (log, held, heldMax) => {
        if (held > heldMax) this.violate(`${name} holds ${held} entries of the ${log} log, and at most ${heldMax} are allowed`);
      },
    });
    const parts: NodeParts = {
      process, time, random, faults, span,
      bus: { log: (log) => breakLog(log, bus.log(log), this.broken), publish: (subject, body) => bus.publish(subject, body), keyValue: (bucket) => bus.keyValue(bucket) },
      telemetry: (event) => this.#hear(name, event),
      fail: (part, error) => {
        this.violate(`${name} gives up: ${part}: ${error.message}`);
        process.die('gave up');
      },
    };
    this.#startRole(name, parts).catch((error: unknown) => {
      // As the program does: a start that fails ends the process, and whoever watches over it starts it again.
      if (!(error instanceof TocsinError) || !error.retryable) this.violate(`${name} cannot start: ${String(error)}`);
      process.die(`cannot start: ${String(error)}`);
    });
  }

  async #startRole(name: NodeName, parts: NodeParts): Promise<void> {
    const { faults } = this;
    switch (name) {
      case 'gateway-1':
      case 'gateway-2':
        this.#gateways.set(name, { intake: startGateway(parts), process: parts.process });
        return;
      case 'scorer-1':
      case 'scorer-2':
        startScorer(parts, name, () => this.scorerMoods[name] ?? 'well');
        return;
      case 'counter':
        await startCounter(parts, {
          writer: breakWriter(this.#writerOf(parts), this.broken),
          history: breakHistory(memoryHistory(this.writer, (question) => this.#askStore(parts, question)), this.broken),
          snapshots: simSnapshots(this.bus.snapshots(), parts),
          spool: new MemorySpool((what) => parts.process.call(() => {
            if (what === 'write' && faults.spoolIsFull()) throw new Error('no room');
          })),
          trace: (line) => this.trace(line),
          onNode: (node) => (this.counter = node),
        });
        return;
      case 'incidents':
      case 'incidents-2':
        this.desks.set(name, await startDesk(parts, { snapshots: simSnapshots(this.bus.snapshots('desk'), parts), book: breakBook(this.book, this.broken) }, (line) => this.trace(`${name}: ${line}`)));
        return;
      case 'notifier':
        this.#notifier = await startNotifier(parts, this.receivers.map((receiver) => this.#withKeys(receiver)));
    }
  }

  #onDeath(name: NodeName, why: string): void {
    this.trace(`${name}: dies, ${why}`);
    this.note(`death of ${name.replace(/-\d$/u, '')}`);
    this.note(`death: ${why.replace(/ with .*|: .*/u, '')}`);
    this.restarts += 1;
    if (name === 'counter') this.counter = this.#status = undefined;
    if (name === 'notifier') this.#notifier = undefined;
    this.desks.delete(name);
    this.#gateways.delete(name);
    const downMs = this.faults.isOver || this.random.chance(0.9) ? this.random.between(300, 4_000) : this.random.between(4_000, this.span.downMsMax);
    this.time.after(Math.max(downMs, this.#sleepsUntilMs - this.time.nowMs()), () => this.#start(name));
    if (this.isOneProcess) this.kill(name, `in one process with ${name}`);
  }

  #hear(name: NodeName, event: TelemetryEvent): void {
    if (event.kind === 'queue-depth' && event.depth > event.limit) this.violate(`${name}: the queue ${event.queue} holds ${event.depth}, above its limit of ${event.limit}`);
    if (event.kind === 'alert-published') this.trace(`${name}: publishes ${event.event} of ${event.ruleId}`);
    if (event.kind === 'delivery-attempted') this.note(`delivery: ${event.outcome}`);
    if (event.kind === 'delivery-attempted') this.trace(`${name}: a page over ${event.channel} is ${event.outcome}`);
    if (event.kind === 'rows-stored') this.trace(`${name}: ${event.rows} rows are stored`);
    if (event.kind === 'frame-appended') this.trace(`${name}: ${event.items} items are on the ${event.log} log`);
    if (event.kind === 'frame-dead-lettered') this.trace(`${name}: a dead letter, ${event.stage}`);
  }

  #askStore<T>({ process, faults }: NodeParts, question: () => Promise<T>): Promise<T> {
    return process.call(() => {
      faults.onStore();
      return question();
    }, 20);
  }

  #writerOf(parts: NodeParts): BatchWriter {
    const [{ process, faults }, { writer }] = [parts, this];
    return {
      prepare: () => this.#askStore(parts, () => writer.prepare()),
      storedThrough: (logId) => this.#askStore(parts, () => writer.storedThrough(logId)),
      insert: (rows, logId, token) => process.call(() => {
        const fault = faults.onStore();
        if (fault !== undefined) writer.faults.push(fault);
        return writer.insert(rows, logId, token).finally(() => writer.faults.splice(0));
      }, 200),
    };
  }

  #withKeys(receiver: Receiver): Receiver {
    if (this.broken !== 'another-key-each-attempt') return receiver;
    return Object.assign(Object.create(receiver) as Receiver, {
      take: (page: Parameters<Receiver['take']>[0], key: string) => receiver.take(page, breakKey(key, (this.#keysMade += 1), this.broken)),
    });
  }
}
