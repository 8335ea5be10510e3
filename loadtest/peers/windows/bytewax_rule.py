"""The rule in Bytewax: a stateful_flat_map for each key over a hand-written, sorted list of times, in the order of arrival.

Bytewax's own sliding windows are copies of each event, one for every slide, so that none of them can be exact to the event.
Prints one JSON object. Arguments: events file, fires file, fire at, re-arm below, window in ms.
"""

import bisect
import json
import sys
import time

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, TestingSource, run_main

BATCH = 64


class Window:
    __slots__ = ('times', 'first', 'armed')

    def __init__(self):
        self.times = []
        self.first = 0
        self.armed = True


def main():
    events_file, fires_file = sys.argv[1:3]
    fire_at, rearm_below, window_ms = map(int, sys.argv[3:6])

    def judge(window, at):
        if window is None:
            window = Window()
        times = window.times
        newest = max(at, times[-1]) if times else at
        first = window.first
        while first < len(times) and times[first] <= newest - window_ms:
            first += 1
        # What has left is cut off in one go from time to time.
        if first > 64 and first * 2 > len(times):
            del times[:first]
            first = 0
        window.first = first
        if len(times) - first < rearm_below:
            window.armed = True
        bisect.insort(times, at, first)
        if not window.armed or len(times) - first < fire_at:
            return window, ()
        window.armed = False
        return window, (newest,)

    with open(events_file, encoding='utf-8') as file:
        rows = [line.split('\t', 3) for line in file]
    events = [(row[2], int(row[0])) for row in rows]
    del rows
    fires = []
    flow = Dataflow('sliding_window')
    stream = op.input('events', flow, TestingSource(events, batch_size=BATCH))
    alerts = op.stateful_flat_map('rule', stream, judge)
    op.output('alerts', alerts, TestingSink(fires))
    began, cpu_began = time.perf_counter(), time.process_time()
    run_main(flow)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    with open(fires_file, 'w', encoding='utf-8') as file:
        for key, at in fires:
            file.write('%s\t%d\n' % (key, at))
    print(json.dumps({'events': len(events), 'seconds': seconds, 'cpuSeconds': cpu_seconds}))


main()
