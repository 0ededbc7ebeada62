/** Cuts a text into words; what lies between words may be among them. The same text is always cut alike. */
export type Segmenter = (text: string) => readonly string[];
