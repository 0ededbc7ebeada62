import type { Segmenter } from './segmenter.js';

/** Words that say nothing by themselves. Words of one letter are left out anyway. */
const STOP_WORDS = new Set(
  `这个 那个 这样 那样 这么 那么 这里 那里 这是 那是 这种 那种 什么 怎么 怎样 为什么 多少 哪里 哪个 哪些 几个 一个 一下 一点 一些 一样
  没有 有没有 不是 是不是 就是 还是 也是 都是 可以 可不可以 上次 好久 几点 几号 几天 哪领 能不能 不能 不要 不会 不用 我们 你们 他们 她们 大家 自己 的话 然后 因为 所以
  但是 如果 已经 现在 今天 刚刚 刚才 时候 真的 觉得 知道 出来 起来 下来 还有 的是 这次 东西 哈哈 哈哈哈 呵呵 嘿嘿 嘻嘻 啊啊 哦哦 嗯嗯 呜呜
  the and are was this that you your for with have has not but can what how does did will they she his her its our from just all out about`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
const LETTERS_MAX = 20;
/** Not what may be an account or a number. */
const WORD = /^(?!.*\p{N}{5})\p{L}[\p{L}\p{N}'-]+$/u;

/** The words of a canonical text that say something, each once, in their order. */
export const wordsOf = (text: string, segment: Segmenter): string[] => [
  ...new Set(segment(text).filter((word) => WORD.test(word) && word.length <= LETTERS_MAX && !STOP_WORDS.has(word))),
];
