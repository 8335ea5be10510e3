import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { AlertBanner } from './alert-banner.tsx';
import { Announcer } from './announcer.tsx';
import type { Bell } from './bell.ts';
import { CategoryPanel } from './category-panel.tsx';
import { EarlyNotices } from './early-notices.tsx';
import { EmptyState, WaitingState } from './empty-state.tsx';
import { Header } from './header.tsx';
import { MinutesPanel } from './minutes-panel.tsx';
import { Notices, StaleNotice } from './notices.tsx';
import { SentimentPanel } from './sentiment-panel.tsx';
import { Takeover, takeoverAlerts } from './takeover.tsx';
import { TotalsPanel } from './totals-panel.tsx';
import type { WallModel } from './wall-model.ts';

/** The whole screen. While an alert holds it, what lies beneath can be neither reached nor read. */
export function WallApp({ model, bell }: { model: WallModel; bell: Bell }): JSX.Element {
  const isTaken = takeoverAlerts(model).length > 0;
  const focused = useRef<Element | null>(null);
  const wasTaken = useRef(false);
  // Read before the board turns inert, which takes the keyboard from whatever had it.
  if (isTaken && !wasTaken.current) focused.current = document.activeElement;
  wasTaken.current = isTaken;
  return (
    <div
      class="wall"
      data-freshness={model.freshness.value}
      data-line={model.line.value.phase.kind}
      data-bound={model.bound.value}
      data-as-of={model.board.value.counts?.asOfMs}
    >
      <div class="board" inert={isTaken}>
        <Header model={model} bell={bell} />
        <StaleNotice model={model} />
        <Notices model={model} />
        <div class="aging">
          <AlertBanner model={model} />
          <EarlyNotices model={model} />
          <Main model={model} />
        </div>
      </div>
      <Takeover model={model} returnFocusTo={focused} />
      <Announcer model={model} />
    </div>
  );
}

function Main({ model }: { model: WallModel }): JSX.Element {
  const { counts, health, open } = model.board.value;
  const isLive = model.line.value.phase.kind === 'live';
  // A workspace that has never had feedback may have no counts either: a server that says it is ready is waiting for some.
  const isEmpty = counts === null ? isLive && health?.ready === true : model.isSure.value && counts.totals24h.items === 0 && open.length === 0;
  if (isEmpty) {
    return (
      <main>
        <EmptyState model={model} />
      </main>
    );
  }
  if (counts === null) {
    return (
      <main>
        <WaitingState model={model} />
      </main>
    );
  }
  return (
    <main class="panels">
      <CategoryPanel model={model} />
      <TotalsPanel model={model} />
      <SentimentPanel model={model} />
      <MinutesPanel model={model} />
    </main>
  );
}
