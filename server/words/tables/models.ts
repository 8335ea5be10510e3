import type { Table } from '../table.ts';

/** Models, their files, training and evaluation. */
export const MODELS: Table = [
  [/^The model (\S+) in (.+) was made with (.+); beside it stands (.+)\. Make it again: (.+)\.$/, '{2} 中的模型 {1} 由 {3} 生成，旁边的却是 {4}。请重新生成：{5}'],
  [/^Training the accurate model needs a Python 3\.9 to 3\.12 that can install (.+) \(--python names another than (.+)\)\. It says: (.*)$/s, '训练准确模型需要能安装 {1} 的 Python 3.9 到 3.12（用 --python 指定，现为 {2}）。其输出：{3}'],
  [/^(.+) does not start: (.+)\. Training the accurate model needs a Python 3\.9 to 3\.12 \(--python names it\)\.$/s, '{1} 无法启动：{2}。训练准确模型需要 Python 3.9 到 3.12（用 --python 指定）。'],
  [/^Training the accurate model needs a Python 3\.9 to 3\.12; what (.+) installed does not work: (.*)$/s, '训练准确模型需要 Python 3.9 到 3.12;{1} 安装的内容不能用：{2}'],
  [/^"(.+)": (.+?) does not start: (.+?)\.(.*)$/s, '"{1}"：{2} 无法启动：{3}。{4:deep}'],
  [/^ ?Without Maven, put the package at (.+)\.$/, '没有 Maven 时，请把软件包放到 {1}。'],
  [/^"(.+)" ended with (.+?): (.*)$/s, '"{1}" 异常结束（{2}）：{3}'],
  [/^"(.+)" ended well and (.+?) is not there: (.*)$/s, '"{1}" 正常结束，但没有生成 {2}：{3}'],
  [/^TOCSIN_TF_BACKEND is "(.*)"; it can be auto, (.+)\.$/, 'TOCSIN_TF_BACKEND 为 "{1}"，可为 auto、{2}。'],
  [/^No TensorFlow\.js backend starts: (.+)\.$/s, '没有可用的 TensorFlow.js 后端：{1}。'],
  [/^The vocabulary cannot be used: its hashes do not spread over their range\.$/, '词表不能使用：其散列没有分布在整个范围。'],
  [/^A model of (\S+) dimensions cannot be run; they must be a multiple of 8\.$/, '无法运行 {1} 维的模型：维数须为 8 的倍数。'],
  [/^The model file (.+?) cannot be used: (.+)\.$/s, '模型文件 {1} 不能使用：{2:deep}。'],
  [/^There is no model "(.+)" in models\/weights; there is (.+)\. TOCSIN_MODEL_DIR names a folder elsewhere\.$/, 'models/weights 中没有模型 "{1}"，只有 {2}。其他位置的文件夹用 TOCSIN_MODEL_DIR 指明。'],
  [/^The taxonomy (.+?) cannot be used: (.+)\.$/s, '分类体系 {1} 不能使用：{2:list}。'],
  [/^(\S+): (\S+) stands there twice$/, '{1}：{2} 写了两次'],
  [/^(\S+) has neither seedWords nor patterns, so nothing is ever found by it$/, '{1} 既没有 seedWords 也没有 patterns，永远匹配不到'],
  [/^(\S+): the pattern (.+) is not RE2: (.+)$/s, '{1}：正则 {2} 不被 RE2 接受：{3}'],
  [/^(.+), line (\d+): sampleCategory or sampleSentiment is unknown$/, '{1} 第 {2} 行：sampleCategory 或 sampleSentiment 未知'],
  [/^(.+), line (\d+): (.*?): (.+)$/, '{1} 第 {2} 行：{3} {4:fault}'],
  [/^Cannot read (.+?): (.+)$/su, '无法读取 {1}：{2}'],
];
