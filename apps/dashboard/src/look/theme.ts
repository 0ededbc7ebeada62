import { useEffect, useState } from 'react';

const THEMES = ['dark', 'light', 'system'] as const;
export type Theme = (typeof THEMES)[number];
const KEY = 'tallylight.theme';

const read = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'dark';

export const nextTheme = (theme: Theme): Theme => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';

/**
 * The chosen theme, kept in this browser, and the one that is shown: `system` follows `prefers-color-scheme`. Dark until
 * somebody chooses: control rooms are dark, and browsers say `light` where nobody ever chose.
 */
export const useTheme = (): { theme: Theme; shown: 'dark' | 'light'; setTheme: (theme: Theme) => void } => {
  const [theme, setTheme] = useState(read);
  const [isLight, setLight] = useState(() => matchMedia('(prefers-color-scheme: light)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: light)');
    const changed = (): void => setLight(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  const shown = theme === 'system' ? (isLight ? 'light' : 'dark') : theme;
  useEffect(() => {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset['theme'] = shown;
  }, [theme, shown]);
  return { theme, shown, setTheme };
};
