export function holdsLocked(root: string): boolean;
