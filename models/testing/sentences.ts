import type { CategoryId } from '../../core/category.ts';
import type { Sentiment } from '../../core/score.ts';

/** What a person says of a sentence; a category is named where it is beyond doubt. */
export interface Sentence {
  text: string;
  sentiment: Sentiment;
  complaint: boolean;
  category?: CategoryId;
}

const bad = (text: string, category?: CategoryId): Sentence => ({ text, sentiment: 'negative', complaint: true, ...(category === undefined ? {} : { category }) });
const calm = (text: string, category?: CategoryId): Sentence => ({ text, sentiment: 'neutral', complaint: false, ...(category === undefined ? {} : { category }) });
const good = (text: string, category?: CategoryId): Sentence => ({ text, sentiment: 'positive', complaint: false, ...(category === undefined ? {} : { category }) });

export const SENTENCES: readonly Sentence[] = [
  bad('质量太差了，用了两天就坏', 'product.quality'),
  bad('衣服洗一次就褪色，垃圾', 'product.quality'),
  bad('牛奶已经过期了还发给我', 'product.quality'),
  bad('这菜又咸又油，难吃死了', 'product.quality'),
  bad('耳机充不进电，完全不能用', 'product.function'),
  bad('买完第二天就降价，不给退差价', 'product.price'),
  bad('太贵了，根本不值这个价', 'product.price'),
  bad('排队等了两个小时，效率太低', 'service.speed'),
  bad('服务员态度恶劣，爱理不理', 'service.attitude'),
  bad('客服只会敷衍，踢皮球', 'service.attitude'),
  bad('快递一个星期了还没到', 'logistics'),
  bad('外卖送到都凉了，汤全洒了', 'logistics'),
  bad('包装破损，少了一件', 'logistics'),
  bad('维修三次都没修好', 'after-sales.repair'),
  bad('退款一直不到账', 'after-sales.refund'),
  bad('申请退货被拒绝，霸王条款', 'after-sales.refund'),
  bad('收不到验证码，登录不了', 'account.login'),
  bad('账号被盗，积分被清空了', 'account.security'),
  bad('重复扣款两次，没人处理', 'account.payment'),
  bad('软件一打开就闪退', 'app.crash'),
  bad('更新之后卡得要死', 'app.performance'),
  bad('房间又脏又臭，隔音很差', 'store.environment'),
  bad('再也不会买了，差评'),
  bad('骗子公司，大家别上当'),
  bad('太失望了'),
  bad('客服態度很差，等了很久沒人理', 'service.attitude'),
  bad('退款等了一個月還沒收到', 'after-sales.refund'),
  bad('The screen cracked after two days, terrible quality.', 'product.quality'),
  bad('Food was cold and tasteless.', 'product.quality'),
  bad('Way too expensive for what it is.', 'product.price'),
  bad('Waited two hours and nobody came.', 'service.speed'),
  bad('The staff was rude and unhelpful.', 'service.attitude'),
  bad('My package never arrived.', 'logistics'),
  bad('Still waiting for my refund after a month.', 'after-sales.refund'),
  bad("Can't log in, the code never arrives.", 'account.login'),
  bad('I was charged twice for the same order.', 'account.payment'),
  bad('The app crashes every time I open it.', 'app.crash'),
  bad('The room was dirty and smelled bad.', 'store.environment'),
  bad('Worst experience ever.'),
  bad('I want my money back!'),
  good('质量很好，非常满意'),
  good('味道不错，分量足，下次还来'),
  good('物流很快，包装严实', 'logistics'),
  good('客服态度很好，很有耐心', 'service.attitude'),
  good('性价比高，推荐购买', 'product.price'),
  good('很好用，五星好评'),
  good('環境很好，服務很親切'),
  good('孩子很喜欢，谢谢'),
  good('Great product, works perfectly.'),
  good('Fast shipping and great service!'),
  good('The staff was friendly and helpful.', 'service.attitude'),
  good('Delicious food, will come again.'),
  good('Love it, highly recommend.'),
  calm('请问什么时候发货？', 'logistics'),
  calm('怎么申请退款？', 'after-sales.refund'),
  calm('请问怎么修改密码', 'account.login'),
  calm('希望增加夜间模式', 'app.missing-function'),
  calm('可以开发票吗'),
  calm('刚收到，还没用，过几天再来评价'),
  calm('一般般吧'),
  calm('How do I reset my password?', 'account.login'),
  calm('Where is my order?', 'logistics'),
  calm('Please add a dark mode.', 'app.missing-function'),
  calm('What are your opening hours?'),
  calm('Do you ship to Canada?', 'logistics'),
];

/** Of the above, what the shipped model reads otherwise; docs/model-card.md lists them too. */
export const KNOWN_MISSES: readonly string[] = [
  '一般般吧',
];
