/** The built-in categories, two levels joined by a dot, with their names. */
export const CATEGORIES = {
  'product.quality': { zh: '产品质量', en: 'Product quality' },
  'product.function': { zh: '产品功能', en: 'Product function' },
  'product.price': { zh: '产品价格', en: 'Product price' },
  'service.speed': { zh: '服务速度', en: 'Service speed' },
  'service.attitude': { zh: '服务态度', en: 'Service attitude' },
  'logistics': { zh: '物流配送', en: 'Logistics' },
  'after-sales.repair': { zh: '售后维修', en: 'Repair' },
  'after-sales.refund': { zh: '售后退款', en: 'Refund' },
  'after-sales.exchange': { zh: '售后换货', en: 'Exchange' },
  'account.login': { zh: '账号登录', en: 'Login' },
  'account.security': { zh: '账号安全', en: 'Account security' },
  'account.payment': { zh: '支付', en: 'Payment' },
  'app.crash': { zh: 'App 崩溃', en: 'App crash' },
  'app.performance': { zh: 'App 性能', en: 'App performance' },
  'app.missing-function': { zh: 'App 功能缺失', en: 'Missing function' },
  'store.environment': { zh: '门店环境', en: 'Store and environment' },
  'other': { zh: '其他', en: 'Other' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type CategoryId = keyof typeof CATEGORIES;
export const CATEGORY_IDS = Object.keys(CATEGORIES) as CategoryId[];
