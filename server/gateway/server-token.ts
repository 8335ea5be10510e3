import { createHash, timingSafeEqual } from 'node:crypto';
import { TocsinError } from '../../core/errors.ts';

/** The bearer token that calls which change something must carry. */
export class ServerToken {
  readonly #digest: Buffer;

  constructor(token: string) {
    this.#digest = digest(token);
  }

  /** What is wrong with a header `Authorization`, empty where there is none: the sentence tells a missing token from a wrong one, and nothing of the right one. */
  faultOf(authorization: string): TocsinError | undefined {
    const given = /^Bearer +(.+)$/iu.exec(authorization)?.[1]?.trim() ?? '';
    if (given === '') return new TocsinError('unauthorized', 'This call needs the header Authorization: Bearer with the token of this server.');
    if (timingSafeEqual(digest(given), this.#digest)) return undefined;
    return new TocsinError('unauthorized', 'The token that this call carries is not the token of this server.');
  }
}

/** Of one length whatever the token is. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
