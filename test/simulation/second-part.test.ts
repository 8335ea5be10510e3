// A file of its own, so that another worker runs it beside the first part.
import { holdPromises } from './hold-promises.ts';

holdPromises(601, 700);
