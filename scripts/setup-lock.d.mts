export const ABANDONED_MS: number;
export function withSetupLock<T>(options: { file: string; report: (line: string) => void; work: () => Promise<T> }): Promise<T>;
