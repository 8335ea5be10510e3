// A file of its own, so that the third worker runs it beside the other parts.
import { holdPromises } from './hold-promises.ts';

holdPromises(1_301, 700);
