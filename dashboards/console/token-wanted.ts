import { useEffect, useState } from 'preact/hooks';

/** Told on the page itself, so that whatever asks the server needs to know nothing of who shows the field. */
const NEWS = 'tocsin-token';

/** The server has answered an act: it wants a token (or another one), or it took what it was given. */
export function tellTokenWanted(isWanted: boolean): void {
  globalThis.dispatchEvent(new CustomEvent(NEWS, { detail: isWanted }));
}

/** Whether the server has refused the latest act for want of its token. */
export function useTokenWanted(): boolean {
  const [isWanted, setWanted] = useState(false);
  useEffect(() => {
    const take = (event: Event): void => setWanted((event as CustomEvent<boolean>).detail);
    globalThis.addEventListener(NEWS, take);
    return () => globalThis.removeEventListener(NEWS, take);
  }, []);
  return isWanted;
}
