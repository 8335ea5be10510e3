/** What common emoji say: models that were never shown one read these words in their place. */
const LINES = [
  '😡😠🤬💢 生气 angry', '😤 气死 furious', '🤮🤢 恶心 disgusting', '👎 差 bad', '💔 伤心 heartbroken', '😭😢 哭 crying', '😞😔☹🙁😟 失望 disappointed',
  '😒🙄 无语 annoyed', '😑😐 无语 meh', '🤡 可笑 joke', '💩 垃圾 crap', '😩😫 烦 tired', '🤷 无奈 whatever', '🤦 无语 facepalm', '🙃 呵呵 ironic', '😅 尴尬 awkward', '😓 无奈 sigh',
  '👍 赞 good', '😊🙂☺ 开心 happy', '😄😀😁😃 高兴 happy', '❤💕💖💗🧡💛💚💙💜♥ 喜欢 love', '😍🥰 喜欢 love', '😘 爱 love', '🎉🥳 庆祝 great', '👏 棒 great', '💯 满分 perfect', '🌹 谢谢 thanks',
  '🙏 拜托 please', '😂🤣 笑 laughing', '💪 强 strong', '👌 好 good', '⭐🌟 星 star', '🔥 火 hot', '❌ 不行 no', '⚠ 小心 warning', '😱😨 吓人 scared', '🤔 疑问 hmm', '❓ ？ ?', '❗ ！ !', '✅ 好 good', '🐢 慢 slow', '🐌 慢 slow', '😴 困 sleepy',
];

export const EMOJI_WORDS: Record<string, { zh: string; en: string }> = Object.fromEntries(LINES.flatMap((line) => {
  const [emoji = '', zh = '', en = ''] = line.split(' ');
  return Array.from(emoji, (each) => [each, { zh, en }]);
}));
