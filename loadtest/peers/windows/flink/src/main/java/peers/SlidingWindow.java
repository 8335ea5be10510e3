package peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * The rule as an exact KeyedProcessFunction: one task, heap state, event time by timers behind a watermark of 30 s.
 * Arguments: events file, fires file, fire at, re-arm below, window in ms, disorder in ms. Prints one JSON object.
 */
public final class SlidingWindow {
  public static class Event {
    public String key;
    public long timeMs;

    public Event() {}
  }

  public static class Alert {
    public String key;
    public long timeMs;
    public int count;

    public Alert() {}
  }

  /** Times of one key: those that wait for the watermark, and a ring of those in the window. */
  public static class Window {
    long[] waiting = new long[4];
    int waitingCount;
    long[] ring = new long[16];
    int head;
    int count;
    boolean armed = true;

    void await(long timeMs) {
      if (waitingCount == waiting.length) waiting = Arrays.copyOf(waiting, waitingCount * 2);
      int at = waitingCount++;
      for (; at > 0 && waiting[at - 1] > timeMs; at--) waiting[at] = waiting[at - 1];
      waiting[at] = timeMs;
    }

    void push(long timeMs) {
      if (count == ring.length) {
        long[] larger = new long[count * 2];
        for (int i = 0; i < count; i++) larger[i] = ring[(head + i) & (count - 1)];
        ring = larger;
        head = 0;
      }
      ring[(head + count++) & (ring.length - 1)] = timeMs;
    }

    void dropUpTo(long timeMs) {
      while (count > 0 && ring[head] <= timeMs) {
        head = (head + 1) & (ring.length - 1);
        count--;
      }
    }
  }

  public static class Rule extends KeyedProcessFunction<String, Event, Alert> {
    private final int fireAt;
    private final int rearmBelow;
    private final long windowMs;
    private transient ValueState<Window> windows;

    Rule(int fireAt, int rearmBelow, long windowMs) {
      this.fireAt = fireAt;
      this.rearmBelow = rearmBelow;
      this.windowMs = windowMs;
    }

    @Override
    public void open(OpenContext context) {
      windows = getRuntimeContext().getState(new ValueStateDescriptor<>("window", TypeInformation.of(Window.class)));
    }

    @Override
    public void processElement(Event event, Context context, Collector<Alert> out) throws IOException {
      Window window = windows.value();
      // The heap backend keeps the object itself, so that only a new one has to be stored.
      if (window == null) windows.update(window = new Window());
      window.await(event.timeMs);
      context.timerService().registerEventTimeTimer(event.timeMs);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Alert> out) throws IOException {
      Window window = windows.value();
      int done = 0;
      for (; done < window.waitingCount && window.waiting[done] <= timestamp; done++) {
        long timeMs = window.waiting[done];
        window.dropUpTo(timeMs - windowMs);
        if (window.count < rearmBelow) window.armed = true;
        window.push(timeMs);
        if (!window.armed || window.count < fireAt) continue;
        window.armed = false;
        Alert alert = new Alert();
        alert.key = context.getCurrentKey();
        alert.timeMs = timeMs;
        alert.count = window.count;
        out.collect(alert);
      }
      window.waitingCount -= done;
      System.arraycopy(window.waiting, done, window.waiting, 0, window.waitingCount);
    }
  }

  /** Everything runs in this one process; static, because Flink serialises functions. */
  private static Event[] events;
  private static volatile long firstNs;
  private static volatile long firstCpuNs;
  private static final OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final List<String> fires = Collections.synchronizedList(new ArrayList<>());

  private static Event take(long index) {
    if (index == 0) {
      firstNs = System.nanoTime();
      firstCpuNs = machine.getProcessCpuTime();
    }
    return events[(int) index];
  }

  public static void main(String[] args) throws Exception {
    List<String> lines = Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8);
    events = new Event[lines.size()];
    for (int i = 0; i < events.length; i++) {
      String[] fields = lines.get(i).split("\t");
      events[i] = new Event();
      events[i].key = fields[2];
      events[i].timeMs = Long.parseLong(fields[0]);
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.getConfig().enableObjectReuse();
    GeneratorFunction<Long, Event> generate = SlidingWindow::take;
    DataGeneratorSource<Event> source = new DataGeneratorSource<>(generate, events.length, TypeInformation.of(Event.class));
    env.fromSource(source, WatermarkStrategy.<Event>forBoundedOutOfOrderness(Duration.ofMillis(Long.parseLong(args[5]))).withTimestampAssigner((event, previous) -> event.timeMs), "events")
        .keyBy(event -> event.key)
        .process(new Rule(Integer.parseInt(args[2]), Integer.parseInt(args[3]), Long.parseLong(args[4])))
        .map(alert -> { fires.add(alert.key + "\t" + alert.timeMs); return alert; })
        .returns(Alert.class)
        .sinkTo(new DiscardingSink<>());
    env.execute("sliding window");
    double seconds = (System.nanoTime() - firstNs) / 1e9;
    double cpuSeconds = (machine.getProcessCpuTime() - firstCpuNs) / 1e9;
    Files.write(Path.of(args[1]), fires, StandardCharsets.UTF_8);
    System.out.println("{\"events\":" + events.length + ",\"seconds\":" + seconds + ",\"cpuSeconds\":" + cpuSeconds + "}");
  }
}
