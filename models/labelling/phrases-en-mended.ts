/** The English side of phrases-zh-mended.ts: faults that were mended, the same unmended, and words that change their category. */
export const SLOTS_EN_MENDED: Record<string, readonly string[]> = {
  FAULT: [
    'Wrong item came', 'They sent the wrong colour', 'One piece was missing', 'It arrived broken', 'The first one was faulty', 'The size was off', 'The parcel got lost', 'I was charged twice', 'My payment failed', 'I couldn\'t log in', 'The app kept crashing', 'They forgot my drink', 'My food was cold', 'The room had no hot water', 'It stopped working after a month', 'The courier was late', 'I ordered the wrong one',
  ],
  MENDED: [
    'they sent the right one at once', 'a replacement came the next day', 'they swapped it without questions', 'support fixed it in ten minutes', 'it was repaired for free', 'I got my money back the same day', 'they refunded the difference', 'the manager apologised and upgraded us', 'they made a new one right away', 'they walked me through it', 'they took it off the bill', 'they called me back and solved it', 'a new one was at my door on Monday', 'they added a gift card',
  ],
  PRAISE: ['Five stars', 'Great service', 'Very happy', 'Impressed', 'Well handled', 'Excellent support', 'Highly recommend', 'Thank you', 'That is how it should be', 'Trustworthy shop', 'Will buy again', 'Full marks', 'Superb', 'Customer for life'],
  UNMENDED: ['nobody cares', 'support ignores me', 'they refuse to help', 'I am told to pay the postage', 'still not solved', 'they say it is my fault', 'no one answers', 'they promised and did nothing', 'the claim was rejected'],
};

export const PHRASES_EN_MENDED: readonly string[] = [
  'p 0 logistics: {Wrong item came|They sent the wrong colour|One piece was missing|It arrived broken|The parcel got lost}{, |. |, but }{they sent the right one at once|a replacement came the next day|a new one was at my door on Monday|they sent another free of charge}. <PRAISE>{.|!}',
  'p 0 logistics: <PRAISE>{! |. |: }{wrong item|missing part|broken on arrival}, {new one sent the same day|replaced overnight|resent at once, free}{.|!}',
  'p 0 after-sales.exchange: {The first one was faulty|The size was off|Didn\'t like the colour}{, |. |, but }{they swapped it without questions|exchanged it free of charge|the new one came in two days}. <PRAISE>{.|!}',
  'p 0 after-sales.repair: {It stopped working after a month|The screen went dark|It started leaking}{, |. |, but }{it was repaired for free|fixed within a day|the technician came and fixed it in minutes}. <PRAISE>{.|!}',
  'p 0 after-sales.refund: {I ordered the wrong one|It didn\'t fit|Changed my mind}{, |. |, and }{I got my money back the same day|refunded in an hour|the refund was painless}. <PRAISE>{.|!}',
  'p 0 account.payment: {I was charged twice|My payment failed|There was a billing mistake}{, |. |, but }{refunded within the hour|sorted out the same day|support fixed it at once}. <PRAISE>{.|!}',
  'p 0 account.login: {I couldn\'t log in|Lost my password|Got locked out}{, |. |, but }{support fixed it in ten minutes|they walked me through it|I was back in within minutes}. <PRAISE>{.|!}',
  'p 0 app.crash: {It used to crash|The last version kept closing|It crashed on my old phone}{, |. |, but }{the update fixed it|rock solid now|not once since the update}. <PRAISE>{.|!}',
  'p 0 other: <FAULT>{, |. |, but |. However, }<MENDED>. <PRAISE>{.|!}',
  'p 0 other: <PRAISE>{! |. |. Yes, }<FAULT>, {but|yet} <MENDED>{.|!}',
  'p 0 service.attitude: <FAULT>, {but|and} <WHO> {was so kind about it|apologised and stayed until it was solved|could not have been nicer}, <MENDED>. <PRAISE>{.|!}',
  'n 2 logistics: {Wrong item came|They sent the wrong colour|One piece was missing|It arrived broken|The parcel got lost}{, |. |, and }<UNMENDED><PLEAD>',
  'n 2 other: <FAULT>{, |. |, and }<UNMENDED><PLEAD>',
  'n 2 other: {Five stars only because|The five stars are there because|I only left a good review because} {they asked me to|they promised a voucher|I hit the wrong button}. {It is rubbish|Really it is terrible|Do not believe the ratings}<PLEAD>',
  'n 2 after-sales.repair: {They said it was fixed|They sent a new one|They replaced it}, {same fault again|still broken|it is broken too|wrong again}<PLEAD>',
  'n 3 account.security: {My account|My wallet|My mother\'s account|My profile} was {taken over|used by a stranger|logged into from abroad|emptied overnight|hijacked}<PLEAD>',
  'n 3 account.security: {Minutes after I signed up|Since I gave you my number|After ordering here} {scammers call me|someone knew my order details|I get phishing mails|fake agents write to me}, {you leaked my data|who sold my data|explain this}{.|!}',
  'n 2 account.security: {The app|Your site|The game} {insists on|forces|keeps asking for} {my contacts|my photos|my location|the microphone}{, why|, that is spying|. Not safe}{.|?|}',
  'n 2 account.security: {Anyone|My kid|A stranger} can {pay without a password|open my account|see my orders}, {no protection at all|huge security hole|not safe}<PLEAD>',
  'p 0 account.security: {Lost my card|Saw a strange login|Phone was stolen}, {account frozen in a minute|they blocked it at once|not a cent was lost}. <PRAISE>{.|!}',
  'u 0 account.security: {How do I turn on two-step login|How do I sign out other devices|Is this message from you|How can I delete my personal data|What do I do if my phone is lost}?',
  'n 2 other: {Scam|Fraud|Rip-off|Liars|Con artists}{, |! |. }{do not buy|stay away|nothing like they say|don\'t fall for it}{.|!}',
  'n 2 app.crash: {The app|Your app|The game|It} {closes|quits|shuts|crashes} {by itself|the moment I open it|in the middle of a call|when I scroll|as I type}<PLEAD>',
  'n 2 app.crash: {Reinstalled it|Updated it|Downloaded it} <TIMES>, {never gets past the logo|won\'t launch|white screen|has stopped working}<PLEAD>',
  'n 2 product.function: {My laptop|The tablet|This phone|The console} {freezes|blue screens|restarts by itself|goes black|hangs} {all the time|twice a day|when it gets warm|in the middle of work}<PLEAD>',
  'n 2 product.quality: {The lid|The jar|The zipper|The lock|The bottle} {won\'t open|is stuck|can\'t be opened without pliers|jams}<PLEAD>',
  'n 2 service.speed: {Checking in|Paying|Ordering|Getting an answer|The claim} took <LONG>{, one person at work|, we were exhausted|. Way too slow|}<PLEAD>',
];
