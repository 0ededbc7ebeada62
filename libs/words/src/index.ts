export { jiebaSegmenter } from './jieba.js';
export { DEFAULT_PROHIBITED } from './prohibited.js';
export { redact } from './redact.js';
export type { Segmenter } from './segmenter.js';
export { createUnderstanding, type Understanding } from './understanding.js';
export { remembering } from './remembering.js';
