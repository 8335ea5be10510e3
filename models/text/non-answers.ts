import { createFoldTable, foldText } from './normalize.ts';

/**
 * Texts with words and without an opinion, as letters alone, lower case, simplified. Models take most of them for complaints, for they are
 * made of the words of complaints.
 */
const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');
const joined = (...parts: string[][]): string[] => parts.reduce((all, part) => all.flatMap((text) => part.map((more) => text + more)), ['']);

/** What people write where they have nothing to say, what shops put in the place of an empty review, and chat programs in the place of what is no text. */
const NOTHING: ReadonlySet<string> = new Set([
  ...'无 没 没有 没了 没有了 没有其他 没其他 无其他 没有别的 无问题 暂无问题 无任何问题 没啥 没什么 暂无 暂时没有 目前没有 暂时无 否 是 有 略 不知道 不清楚 不评价 不予评价 未评价 无评价 无评论 未填写 未使用 没用过 还没用 还没用过'.split(' '),
  ...joined('无 没 没有 没啥 没什么 暂无 无任何 没有任何 暂时没有 目前没有'.split(' '), '意见 建议 反馈 问题反馈 其他意见 其他建议 意见和建议 意见建议'.split(' ')),
  ...'哦 噢 喔 嗯 嗯嗯 恩 额 呃 啊 喂 收到 知道了 路过 签到 打卡 沙发 灌水 测试 测试测试'.split(' '),
  ...joined(['', '系统'], '默认好评 默认评价 默认五星好评 评价方未及时做出评价系统默认好评 买家未及时做出评价系统默认好评 超时未评价默认好评'.split(' ')),
  ...joined(['', ...'此用户 该用户 用户 买家 该买家 此买家 顾客 该顾客'.split(' ')], '没有填写 未填写 没有留下 未留下'.split(' '), '评价 评论 评价内容 评论内容 文字评价'.split(' ')),
  '15天内买家未作出评价',
  ...'图片 语音 视频 表情 动画表情 文件 位置 链接 名片 音乐 小程序 聊天记录 红包消息'.split(' '),
  ...joined(['', ...'你 您 对方 客户 用户 访客'.split(' ')], ['撤回了一条消息', '撤回一条消息']),
  ...joined(['', '本次'], ['会话', '对话', '聊天', '服务'], '已结束 结束 已关闭 已超时 超时 超时已结束 超时自动结束 超时已自动结束 超时自动关闭 超时已自动关闭'.split(' ')),
  ...['none', 'no', 'yes', 'nope', 'n', 'y', 'nil', 'na', 'none so far', 'nothing so far', 'none thanks', 'nothing thanks', 'no thanks', 'n/a', 'null', 'nothing', 'nothing else', 'nothing to add', 'nothing to say', 'nothing really', 'no comment', 'no comments', 'no feedback',
    'no suggestion', 'no suggestions', 'no opinion', 'no review', 'not applicable', 'none at all', 'not sure', 'dont know', 'i dont know', 'idk', 'ok', 'okay', 'k', 'kk', 'test', 'testing', 'test test', 'hi', 'hello', 'skip',
    'image', 'photo', 'video', 'voice message', 'sticker', 'attachment', 'file', 'message deleted', 'this message was deleted', 'chat ended', 'the chat has ended', 'session ended', 'session timed out', 'conversation closed', 'conversation ended'].map(lettersOf),
]);

/** What is tapped or typed to get something done: it says what it is about, and not how it was. */
const REQUESTS: ReadonlySet<string> = new Set([
  ...'人工 转人工 找人工 人工客服 人工服务 转人工客服 转人工服务 接人工 客服 客服电话 联系客服 在线客服'.split(' '),
  ...joined(['', '申请', '办理', '查询', '怎么', '如何'], '退款 退货 换货 退换货 退货退款 维修 报修 保修 发票 开发票 注销账号 注销账户 充值 提现'.split(' ')),
  ...'售后 售后服务 退款流程 退货流程 换货流程 退款进度 查询进度 进度查询 开票 补开发票 催单 催发货 催一下 发货 查快递 查物流 查订单 订单 订单号 我的订单 订单查询 取消订单 修改订单 物流 快递 物流信息 快递单号 运费 运费险 改地址 修改地址 修改收货地址 换地址 地址'.split(' '),
  ...'改手机号 修改手机号 换手机号 换绑手机 换绑手机号 忘记密码 密码忘了 找回密码 修改密码 重置密码 注销 账号注销 登录 注册 会员 会员权益 积分 积分兑换 优惠券 红包 价格 价保 保价 价格保护 安装 预约 预约安装 电话 营业时间 门店 门店地址 尺码 库存 补货 支付 付款 账单 还款 下载'.split(' '),
  ...['agent', 'human', 'representative', 'talk to agent', 'talk to an agent', 'speak to an agent', 'speak to a human', 'talk to a human', 'human please', 'agent please', 'support', 'customer service', 'contact support', 'help', 'refund', 'return', 'returns', 'exchange', 'cancel', 'cancel order',
    'cancel my order', 'order', 'orders', 'my order', 'order status', 'track order', 'track my order', 'tracking', 'invoice', 'receipt', 'shipping', 'delivery', 'change address', 'reset password', 'forgot password', 'forgot my password', 'password', 'delete account', 'close account', 'account', 'login',
    'price', 'pricing', 'opening hours', 'business hours', 'hours', 'location', 'address', 'phone', 'phone number', 'coupon', 'promo code', 'points', 'membership', 'warranty', 'repair', 'stock', 'size', 'sizes'].map(lettersOf),
]);

const FIRST_LETTERS: ReadonlySet<number> = new Set(Array.from([...NOTHING, ...REQUESTS], (text) => text.charCodeAt(0)));
/** Longer texts are none, however they are punctuated. */
const UNITS_MAX = 48;
const THANKS = '谢谢';
const LETTER = /[\p{L}\p{N}]/u;
const FIRST_WIDE_FORM = 0xff00;

let fold: Uint16Array | null = null;

/** Why a text has no opinion to be read; null where it may have one. */
export function kindOfNonAnswer(text: string): 'nothing' | 'request' | null {
  if (text.length > UNITS_MAX) return null;
  fold ??= createFoldTable();
  // Of nearly all texts the first letter tells.
  const first = LETTER.exec(text)?.[0].charCodeAt(0) ?? 0;
  if (first < FIRST_WIDE_FORM && !FIRST_LETTERS.has(fold[first]!)) return null;
  const letters = lettersOf(foldText(text, fold));
  return kindOf(letters) ?? (letters.endsWith(THANKS) ? kindOf(letters.slice(0, -THANKS.length)) : null);
}

function kindOf(letters: string): 'nothing' | 'request' | null {
  if (NOTHING.has(letters)) return 'nothing';
  return REQUESTS.has(letters) ? 'request' : null;
}
