import type { Sentiment } from '../../core/score.ts';
import { showsLeaving } from './label-implicit.ts';
import { SEVERE } from './label-severity.ts';

/** Asks for a remedy or reports a fault, whatever the tone. */
const DEMAND = /投诉|举报|退款|退钱|退货|赔偿|赔我|要个说法|给个说法|还钱|维权|什么时候(?:处理|解决|退|发货)|怎么还没|还没(?:到|发货|收到|退|处理|解决)|一直没|没人(?:管|处理|解决|理)|闪退|打不开|登不上|用不了|坏了|少发|漏发|发错|扣了两次|多扣|被盗|refund|money back|compensat|complain|fix this|fix it|not working|doesn'?t work|still (?:haven'?t|have not|no|waiting|not)|charged (?:me )?twice|crash|overcharged|never (?:arrived|received|showed)|missing|wrong item|broken/;

/** A question or a plan, not a grievance. */
const QUESTION = /^(?:请问|想问|咨询|问一下|请教|求问|how (?:do|can|long|much)|what|where|when|can i|could you|is there|do you|does it|which|who)|吗[?]?$|[?]$/;

/**
 * Weak rule: a complaint is a customer's grievance: a negative judgement of what was bought or served, a fault
 * reported, a remedy asked for, or a customer who says that he leaves. Questions, wishes and praise are none.
 */
export function labelComplaint(folded: string, sentiment: Sentiment): boolean {
  if (sentiment === 'positive') return false;
  if (sentiment === 'negative') return !(QUESTION.test(folded) && !DEMAND.test(folded) && !SEVERE.test(folded));
  return DEMAND.test(folded) && !QUESTION.test(folded) || showsLeaving(folded);
}
