import { describe, expect, it } from '@jest/globals';
import { markup } from './markup.js';

describe('markup', () => {
  it('escapes what is put in, but not markup', () => {
    const bold = markup`<b>${'<script>"&\''}</b>`;
    expect(bold.text).toBe('<b>&#60;script&#62;&#34;&#38;&#39;</b>');
    expect(markup`<p>${[bold, ' & ', 1, null]}</p>`.text).toBe(`<p>${bold.text} &#38; 1</p>`);
  });
});
