/** Words that say by themselves that something is bad. */
const NEGATIVE_WORDS = /差|烂|坏|垃圾|失望|骗|坑|不好|难|慢|破|恶心|投诉|退款|退货|退掉|生气|气死|无语|糟|假|臭|脏|贵|后悔|不满|麻烦|讨厌|不行|不能|不值|问题|没用|无法|不了|闪退|卡|崩|错|漏|丢|旧|吵|凶|骂|敷衍|态度|恼火|坑人|一般|不怎么样|不推荐|不如|不合|不舒服|不新鲜|太小|太少|太大|太硬|失灵|故障|bad|terribl|awful|horribl|worst|poor|disappoint|hate|slow|rude|broke|useless|waste|garbage|trash|crash|refund|complain|annoy|problem|issue|fail|wrong|suck|ridiculous|unacceptable|never works|doesn'?t work|not work|frustrat|expensive|overpriced|dirty|cheap|lost|cancel|delay|error|stupid|lame|boring|mess|worse|regret|fuck|shit|damn|angry/;

/** Leaving, silence, praise of someone else, irony, giving up, waiting in vain: negative without a negative word. */
const LEAVING = /(?:下次|以后|今后|再).{0,6}(?:不(?:会|想|敢|去|来|买|用|点|选)|算了|换(?:一)?家|绕道|别家)|不会(?:再|有下次|回购|复购|考虑|推荐)|(?:最后|第一).{0,2}(?:一次|次).{0,8}(?:也是最后|买|来|点|用)|也是最后一次|再也不|没有下次|不会有第二次|卸载了?|已卸|取关|拉黑|换别家|换了别家|去别家|转投|打算换|准备换|就这样吧|算了吧|算我倒霉|认栽|当.{0,4}(?:教训|捐)|呵呵|心累|心凉|一言难尽|不予置评|不评价了|懒得(?:说|评|退)|见仁见智|别抱.{0,4}期望|期望.{0,3}(?:太高|别太)|跟.{0,8}(?:描述|图片|宣传|介绍).{0,4}(?:不一样|两回事|不是一回事)|说好的|(?:至今|到现在|还)(?:没|未)(?:收到|回复|处理|动静|消息|下文)|就没下文|没有下文|石沉大海|won'?t (?:be )?(?:order|buy|com|return|us|shop|visit|recommend|go)[a-z]* ?(?:ing)?.{0,12}(?:again|back|here|anyone|it)?|not (?:be )?(?:coming|going|ordering|buying) (?:back|again|here)|last time i|first and last|(?:switch|mov)(?:ed|ing) to (?:another|a different|someone|your|the)|uninstall|unsubscrib|look(?:ing)? elsewhere|take my (?:business|money)|i'?ll pass|would(?: not|n'?t) (?:recommend|buy|come|go|order)|never (?:again|ordering|buying|coming|going|flying)|still waiting|used to (?:be|love|like)|you get what you pay|left (?:it )?(?:in|on) the|find another|somewhere else|next time i'?ll|expected more|as advertised\?|if you (?:enjoy|like) waiting/;

const PRAISE_AFTER = /(?:下次|以后|再).{0,4}(?:还来|还会|还买|再来|继续)/;

/** Weak rule: a negative judgement said by leaving, waiting or irony, with no plainly negative word beside it. */
export function labelImplicit(folded: string, isNegative: boolean): boolean {
  return isNegative && showsLeaving(folded) && !NEGATIVE_WORDS.test(folded.replace(LEAVING, ' '));
}

/** True when the text itself shows a lost customer, whatever its polite words say. */
export function showsLeaving(folded: string): boolean {
  return LEAVING.test(folded) && !PRAISE_AFTER.test(folded);
}
