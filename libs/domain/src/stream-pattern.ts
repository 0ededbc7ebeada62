/** Whether a stream's id has the form of `pattern`, in which `*` stands for any characters. No regular expression: a pattern of many stars must not cost more than a scan. */
export const matchesPattern = (pattern: string, stream_id: string): boolean => {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === stream_id;
  const tail = rest.pop() ?? '';
  if (stream_id.length < head.length + tail.length) return false;
  if (!stream_id.startsWith(head) || !stream_id.endsWith(tail)) return false;
  const end = stream_id.length - tail.length;
  let at = head.length;
  for (const part of rest) {
    const found = stream_id.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
};
