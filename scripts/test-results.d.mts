export interface FileResult {
  passed: number;
  failed: number;
  skipped: number;
}

export function readResults(path: string): Map<string, FileResult> | undefined;
export function failedFiles(results: Map<string, FileResult>): string[];
export function sumResults(first: Map<string, FileResult>, second?: Map<string, FileResult>): FileResult;
