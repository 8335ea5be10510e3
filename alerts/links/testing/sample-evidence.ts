import { LinkSigner } from '../action-link.ts';

const signer = new LinkSigner(Buffer.alloc(32, 7));

/** For sample pages: signed with a key that everybody knows. */
export const sampleEvidenceToken = (alertId: string, pageAtMs: number): string => signer.evidenceToken(alertId, pageAtMs);
