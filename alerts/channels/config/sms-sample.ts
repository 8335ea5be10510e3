/** What a template may write: `to`, `text`, `title`, `link`. */
export interface SmsData {
  to: string;
  text: string;
  title: string;
  link: string;
}

/** For trying templates. */
export const SMS_SAMPLE: SmsData = { to: '+8613800000000', title: '【警告】测试', link: 'https://tocsin.example/wall', text: '【警告】测试 https://tocsin.example/wall' };
