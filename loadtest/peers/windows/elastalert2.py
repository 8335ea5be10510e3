"""The rule in ElastAlert2: its FrequencyRule with its EventWindow, fed with batches of 64 events in the order of arrival.

FrequencyRule itself forgets a key's events when it fires and knows no lower bound; the subclass below gives it the rule that
the others follow. Prints one JSON object. Arguments: events file, fires file, fire at, re-arm below, window in ms.
"""

import datetime
import gc
import json
import sys
import time

from elastalert.ruletypes import FrequencyRule
from elastalert.util import ts_to_dt

BATCH = 64
CHUNK = 6_400


class Rule(FrequencyRule):
    def __init__(self, rules, rearm_below):
        super().__init__(rules)
        self.rearm_below = rearm_below
        self.fired = set()

    def check_for_match(self, key, end=False):
        # The end of a batch brings no event of its own.
        if end:
            return
        count = self.occurrences[key].count()
        if key in self.fired:
            if count - 1 >= self.rearm_below:
                return
            self.fired.discard(key)
        if count >= self.rules['num_events']:
            self.fired.add(key)
            # A copy: a match has its time turned into text, and this event stays in the window.
            self.add_match(dict(self.occurrences[key].data[-1][0]))


def read(lines):
    events = []
    for line in lines:
        at, _arrival, key, identity = line.rstrip('\n').split('\t')
        stamp = datetime.datetime.fromtimestamp(int(at) / 1000, datetime.timezone.utc)
        events.append({'@timestamp': stamp, 'product': key, '_id': identity})
    return events


def main():
    events_file, fires_file, fire_at, rearm_below, window_ms = sys.argv[1:6]
    rule = Rule({
        'name': 'product-burst',
        'num_events': int(fire_at),
        'timeframe': datetime.timedelta(milliseconds=int(window_ms)),
        'query_key': 'product',
        'timestamp_field': '@timestamp',
    }, int(rearm_below))
    with open(events_file, encoding='utf-8') as file:
        lines = file.readlines()
    # What was read before the measurement is no business of the collector's during it.
    gc.freeze()
    seconds = 0.0
    cpu_seconds = 0.0
    for start in range(0, len(lines), CHUNK):
        events = read(lines[start:start + CHUNK])
        began, cpu_began = time.perf_counter(), time.process_time()
        for at in range(0, len(events), BATCH):
            rule.add_data(events[at:at + BATCH])
        seconds += time.perf_counter() - began
        cpu_seconds += time.process_time() - cpu_began
    with open(fires_file, 'w', encoding='utf-8') as file:
        for match in rule.matches:
            file.write('%s\t%d\n' % (match['product'], round(ts_to_dt(match['@timestamp']).timestamp() * 1000)))
    print(json.dumps({'events': len(lines), 'seconds': seconds, 'cpuSeconds': cpu_seconds}))


main()
