// A file of its own, so that another worker runs it beside the first thousand.
import { holdPromises } from './hold-promises.ts';

holdPromises(1_001);
