/**
 * More of the grammar in English (form of phrases-zh.ts): a fault that is denied, a fear that did not come true, a help beyond duty, beside
 * complaints of the same build.
 */
export const SLOTS_EN_DENIED: Record<string, readonly string[]> = {
  SPAN: ['six months', 'a year', 'two years', 'four years', 'ten years', 'all this time', 'over a year', 'a whole winter', 'eighteen months', 'five years'],
  DENIED: ['never had a single problem', 'never had a problem', 'never had an issue', 'never had any issues', 'not had a single issue', 'not one problem', 'not a single fault', 'no problems whatsoever', 'no issues at all', 'zero faults', 'never a problem', 'has not failed once', 'never failed me once', 'never let me down', 'never needed a repair', 'not a thing wrong with it', 'nothing wrong with it at all', 'nothing to moan about', 'no complaints here', 'no regrets at all', 'never missed a beat', 'haven\'t had one problem', 'hasn\'t broken once', 'can\'t find anything wrong'],
  HELPER: ['The driver', 'Your agent', 'The technician', 'The whole team', 'The receptionist', 'The crew', 'Someone in support', 'The shop assistant', 'The manager', 'The installer'],
};

export const PHRASES_EN_DENIED: readonly string[] = [
  'p 0 product.quality: <DENIED>{ in <SPAN>| so far| since I bought it| after <SPAN>||}<TAIL>{.|!|}',
  'p 0 product.quality: {<SPAN>, |<SPAN> and |had mine <SPAN>, |using it daily, |third one we own, }<DENIED><TAIL>{.|!|}',
  'p 0 product.quality: {never|not once|never ever} {had|have I had|did I have} {a|any|a single|one} {problem|issue|glitch|fault|hiccup}{ with it|} in <SPAN><TAIL>{.|!|}',
  'p 0 product.quality: <SPAN> {in|of use|of daily use|later} and {not a single|not one|no} {problem|fault|repair|complaint|scratch}<TAIL>{.|!|}',
  'p 0 other: {didn\'t expect|did not expect|wasn\'t expecting|never expected} {much|a lot|anything special|a miracle}{, but|, and|. But}{ it| this} {blew me away|is brilliant|turned out great|surpassed it all|gave me so much more|is better than the big names}<TAIL>{.|!|}',
  'p 0 product.function: {works|it works|runs|everything works} {like a dream|like a charm|a treat|perfectly|as advertised|as it should|flawlessly|exactly as described|straight out of the box}<TAIL>{.|!|}',
  'p 0 service.attitude: <HELPER> {went above and beyond|went the extra mile|went out of their way to help|went out of their way for us|could not have been more helpful|bent over backwards for us|could not do enough for me|would not leave until it worked}<TAIL>{.|!|}',
  'p 0 other: {can\'t|cannot|could not|couldn\'t} {complain|fault it|fault them|ask for more|say a bad word|be happier}{, it does what it should|, does what it says|, solid all round|, everything was fine|}<TAIL>{.|!|}',
  'p 0 app.crash: no {more|further} {crashes|freezes|bugs|errors|black screens} {since|after|with} {the last update|the new version|version 5|your fix}<TAIL>{.|!|}',
  'p 0 after-sales.refund: {thought|I thought|I was sure|expected that} {I would have to fight for it|they would argue|it would take weeks|I had lost my money}{, but|. Instead}{ they| someone} {refunded me at once|sorted it in one call|sent a new one the next day|apologised and paid}<TAIL>{.|!|}',
  'p 0 product.function: even {my grandmother|my dad|my five year old|someone as clumsy as me|my technophobe boss} {can use it|figured it out|loves it|set it up alone|gets on with it}<TAIL>{.|!|}',
  // The same build, and it is bad.
  'n 2 service.speed: {never|not once|never ever} {had|have I had|did I get} {a|any|a single|one} {straight answer|reply|delivery on time|call back|working day without trouble} in <SPAN><PLEAD>',
  'n 2 product.quality: {two days|a week|one month|three weeks} {in|of use|later} and {nothing but problems|it is broken|one fault after the other|already the second repair}<PLEAD>',
  'n 2 other: {didn\'t expect|did not expect|wasn\'t expecting} {much|a lot|a miracle}{, and|, but|. And} {it was worse|I got even less|it still let me down|this is a joke|it fails at that too}<PLEAD>',
  'n 2 product.function: {works|it works|runs} {when it wants to|for ten minutes|on one day out of three|only with the cable in|like a brick}<PLEAD>',
  'n 2 service.attitude: <HELPER> {went out of their way to avoid me|went the extra mile to be rude|could not have been less helpful|would not lift a finger|could not care less|bent the truth and the box}<PLEAD>',
  'n 2 other: {can\'t|cannot|could not|couldn\'t} {get a reply|recommend it|use it at all|get through to anyone|cancel it|get my money back}<PLEAD>',
  'n 2 app.crash: {more|nothing but|only} {crashes|freezes|bugs|errors|black screens} {since|after|with} {the last update|the new version|version 5|your fix}<PLEAD>',
  'n 2 after-sales.refund: {I\'d like|I want|I would like|please give me|can I have} my money back{. It never worked|, this is not what I bought|, nobody helps me|, now|. I waited long enough|}{.|!|}',
  'n 2 product.quality: even {my grandmother|my dad|my five year old|a child} {could build it better|noticed the crooked seam|gave up on it|says it is a fake}<PLEAD>',
];
