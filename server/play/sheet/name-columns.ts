/** What of an item a column of a sheet can be. */
export const SHEET_FIELDS = [
  'text', 'id', 'channel', 'createdAt', 'workspace', 'customer.id', 'customer.name', 'customer.phone', 'customer.tier', 'customer.group', 'customer.region',
  'product', 'order', 'ticket', 'agent', 'store', 'region', 'rating', 'nps', 'waitSeconds', 'resolved', 'tags', 'parentId',
] as const;
export type SheetField = (typeof SHEET_FIELDS)[number];

/** What the column of a field is called in sheets; compared in lower case, without spaces, dots, hyphens and underlines. */
const NAMES: Readonly<Record<SheetField, string>> = {
  text: 'text content comment comments review feedback message body 内容 文本 正文 评价 评价内容 评论 评论内容 反馈 反馈内容 用户反馈 客户反馈 用户评价 客户评价 投诉内容 问题描述 描述 留言 留言内容 意见 意见内容 建议',
  id: 'id feedbackid 编号 反馈编号 反馈id 评价编号 评价id 评论id 记录编号',
  channel: 'channel source 渠道 反馈渠道 来源 来源渠道 评价渠道',
  createdAt: 'createdat created time date datetime timestamp 时间 日期 创建时间 创建日期 评价时间 评价日期 评论时间 反馈时间 反馈日期 提交时间 投诉时间 发生时间 留言时间',
  workspace: 'workspace 空间 工作区',
  'customer.id': 'customerid customer userid memberid 客户编号 客户id 用户编号 用户id 会员号 会员编号 会员id 会员卡号',
  'customer.name': 'customername username membername 客户姓名 客户名称 客户 用户姓名 用户名 姓名 会员姓名 会员名',
  'customer.phone': 'customerphone phone mobile telephone 电话 手机 手机号 手机号码 联系电话 联系方式 客户电话 电话号码',
  'customer.tier': 'customertier tier level 会员等级 客户等级 等级',
  'customer.group': 'customergroup segment 客户群 客户分组 用户分组',
  'customer.region': 'customerregion 客户地区 客户区域 用户地区',
  product: 'product productname item sku 产品 产品名称 商品 商品名称 商品名 服务项目',
  order: 'order orderid ordernumber orderno 订单 订单号 订单编号',
  ticket: 'ticket ticketid ticketnumber 工单 工单号 工单编号',
  agent: 'agent agentname 坐席 座席 客服 客服姓名 服务人员',
  store: 'store storename shop branch 门店 门店名称 店铺 店铺名称 网点',
  region: 'region area province 地区 区域 大区 省份',
  rating: 'rating stars star score 评分 星级 打分 分数 满意度',
  nps: 'nps npsscore 推荐度 推荐分',
  waitSeconds: 'waitseconds 等待秒数 等待时长秒 等待时间秒',
  resolved: 'resolved 是否解决 已解决 解决状态 是否已解决',
  tags: 'tags tag labels 标签',
  parentId: 'parentid 上级编号 关联编号 追评编号',
};

const FIELD_OF_NAME: ReadonlyMap<string, SheetField> = new Map(SHEET_FIELDS.flatMap((field) => NAMES[field].split(' ').map((name): [string, SheetField] => [name, field])));

export interface NamedColumns {
  /** By place: the field of a column; null for one that is kept as an attribute or left out. */
  fields: (SheetField | null)[];
  /** By place: under which name a column is kept as an attribute; null for the others. */
  attributes: (string | null)[];
  /** Columns beyond the most attributes that an item may have, as the sheet calls them. */
  leftOut: string[];
}

export type ColumnsOutcome = { ok: true; columns: NamedColumns } | { ok: false; message: string };

interface Limits {
  attributesMax: number;
  attributeKeyCharsMax: number;
}

/**
 * What the columns of a sheet are, by its first row. Columns with a name that is not known are attributes; of two columns
 * that are the same field the first one is it, the other one an attribute. Pure.
 * @param given columns that somebody named: field to the name in the sheet; they go before what the names say
 */
export function nameColumns(header: readonly string[], given: ReadonlyMap<SheetField, string>, { attributesMax, attributeKeyCharsMax }: Limits): ColumnsOutcome {
  const names = header.map((name) => name.replace(/^\ufeff/u, '').trim());
  const places = new Map<SheetField, number>();
  for (const [field, name] of given) {
    const place = names.findIndex((each) => folded(each) === folded(name));
    if (place < 0) return { ok: false, message: `has no column "${name}"; its first row names ${list(names)}.` };
    places.set(field, place);
  }
  const taken = new Set(places.values());
  for (const [place, name] of names.entries()) {
    const field = FIELD_OF_NAME.get(folded(name));
    if (field === undefined || places.has(field) || taken.has(place)) continue;
    places.set(field, place);
    taken.add(place);
  }
  if (!places.has('text')) return { ok: false, message: `has no column that is known to hold the feedback; its first row names ${list(names)}. Say which one does: --column text=NAME.` };
  const fields: (SheetField | null)[] = names.map(() => null);
  for (const [field, place] of places) fields[place] = field;
  const [attributes, leftOut]: [(string | null)[], string[]] = [[], []];
  const used = new Set<string>();
  for (const [place, name] of names.entries()) {
    const key = name.slice(0, attributeKeyCharsMax);
    const isOne = fields[place] === null && key !== '' && !used.has(key) && used.size < attributesMax;
    if (isOne) used.add(key);
    else if (fields[place] === null && name !== '') leftOut.push(name);
    attributes.push(isOne ? key : null);
  }
  return { ok: true, columns: { fields, attributes, leftOut } };
}

/** The separator of a sheet, by its first line: the one that stands in it most often outside of quotation marks; a comma where none does. Pure. */
export function findSeparator(firstLine: string): string {
  const bare = firstLine.replace(/"[^"]*"/gu, '');
  let [best, most] = [',', 0];
  for (const separator of [',', ';', '\t', '|', ',']) {
    const count = bare.split(separator).length - 1;
    if (count > most) [best, most] = [separator, count];
  }
  return best;
}

function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/[\s._\-()::]/gu, '');
}

const NAMES_SHOWN_MAX = 12;

function list(names: readonly string[]): string {
  const shown = names.filter((name) => name !== '').slice(0, NAMES_SHOWN_MAX).map((name) => `"${name.length > 40 ? `${name.slice(0, 40)}…` : name}"`);
  return shown.length === 0 ? 'nothing' : `${shown.join(', ')}${names.length > NAMES_SHOWN_MAX ? ' …' : ''}`;
}
