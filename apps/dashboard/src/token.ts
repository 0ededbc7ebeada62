const KEY = 'tallylight.token';

/** Takes `?token=` out of the address bar once and keeps it for this tab; else gives the one kept. `null`: none. */
export const takeToken = (): string | null => {
  const url = new URL(location.href);
  const given = url.searchParams.get('token');
  if (given === null) return sessionStorage.getItem(KEY);
  url.searchParams.delete('token');
  history.replaceState(null, '', url);
  keepToken(given);
  return given;
};

export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEY);
