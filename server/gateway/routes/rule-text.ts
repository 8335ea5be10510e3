import { z } from 'zod';

/** A rule as people write it. */
export const ruleText = z.string().describe('The rule in YAML, as a rule file writes it.');
