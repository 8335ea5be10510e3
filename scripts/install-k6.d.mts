export function ensureK6(options: { root: string; report: (line: string) => void }): Promise<string>;
