import type { JSX } from 'preact';

/** A shape for each severity, so that no one has to tell red from yellow: octagon, triangle, diamond, and a tick when over. */
const SHAPES: Record<'critical' | 'warning' | 'notice' | 'resolved', { outline: string; sign: string }> = {
  critical: { outline: 'M31 5h38l26 26v38L69 95H31L5 69V31z', sign: 'M44 22h12l-2 36h-8zM44 66h12v12H44z' },
  warning: { outline: 'M50 6 96 92H4z', sign: 'M44 34h12l-2 30h-8zM44 70h12v12H44z' },
  notice: { outline: 'M50 3 97 50 50 97 3 50z', sign: 'M44 26h12v12H44zM44 44h12v30H44z' },
  resolved: { outline: 'M50 4a46 46 0 1 1 0 92 46 46 0 0 1 0-92z', sign: 'M43 74 20 51l9-9 14 14 29-30 9 9z' },
};

export function severityShape(severity: string): keyof typeof SHAPES {
  return severity === 'critical' || severity === 'notice' || severity === 'resolved' ? severity : 'warning';
}

/** Decoration: the severity is always written beside it. */
export function SeverityMark({ severity }: { severity: string }): JSX.Element {
  const name = severityShape(severity);
  const shape = SHAPES[name];
  return (
    <svg class={`mark mark-${name}`} viewBox="0 0 100 100" aria-hidden="true" focusable="false">
      <path class="mark-outline" d={shape.outline} />
      <path class="mark-sign" d={shape.sign} />
    </svg>
  );
}
