import type { JSX } from 'preact';
import type { WallModel } from './wall-model.ts';

/**
 * How old the numbers are; always on the screen. The sign before the words repeats the state in a shape: a full circle, a
 * half one, a cross.
 */
export function DataAge({ model }: { model: WallModel }): JSX.Element {
  const { texts, format } = model.voice.value;
  const freshness = model.freshness.value;
  const age = format.age(model.ageMs.value ?? 0);
  switch (freshness) {
    case 'waiting':
      return <span class="age age-waiting">○ {texts.dataNone}</span>;
    case 'fresh':
      return <span class="age age-fresh">● {texts.dataAge(age)}</span>;
    case 'slow':
      return <span class="age age-slow">◐ {texts.dataSlow(age)}</span>;
    case 'stale':
      return <span class="age age-stale">✕ {texts.dataStale(age)}</span>;
  }
}
